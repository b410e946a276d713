"""What a run does with duplicates: nothing (keep), name the first on them (mark), or reject them (drop)."""

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import orjson

from scraper.batch.disk import full_disk_told
from scraper.batch.entries import Entry, rejection
from scraper.duplicates import Duplicate, Index, IndexLost, earlier, signature
from scraper.model import Article, Reason, Rejected
from scraper.schema import dumps, from_line, to_line

SAME = {"url": "the same URL", "text": "the same text", "near": "nearly the same text"}


class Deduplication:
    """Judges entries one by one, against those before and against earlier exports.

    ``path`` is its index: a file that stays between a kill and the next run, or None for one that does not. Raises
    ``scraper.duplicates.IndexLost`` where that is not what a run left at ``resumed_at``, ValueError where an earlier
    export is none.
    """

    def __init__(self, path: Path | None, *, drop: bool, against: Sequence[str] = (), resumed_at: int = 0) -> None:
        self._path = path
        self._drop = drop
        if resumed_at:
            self._index = _taken_up(path, resumed_at)
            return
        self._forget()
        self._index = Index(path or "")
        for article in earlier(map(Path, against)):
            with self._told():
                self._index.first(article, signature(article.text))

    def judged(self, entry: Entry, record: int) -> Entry:
        """The entry of a record, as it is written."""
        if entry.file != "articles":
            return entry
        article = from_line(orjson.loads(entry.line))
        with self._told():
            duplicate = self._index.first(article, entry.signature, record)
        if duplicate is None:
            return entry
        if self._drop:
            return rejection(_dropped(article, duplicate, entry.input))
        return entry._replace(line=dumps(to_line(replace(article, duplicate_of=duplicate.first))))

    def commit(self, record: int) -> None:
        """Make durable what was seen up to a record; to be called before the checkpoint is written."""
        with self._told():
            self._index.commit(record)

    def close(self, finished: bool = False) -> None:
        """Close the index; a finished run needs it no longer."""
        self._index.close()
        if finished:
            self._forget()

    def _forget(self) -> None:
        if self._path:
            self._path.unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """The errors of SQLite as OSError. A damaged index goes, so that the next run starts anew."""
        try:
            with full_disk_told("the index of duplicates"):
                yield
        except sqlite3.DatabaseError as error:
            self._forget()
            raise OSError(errno.EIO, f"the index of duplicates {self._path} was damaged ({error})") from error


def _taken_up(path: Path | None, resumed_at: int) -> Index:
    try:
        with full_disk_told("the index of duplicates"), ExitStack() as stack:
            index = Index(path or "")
            stack.callback(index.close)
            index.go_on_after(resumed_at)
            stack.pop_all()
            return index
    except sqlite3.DatabaseError as error:
        raise IndexLost from error


def _dropped(article: Article, duplicate: Duplicate, place: str | None) -> Rejected:
    return Rejected(
        url=article.url,
        reason=Reason.DUPLICATE,
        detail=f"{SAME[duplicate.same]} as {duplicate.first}",
        fetched=article.fetched,
        encoding=article.encoding,
        input=place,
    )
