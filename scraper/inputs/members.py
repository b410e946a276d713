"""A WARC file as portions of some gzip members each, cut without reading what is in them.

Where a member ends is known for certain only by inflating it. So a portion is a guess: it goes up to bytes that look
like the start of a member with a WARC record. Whoever reads it finds out whether it ends where a member does, and if
not, raises ``Cut``: then the file has to be read on from the portion's start, up to where a later portion does start.
"""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedReader, BytesIO

from scraper.inputs import warc
from scraper.inputs.opening import opened
from scraper.inputs.reading import broken, to_break
from scraper.inputs.record import Fields
from scraper.inputs.runs import GZIP, Cut, members
from scraper.inputs.sources import Source
from scraper.model import Page, Rejected

PORTION, MEMBERS = 1 << 17, 32
"""Compressed bytes, or members, that are enough for a portion: some pages, often with their requests."""
MAX_PORTION = 1 << 19
"""Where there is no place to cut for so long, the portion holds no bytes and is read from the file. Well below
``runs.WINDOW``, so that it makes no difference to what is found after a break where reading had begun.
"""
WARC = b"WARC/"
HEAD = 1 << 10
"""Compressed bytes that are enough to see what a member starts with."""


@dataclass(frozen=True, slots=True)
class Members:
    """The bytes of the file ``name`` from ``offset`` on, up to where another member seems to start.

    ``data`` is None where these are too many to hold; ``last``: they go up to the end of the file.
    """

    name: str
    offset: int
    data: bytes | None
    last: bool
    fields: Fields

    def __iter__(self) -> Iterator[Page | Rejected]:
        """The records, as ``warc.records`` reads them. Raises ``Cut`` where a member goes on after these bytes."""
        return to_break(f"{self.name}:{self.offset}", self._pages())

    def _pages(self) -> Iterator[Page | Rejected]:
        if self.data is None:
            raise Cut
        for record in warc.warc_records(members(BytesIO(self.data), GZIP, self.offset, self.last)):
            if (page := warc.page_of(record, self.name, self.fields)) is not None:
                yield page

    def onward(self) -> Iterator[tuple[int, Page | Rejected | None]]:
        """Where each record from ``offset`` to the end of the file starts, and its page, if any."""
        offset = self.offset
        try:
            with opened(self.name) as file:
                file.seek(offset)
                for record in warc.warc_records(members(file, GZIP, offset)):
                    offset = record.offset
                    yield offset, warc.page_of(record, self.name, self.fields)
        except Exception as error:
            yield offset, broken(self.name, error)


def splittable(file: BufferedReader, source: Source) -> bool:
    """Whether a WARC file consists of members, more than one of them in sight, and can be opened again."""
    head = file.peek(HEAD)
    return not source.once and head.startswith(GZIP.magic) and _next_start(head, 1) > 0


def split(file: BufferedReader, name: str, fields: Fields) -> Iterator[Members]:
    """The portions of a file, in order."""
    offset, data = 0, b""
    looked = count = 1
    let_go = False  # whether the portion at hand is too long to hold, and was told without its bytes
    with suppress(OSError):  # which who reads on from the last portion's start meets again, and tells
        while block := file.read(PORTION):
            data += block
            while (start := _next_start(data, looked)) > 0:
                looked, count = start + 1, count + 1
                if let_go or start >= PORTION or count > MEMBERS:
                    if not let_go:
                        yield Members(name, offset, data[:start], False, fields)
                    offset, data, let_go = offset + start, data[start:], False
                    looked = count = 1
            looked = max(looked, len(data) - HEAD)
            if not let_go and len(data) > MAX_PORTION:
                yield Members(name, offset, None, False, fields)
                let_go = True
            if let_go:
                offset, data, looked = offset + looked - 1, data[looked - 1 :], 1
        if data and not let_go:
            yield Members(name, offset, data, True, fields)
        return
    if not let_go:
        yield Members(name, offset, None, True, fields)


def _next_start(data: bytes, looked: int) -> int:
    """Where the next member with a WARC record seems to start, not before ``looked``; -1 where none is in sight."""
    while (start := data.find(GZIP.magic, looked)) >= 0:
        try:
            if zlib.decompressobj(31).decompress(data[start : start + HEAD], len(WARC)) == WARC:
                return start
        except zlib.error:
            pass
        looked = start + 1
    return -1
