"""What changed between two exports of the same pages: a corpus is cleaned more than once.

Articles are the same where their URL is, or without one the place they were read from (``--keep-fields input``), or
else their id. The old export waits in a SQLite file, so memory stays bounded.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from scraper.export import beside
from scraper.inputs.exported import lines
from scraper.schema import Line, field_names

NOT_COMPARED = ("schema_version", "cleaner_version")
STATED = ("encoding", "damage", "duplicate_of")
"""Fields that say what was done, so that a change of theirs is a cause of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of an article.

    ``causes`` of a change are the rules that remove more (``+rule``) or less (``-rule``) than before, the repair
    channels likewise, and changes of encoding or damage; ``extraction`` where none of them explains it. The cause of an
    addition is why it was rejected before, of a loss why it is rejected now.
    """

    kind: Literal["added", "lost", "changed", "same"]
    key: str
    id: str | None
    fields: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    old: Line | None = None
    new: Line | None = None


class NoRoom(Exception):
    """The folder for temporary files is full."""


def compare(old: Path, new: Path) -> Iterator[Change]:
    """One change for each article of either export: the new one's in its order, then those that were lost.

    Why an article was or is rejected is read from the rejects beside each export, where there are any. Raises
    ValueError, with file and line, where a file is missing, is no export or breaks off, and NoRoom.
    """
    try:
        yield from _compared(old, new)
    except sqlite3.OperationalError as error:
        advice = "make room, or name another one in SQLITE_TMPDIR"
        raise NoRoom(f"no room for {old} in the folder for temporary files ({error}): {advice}") from error


def _compared(old: Path, new: Path) -> Iterator[Change]:
    waiting = _Store((key, orjson.dumps(line)) for key, line in _lines(old))
    was_rejected, is_rejected = (_Store(_rejects(beside(path, "rejects.jsonl"))) for path in (old, new))
    for key, line in _lines(new):
        found = waiting.take(key)
        if found is None:
            yield Change(kind="added", key=key, id=line["id"], causes=_reason(was_rejected, key), new=line)
        else:
            yield _changed(key, orjson.loads(found), line)
    for key, found in waiting.rest():
        before = orjson.loads(found)
        yield Change(kind="lost", key=key, id=before["id"], causes=_reason(is_rejected, key), old=before)


def files_of(export: Path) -> tuple[Path, Path]:
    """What is read of an export: itself, and the rejects beside it, where there are any."""
    return export, beside(export, "rejects.jsonl")


def key_of(line: Line) -> str:
    """By what a line, of an article or a reject, is found in another export.

    >>> key_of({"url": None, "id": "a0", "extra": '{"input":"a.jsonl:7"}'})
    'a.jsonl:7'
    """
    extra = orjson.loads(line.get("extra") or "{}")
    place = extra.get("input") if isinstance(extra, dict) else None
    return str(line.get("url") or place or line.get("input") or line.get("id"))


def causes_of(before: Line, after: Line) -> tuple[str, ...]:
    """Which rules, repairs and readings differ between two lines of the same article.

    >>> removal = {"rule": "place_names", "where": "tail", "text": "甲市"}
    >>> causes_of({"encoding": "gb18030"}, {"encoding": "big5", "removed": [removal]})
    ('+place_names', 'encoding gb18030 → big5')
    """
    causes = _more_or_less(_removed(before), _removed(after)) + _more_or_less(_repairs(before), _repairs(after))
    stated = [
        f"{name} {before.get(name)} → {after.get(name)}" for name in STATED if before.get(name) != after.get(name)
    ]
    return tuple(causes + stated) or ("extraction",)


def _changed(key: str, before: Line, after: Line) -> Change:
    fields = tuple(name for name in field_names() if name not in NOT_COMPARED and before.get(name) != after.get(name))
    if not fields:
        return Change(kind="same", key=key, id=after["id"], old=before, new=after)
    causes = causes_of(before, after)
    return Change(kind="changed", key=key, id=after["id"], fields=fields, causes=causes, old=before, new=after)


def _removed(line: Line) -> Counter[str]:
    """How many characters each rule took out."""
    counts: Counter[str] = Counter()
    for removal in line.get("removed") or ():
        counts[removal["rule"]] += len(removal["text"])
    return counts


def _repairs(line: Line) -> Counter[str]:
    return Counter({repair["channel"]: repair["count"] for repair in line.get("repairs") or ()})


def _more_or_less(before: Counter[str], after: Counter[str]) -> list[str]:
    return [
        f"{'+' if after[name] > before[name] else '-'}{name}"
        for name in sorted(before.keys() | after.keys())
        if after[name] != before[name]
    ]


def _lines(export: Path) -> Iterator[tuple[str, Line]]:
    """The articles by their keys."""
    for place, line in lines(export):
        if "id" not in line:
            raise ValueError(f"{place}: no exported article")
        yield _key(place, line), line


def _rejects(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_file():
        for place, line in lines(path):
            yield _key(place, line), str(line.get("reason")).encode()


def _key(place: str, line: Line) -> str:
    try:
        return key_of(line)
    except ValueError as error:
        raise ValueError(f"{place}: its field extra is no JSON: {error}") from error


def _reason(rejects: "_Store", key: str) -> tuple[str, ...]:
    found = rejects.take(key)
    return (found.decode(),) if found else ()


class _Store:
    """Values by key, several of one key in their order, in a file that goes when it is closed."""

    def __init__(self, rows: Iterator[tuple[str, bytes]]) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE store (number INTEGER PRIMARY KEY, key TEXT, value BLOB)")
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO store (key, value) VALUES (?, ?)", rows)
        self._database.execute("CREATE INDEX keys ON store (key, number)")

    def take(self, key: str) -> bytes | None:
        """The first value of a key, which is then gone."""
        query = "SELECT number, value FROM store WHERE key = ? ORDER BY number LIMIT 1"
        row = self._database.execute(query, (key,)).fetchone()
        if row is None:
            return None
        self._database.execute("DELETE FROM store WHERE number = ?", (row[0],))
        return row[1]

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """What nobody took."""
        yield from self._database.execute("SELECT key, value FROM store ORDER BY number")
