"""Articles that were there before: the same URL, the same text, or nearly the same, as an agency's copy has.

Near-duplicates are found by MinHash (Broder 1997) over runs of five letters and digits, in bands (Indyk and Motwani
1998). The index is a SQLite file, so memory stays bounded; a run that was killed goes on with it.
"""

import hashlib
import sqlite3
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from operator import eq
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

from scraper.model import Article

PERMUTATIONS = 128
BANDS = 32
"""Texts that share a band may be compared: 1 - (1 - s^4)^32 of those of similarity s, 0.9998 at 0.7, 0.23 at 0.3."""
CROWDED = 32
"""Articles after which a band takes no more: what so many different articles share is a template's, not a copy's."""
COMPARED = 32
"""Articles that a text is compared with, those that share the most bands: copies share 8 or more, others 2 or 3."""
NEAR = 0.7
"""Share of common runs from which texts count as the same, as MinHash estimates it (its error is about 0.04).

Measured with ``tests/benchmarks/duplicates.py``: copies with a head and a tail, cut, or edited in every hundredth
character are told in 99 to 100 of 100 cases, all of that at once in 60 to 79; of 4,289 other articles one was told
wrongly, of a kind whose texts differ from year to year in a number alone.
"""
RUN = 5
FEWEST_RUNS = 50
"""A text with fewer runs is too short to be nearly something: only the same text counts."""
BATCH = 4096


TABLES = """
PRAGMA cache_size = -65536;
CREATE TABLE IF NOT EXISTS seen (number INTEGER PRIMARY KEY, id TEXT, record INTEGER, signature BLOB);
CREATE TABLE IF NOT EXISTS keys (key BLOB PRIMARY KEY, seen INTEGER, record INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bands (band INTEGER, seen INTEGER, PRIMARY KEY (band, seen)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS committed (one INTEGER PRIMARY KEY CHECK (one = 1), record INTEGER);
BEGIN;
"""


class Duplicate(NamedTuple):
    """The article that was there before, and in what it is the same: ``url``, ``text`` or ``near``."""

    first: str
    same: str


def signature(text: str) -> bytes | None:
    """The MinHash of a text; None where it is too short to be compared.

    >>> signature("太短") is None
    True
    """
    from datasketch import MinHash

    letters = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum()).casefold()
    encoded = letters.encode("utf-16-le", "surrogatepass")
    runs = list({encoded[start : start + 2 * RUN] for start in range(0, len(encoded) - 2 * RUN + 2, 2)})
    if len(runs) < FEWEST_RUNS:
        return None
    minhash = MinHash(PERMUTATIONS, hashfunc=zlib.crc32, scheme="affine32")
    for start in range(0, len(runs), BATCH):
        minhash.update_batch(sorted(runs[start : start + BATCH]))
    return minhash.hashvalues.astype("<u4").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    """The share of common runs of two texts, as their signatures estimate it."""
    return sum(map(eq, _values(one), _values(other))) / PERMUTATIONS


class IndexLost(Exception):
    """The index does not know, or not any more, what was seen up to a checkpoint."""


class Index:
    """The articles that were seen.

    ``record`` counts the records of the run; ``go_on_after`` takes back what was seen after a checkpoint. Articles of
    earlier exports are record 0.
    """

    def __init__(self, path: Path | str, *, journal: bool = True) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        if not journal:
            self._database.execute("PRAGMA journal_mode = OFF")
        self._database.executescript(TABLES)

    @classmethod
    def nameless(cls, folder: Path | None) -> "Index":
        """One on the disk of a folder, in a file whose name is gone at once, so that no kill leaves it behind."""
        with NamedTemporaryFile(prefix=".duplicates-", dir=folder) as file:
            return cls(file.name, journal=False)  # a journal would have to find the file

    def first(self, article: Article, near: bytes | None, record: int = 0) -> Duplicate | None:
        """The article that ``article`` duplicates; where there is none, it is the first.

        ``near`` is the signature of its text. Either way its URL and text are remembered.
        """
        keys = list(_keys(article))
        bands = list(_bands(near)) if near else []
        number, same = self._same(keys) or (near and self._nearest(near, bands)) or (None, "")
        if number is None:
            row = (article.id, record, near)
            added = self._database.execute("INSERT INTO seen (id, record, signature) VALUES (?, ?, ?)", row).lastrowid
            rows = [(band, added) for band in self._not_crowded(bands)]
            self._database.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)
        known = [(key, number or added, record) for key, _ in keys]
        self._database.executemany("INSERT OR IGNORE INTO keys VALUES (?, ?, ?)", known)
        found = self._row("SELECT id FROM seen WHERE number = ?", number)
        return Duplicate(found[0], same) if found else None

    def commit(self, record: int) -> None:
        """Make durable what was seen up to a record."""
        self._database.execute("INSERT OR REPLACE INTO committed VALUES (1, ?)", (record,))
        self._database.execute("COMMIT")
        self._database.execute("BEGIN")

    def go_on_after(self, record: int) -> None:
        """Forget the articles of later records. Raises IndexLost where it was not committed up to ``record``."""
        committed = self._row("SELECT record FROM committed")
        if committed is None or committed[0] < record:
            raise IndexLost
        later = "SELECT number FROM seen WHERE record > ?"
        self._database.execute(f"DELETE FROM bands WHERE seen IN ({later})", (record,))
        for table in ("keys", "seen"):
            self._database.execute(f"DELETE FROM {table} WHERE record > ?", (record,))

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._database.close()

    def _row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        return self._database.execute(query, values).fetchone()

    def _same(self, keys: list[tuple[bytes, str]]) -> tuple[int, str] | None:
        for key, same in keys:
            if found := self._row("SELECT seen FROM keys WHERE key = ?", key):
                return found[0], same
        return None

    def _nearest(self, near: bytes, bands: list[int]) -> tuple[int, str] | None:
        """The first article that is near enough, among those that share the most bands."""
        sharing = f"SELECT seen FROM bands WHERE band IN ({_places(bands)}) GROUP BY seen"
        closest = f"{sharing} ORDER BY count(*) DESC, seen LIMIT {COMPARED}"
        query = f"SELECT number, signature FROM seen WHERE number IN ({closest}) ORDER BY number"
        for number, other in self._database.execute(query, bands):
            if similarity(near, other) >= NEAR:
                return number, "near"
        return None

    def _not_crowded(self, bands: list[int]) -> list[int]:
        query = f"SELECT band FROM bands WHERE band IN ({_places(bands)}) GROUP BY band HAVING count(*) >= {CROWDED}"
        crowded = {band for (band,) in self._database.execute(query, bands)}
        return [band for band in bands if band not in crowded]


def _keys(article: Article) -> Iterator[tuple[bytes, str]]:
    url = article.canonical_url or (article.url.partition("#")[0] if article.url else None)
    if url:
        yield url.encode("utf-8", "surrogatepass"), "url"
    if article.content_hash:
        yield article.content_hash.encode(), "text"


def _places(values: list[int]) -> str:
    return ",".join("?" * len(values))


def _bands(near: bytes) -> Iterator[int]:
    """A number for each band's place and values; articles that agree in a band share it."""
    size = len(near) // BANDS
    for place in range(BANDS):
        digest = hashlib.blake2b(near[place * size : (place + 1) * size], digest_size=8, salt=bytes([place])).digest()
        yield int.from_bytes(digest, "little", signed=True)


def _values(near: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{PERMUTATIONS}I", near)


def earlier(exports: Iterable[Path]) -> Iterator[Article]:
    """The articles of earlier exports. Raises ValueError, with file and line, where one is no export."""
    from scraper.inputs.exported import lines
    from scraper.schema import from_line

    for export in exports:
        for place, line in lines(export):
            try:
                yield from_line(line)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{place}: no exported article: {error}") from None
