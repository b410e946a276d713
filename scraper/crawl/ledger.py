"""The ledger: every URL that a job found, and what became of it, in one SQLite file on disk.

Nothing is durable until ``commit``, which ends one transaction over everything since the last: URLs found, URLs
dealt with, and how far the export reaches. The export itself is made durable first; what it holds beyond the stored
offset after a kill is cut off at the next start, and the pages it came from are fetched again. So no article is missing
and none is there twice. Whose file an export is, ``scraper.crawl.files`` judges.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.crawl import database
from scraper.crawl.files import Mark


class State(StrEnum):
    """What became of a URL."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class LedgerLost(OSError):
    """A shared ledger cannot be reached, or has given this worker up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A URL to fetch, with what the scheduler needs to make the request again (``request``, JSON).

    The highest ``priority`` comes first. Below 0 are the later pages of articles, by their number: they are given out
    when nothing else of their site is in flight, so that an article which has them as its own gets them first.
    """

    url: str
    site: str
    kind: str
    priority: int = 0
    request: str = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run: how it was judged, how many URLs of each host ended how, and Scrapy's numbers."""

    started: str
    finished: str
    outcome: str
    sites: dict[str, dict[str, int]]
    stats: dict[str, float]


class Ledger:
    """Opens, or makes, a job's ledger. ``read_only`` looks at one that a run may be writing at the same time.

    Raises NewerLedger, or sqlite3.DatabaseError where the file is something else; see ``scraper.crawl.database``.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.run = self.refresh = 0
        if read_only:
            self._db = database.look(path)
            return
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        database.migrate(self._db, path)
        self._begin()

    def start_run(self, *, refresh: bool = False) -> None:
        """Begin a run: what an earlier one had in flight when it died is waiting again.

        A ``refresh`` that the run before did not complete goes on: ``self.refresh`` is the run in which it began.
        """
        before = self._db.execute("SELECT refresh FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        cursor = self._write("INSERT INTO runs (started) VALUES (?)", (now(),))
        self.run = self.refresh = cursor.lastrowid or 0
        if refresh:
            self.refresh = (before and before[0]) or self.run
            self._write("UPDATE runs SET refresh = ? WHERE id = ?", (self.refresh, self.run))
        self._write("UPDATE urls SET state = ? WHERE state = ?", (State.WAITING, State.LEASED))

    def finish_run(self, outcome: str, counts: dict[str, Any], *, complete: bool = True) -> None:
        """Note how the run ended, what it counted, and whether it left nothing waiting (``complete``)."""
        self._write(
            "UPDATE runs SET finished = ?, outcome = ?, counts = ?, refresh = iif(?, NULL, refresh) WHERE id = ?",
            (now(), outcome, json.dumps(counts, ensure_ascii=False), complete, self.run),
        )

    def add(self, entry: Entry, *, again: bool = False, linked: bool = False) -> bool:
        """Note a URL. True where it is to be fetched: it is new, or a list.

        A list is to be fetched once in each run; an article with ``again`` once in each refresh. One to which a page
        links (``linked``) is new as well where earlier runs took it for a list: a site's patterns may be mended.
        """
        cursor = self._write(
            "INSERT OR IGNORE INTO urls (url, site, kind, state, priority, request, found)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entry.url, entry.site, entry.kind, State.WAITING, entry.priority, entry.request, self.run),
        )
        if cursor.rowcount:
            return True
        cursor = self._write(
            "UPDATE urls SET state = ?1, priority = ?2, request = ?3, handled = ?4, kind = ?5, reason = NULL"
            " WHERE url = ?6 AND state NOT IN ('waiting', 'leased')"
            " AND (?7 OR ?5 = 'list' OR (?9 AND kind = 'list' AND reason = 'list'))"
            " AND coalesce(handled, 0) < iif('list' IN (?5, kind), ?4, ?8)",
            (
                *(State.WAITING, entry.priority, entry.request, self.run, entry.kind, entry.url),
                again,
                self.refresh,
                linked,
            ),
        )
        return bool(cursor.rowcount)

    def lease(self, site: str, *, busy: bool = False) -> Entry | None:
        """The next waiting URL of a site, now in flight; no later page of an article while the site is ``busy``."""
        row = self._write(
            "UPDATE urls SET state = ?1 WHERE id ="
            " (SELECT id FROM urls WHERE state = ?2 AND site = ?3 AND (priority >= 0 OR NOT ?4)"
            " ORDER BY priority DESC, id LIMIT 1)"
            " RETURNING url, site, kind, priority, request",
            (State.LEASED, State.WAITING, site, busy),
        ).fetchone()
        return row and Entry(url=row[0], site=row[1], kind=row[2], priority=row[3], request=row[4])

    def put_back(self, url: str, request: str) -> None:
        """A URL in flight is to be fetched once more (a retry)."""
        self._write("UPDATE urls SET state = ?, request = ? WHERE url = ?", (State.WAITING, request, url))

    def close(self, url: str, state: State, reason: str) -> None:
        """Say what became of a URL; one never seen before is noted as well."""
        self._write(
            "INSERT INTO urls (url, site, kind, state, priority, request, found, handled, reason)"
            " VALUES (?1, ?5, 'article', ?2, 0, '{}', ?3, ?3, ?4)"
            " ON CONFLICT (url) DO UPDATE SET state = ?2, handled = ?3, reason = ?4",
            (url, state, self.run, reason, host(url)),
        )

    def retry(self, state: State) -> int:
        """Let what ended in a state wait again; how many URLs that were."""
        cursor = self._write(
            "UPDATE urls SET state = ?, reason = NULL WHERE state = ? AND request <> '{}'", (State.WAITING, state)
        )
        return cursor.rowcount

    def state(self, url: str) -> State | None:
        """What is known of a URL."""
        row = self._db.execute("SELECT state FROM urls WHERE url = ?", (url,)).fetchone()
        return State(row[0]) if row else None

    def leads_nowhere(self, url: str) -> bool:
        """Whether a known URL is no article, nor going to be one: a list, what was rejected, forbidden or not to be
        had, or a redirect to such."""
        seen = set()
        while url not in seen:
            seen.add(url)
            found = self._db.execute("SELECT kind, state, reason FROM urls WHERE url = ?", (url,)).fetchone()
            if found is None:
                return False
            kind, state, reason = found
            if state in (State.WAITING, State.LEASED):
                return bool(kind == "list")
            word, _, url = reason.partition(": ")
            if word != "redirected":
                return word not in ("article", "part", "skipped") and reason != "rejected: duplicate"
        return True

    def waiting(self) -> dict[str, int]:
        """How many URLs wait, by site."""
        return dict(self._db.execute("SELECT site, count(*) FROM urls WHERE state = ? GROUP BY site", (State.WAITING,)))

    def first_with(self, text_hash: str, article: str) -> str:
        """The id of the first article with this text: the given one where the text is new."""
        if self._write("INSERT OR IGNORE INTO texts VALUES (?, ?)", (text_hash, article)).rowcount:
            return article
        return str(self._db.execute("SELECT article FROM texts WHERE hash = ?", (text_hash,)).fetchone()[0])

    def summary(self) -> Iterator[tuple[str, str, str | None, int]]:
        """How many URLs of each site ended in each state, for which reason, as (site, state, reason, count)."""
        yield from self._db.execute(
            "SELECT site, state, reason, count(*) FROM urls GROUP BY site, state, reason ORDER BY 1, 2, 4 DESC"
        )

    def runs(self, last: int = 10) -> list[Run]:
        """The last finished runs, newest first."""
        rows = self._db.execute(
            "SELECT started, finished, outcome, counts FROM runs WHERE id <> ? AND finished IS NOT NULL"
            " ORDER BY id DESC LIMIT ?",
            (self.run, last),
        )
        return [
            Run(started=started, finished=finished, outcome=outcome, **json.loads(counts))
            for started, finished, outcome, counts in rows
        ]

    def mark(self, file: Path) -> Mark | None:
        """How far a file is committed, and by what it is known; None where the job did not begin it."""
        row = self._db.execute(
            "SELECT offset, digest, closed FROM files WHERE path IN (?1, ?2) ORDER BY path = ?1 DESC",
            (self._name(file), str(file)),  # earlier versions noted the path itself
        ).fetchone()
        return Mark(row[0], row[1], bool(row[2])) if row else None

    def set_mark(self, file: Path, mark: Mark) -> None:
        """Note how far a file is durable."""
        self._write(
            "INSERT OR REPLACE INTO files (path, offset, digest, closed) VALUES (?, ?, ?, ?)",
            (self._name(file), mark.offset, mark.digest, mark.closed),
        )
        self._write("DELETE FROM files WHERE path = ?", (str(file),))  # or it would be found again where one is moved

    def begin_file(self, file: Path) -> None:
        """Note, at once, that the job is about to make a file: from here on an empty one is its own."""
        self.set_mark(file, Mark())
        self.commit()

    def commit(self) -> None:
        """Make everything since the last commit durable, at once."""
        self._db.execute("COMMIT")
        self._begin()

    def abandon(self) -> None:
        """Forget everything since the last commit, and close."""
        with suppress(sqlite3.Error):  # closed already, or the disk is full
            self._db.execute("ROLLBACK")
        self._db.close()

    def _write(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        """Write within the transaction. After an error SQLite may have ended it: nothing may then become durable
        alone."""
        if not self._db.in_transaction:
            raise sqlite3.OperationalError("the ledger's transaction was lost to an earlier error")
        return self._db.execute(statement, values)

    def _name(self, file: Path) -> str:
        """A file as seen from the ledger's folder, so that both may be moved together."""
        return os.path.relpath(file, self.path.parent)

    def _begin(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")


def host(url: str) -> str:
    """The host whose politeness and record a URL counts towards.

    >>> host("http://news.example.org:8080/a")
    'news.example.org'
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
