"""What the readers share: the limits, what to keep of a record, how far reading has come."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Any, BinaryIO, TypeVar

from scraper.model import Page, Reason, Rejected
from scraper.schema import dumps

MAX_PAGE = 16 << 20
"""Bytes of one page, after its compression is undone. What is larger is rejected: no article is, but a bomb."""

R = TypeVar("R")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Fields:
    """Which field of a JSON or Parquet record holds the text (None: the first of ``TEXT_FIELDS``), which to keep."""

    text: str | None = None
    keep: tuple[str, ...] = ()

    def extra(self, record: Mapping[str, Any], where: str) -> str | None:
        """The JSON of the fields to keep that the record has; ``input`` stands for the place it was read from.

        Raises ValueError where JSON cannot hold them.

        >>> Fields(keep=("crawl", "input")).extra({"crawl": 5, "text": ""}, "a.jsonl:1")
        '{"crawl":5,"input":"a.jsonl:1"}'
        """
        if not self.keep:
            return None
        having = {"input": where, **record}
        try:
            return dumps({name: having[name] for name in self.keep if name in having}, options=0).decode()
        except (TypeError, RecursionError) as error:
            raise ValueError(f"a field of {', '.join(self.keep)} cannot be kept: {error}") from error


@dataclass(slots=True)
class Meter:
    """How many bytes of the input were read, as they lie on the disk: for progress alone."""

    done: int = 0
    file: BinaryIO | None = None

    @property
    def bytes(self) -> int:
        """Bytes of the files that are done and of the one that is open."""
        try:
            return self.done + (self.file.tell() if self.file else 0)
        except (OSError, ValueError):
            return self.done


def unreadable(where: str, detail: str, url: str | None = None) -> Rejected:
    """A record that could not be read."""
    return Rejected(url=url, reason=Reason.UNREADABLE, detail=detail, input=where)


def read_alone(make: Callable[[R, str, Fields], P]) -> Callable[[R, str, Fields], P | Rejected]:
    """For a function that makes a page of a record: whatever it raises costs that record and no other."""

    @wraps(make)
    def page_of(record: R, where: str, fields: Fields) -> P | Rejected:
        try:
            return make(record, where, fields)
        except Exception as error:
            return unreadable(where, f"cannot be read: {str(error) or type(error).__name__}")

    return page_of


def sized(page: Page) -> Page | Rejected:
    """The page, unless it is larger than a page may be."""
    if len(page.body) <= MAX_PAGE:
        return page
    return unreadable(page.input or "", f"larger than {MAX_PAGE >> 20} MiB", page.url)


def moment(value: object) -> str | None:
    """A day, or a time with its offset, as ``fetched`` has it, of any that ISO 8601 knows; None for what is none.

    A time without an offset is taken for UTC, as in WARC.

    >>> moment("2026-10-01 08:00:00"), moment("20261001T0800+08"), moment("yesterday")
    ('2026-10-01T08:00:00+00:00', '2026-10-01T08:00:00+08:00', None)
    """
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str):
        return None
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat()
    with suppress(ValueError, OverflowError):
        time = datetime.fromisoformat(text)
        offset = time.utcoffset()
        if offset is None:
            return time.replace(tzinfo=UTC).isoformat()
        return (time.astimezone(UTC) if offset % timedelta(minutes=1) else time).isoformat()
    return None
