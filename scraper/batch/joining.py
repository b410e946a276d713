"""Finds the pages that continue an article among the inputs of a run, wherever in them they are.

The inputs are read three times. First only the addresses are noted. Pages of which another page has the same address
but for a number, which is all that a next page can have, are then cleaned to learn which page each names as its next.
Last, every page is cleaned with those that follow it, by the rules of the crawl (``scraper.crawl.following``): a chain
has at most ``MAX_PAGES``, ends where a page is missing or gives no article, and a page that several name belongs to
each of them.

Addresses, links and the pages that may follow another lie in a temporary file on the disk, which no kill leaves behind:
a run that goes on looks for them again.
"""

import pickle
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from scraper.batch.chunks import Pages
from scraper.batch.disk import full_disk_told
from scraper.batch.workers import Clean, cleaned
from scraper.crawl.following import MAX_PAGES
from scraper.model import Article, Page, Reason, Rejected

Read = Callable[[], Iterator[Page | Rejected]]
"""Reads all inputs from their start, each time in the same order."""

FILES = "http://file.invalid"
"""Stands before the path of a file that is a page without a URL, so that its relative links name other files."""

SCHEMA = """
CREATE TABLE page (
    position INTEGER PRIMARY KEY,  -- in the inputs, of any record
    address TEXT NOT NULL,
    series TEXT NOT NULL,          -- what the addresses of an article's pages have in common
    number INTEGER,                -- of the page, where its address has one
    next TEXT,                     -- the address of the next page, '' where there is none; NULL: gives no article
    body BLOB                      -- the page, pickled and compressed, where it may follow another
);
CREATE INDEX page_address ON page (address, position);
CREATE TABLE several (series TEXT PRIMARY KEY) WITHOUT ROWID;  -- those in which pages may follow each other
CREATE TABLE part (head INTEGER, place INTEGER, position INTEGER, PRIMARY KEY (head, place)) WITHOUT ROWID;
CREATE INDEX part_position ON part (position);
CREATE TABLE joined (address TEXT PRIMARY KEY) WITHOUT ROWID;
"""
SEVERAL = """INSERT INTO several
SELECT series FROM page GROUP BY series HAVING count(DISTINCT address) > 1 AND count(number)"""
HEADS = "SELECT position, next FROM page WHERE next != '' AND address NOT IN (SELECT next FROM page WHERE next != '')"
COPY = """SELECT position, next FROM page WHERE address = ? AND position > ? AND next IS NOT NULL AND body IS NOT NULL
ORDER BY position LIMIT 1"""


class Joining:
    """Which pages belong together. ``files`` are the inputs that are one page each."""

    def __init__(self, files: frozenset[str]) -> None:
        self._files = files
        self._index = sqlite3.connect("", isolation_level=None)  # a file of SQLite's own, gone when it is closed
        self._index.executescript(SCHEMA)

    def records(self, read: Read, workers: int, clean: Clean) -> Iterator[Pages | Rejected]:
        """Each record that is cleaned by itself: a page with those that continue it, in the order of the first pages.

        A second copy of a page that was joined comes out as a duplicate, the page itself does not come out. Raises
        OSError where the disk is full.
        """
        with closing(self._index), full_disk_told("the index of pages"):
            self._note(read())
            self._link(read(), workers, clean)
            self._chain()
            yield from self._whole(read())

    def _note(self, records: Iterator[Page | Rejected]) -> None:
        """The addresses of all pages."""
        from scraper.extraction.paging import series  # loads what only workers need, where nothing is joined

        for position, page in enumerate(records):
            if (url := self._url(page)) is None:
                continue
            with suppress(ValueError):  # an address that is no URL
                common, number = series(url)
                row = (position, address(url), address(common), number)
                self._index.execute("INSERT INTO page (position, address, series, number) VALUES (?, ?, ?, ?)", row)
        self._index.execute(SEVERAL)

    def _link(self, records: Iterator[Page | Rejected], workers: int, clean: Clean) -> None:
        """What those pages name as their next that may have one, or be one."""
        asked: deque[int] = deque()
        with closing(cleaned(self._candidates(records, asked), workers, clean)) as outcomes:
            for outcome in outcomes:
                position, found = asked.popleft(), outcome.result
                if isinstance(found, Article):
                    following = address(found.next_page) if found.next_page else ""
                    self._index.execute("UPDATE page SET next = ? WHERE position = ?", (following, position))

    def _candidates(self, records: Iterator[Page | Rejected], asked: deque[int]) -> Iterator[Pages]:
        wanted = "SELECT number FROM page JOIN several USING (series) WHERE position = ?"
        for position, page in enumerate(records):
            row = self._index.execute(wanted, (position,)).fetchone()
            if row is None or isinstance(page, Rejected):
                continue
            if row[0] is not None:
                body = zlib.compress(pickle.dumps(page), level=1)
                self._index.execute("UPDATE page SET body = ? WHERE position = ?", (body, position))
            asked.append(position)
            yield (replace(page, url=self._url(page)),)

    def _chain(self) -> None:
        """The pages that follow each first one. A first page is named by none, so a circle has no first page."""
        for head, following in self._index.execute(HEADS):
            last, seen = head, set[str]()
            while following and following not in seen and len(seen) < MAX_PAGES - 1:
                if (found := self._copy_after(following, last)) is None:
                    break
                seen.add(following)
                last = found[0]
                self._index.execute("INSERT INTO part VALUES (?, ?, ?)", (head, len(seen), last))
                self._index.execute("INSERT OR IGNORE INTO joined VALUES (?)", (following,))
                following = found[1]

    def _copy_after(self, address: str, position: int) -> tuple[int, str] | None:
        """Of the copies of a page the next one, as an archive has a page's copies in the order of its crawls; else the
        first.
        """
        for after in (position, -1):
            found: tuple[int, str] | None = self._index.execute(COPY, (address, after)).fetchone()
            if found:
                return found
        return None

    def _whole(self, records: Iterator[Page | Rejected]) -> Iterator[Pages | Rejected]:
        following = "SELECT body FROM part JOIN page USING (position) WHERE head = ? ORDER BY place"
        joined = """SELECT EXISTS (SELECT 1 FROM part WHERE part.position = page.position)
            FROM page JOIN joined USING (address) WHERE position = ? AND next IS NOT NULL"""
        for position, page in enumerate(records):
            if isinstance(page, Rejected):
                yield page
                continue
            part = self._index.execute(joined, (position,)).fetchone()
            if part is None:
                rest = self._index.execute(following, (position,)).fetchall()
                yield page, *(pickle.loads(zlib.decompress(body)) for (body,) in rest)
            elif not part[0]:
                yield _copy(page)

    def _url(self, page: Page | Rejected) -> str | None:
        """Where a page was, or lies."""
        if isinstance(page, Rejected):
            return None
        if page.url is None and page.input in self._files:
            return FILES + Path(page.input).resolve().as_posix()
        return page.url


def address(url: str) -> str:
    """A URL as it is compared with others: a link may write it with a fragment, or Han letters as they are.

    >>> address("http://a.cn/%E6%96%B0_2.html#top")
    'http://a.cn/新_2.html'
    """
    return unquote(url.partition("#")[0]).encode("utf-8", "replace").decode()  # SQLite takes no lone surrogates


def _copy(page: Page) -> Rejected:
    detail = "another copy of a page that continues an article"
    return Rejected(url=page.url, reason=Reason.DUPLICATE, detail=detail, fetched=page.fetched, input=page.input)
