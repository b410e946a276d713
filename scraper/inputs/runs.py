"""A file as runs of bytes that can be read: the members of a gzip file, the frames of a zstd file, past broken ones.

Damage costs the member it is in: reading goes on at the next one, which gzip's and zstd's own readers do not do.
"""

import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import SEEK_END, BufferedReader
from itertools import chain
from typing import Any, BinaryIO

from scraper import zstd

BLOCK = 1 << 18
WINDOW = 1 << 20
"""Compressed bytes before a break in which the next member may have started unnoticed."""


class Broken(Exception):
    """Bytes that are not what they should be."""


class Ended(Broken):
    """The file ends in the middle of a member: what comes before is as it should be."""


class Cut(Exception):
    """The bytes at hand end in the middle of a gzip member, and the file does not."""


@dataclass(frozen=True, slots=True)
class Packing:
    """A compression whose files are members, one after the other, that can be read by themselves.

    ``doubtful`` bytes of content before a break, or before a wrong checksum, are not used. So a record in a member of
    its own never is unless the member is well.
    """

    member: str
    magic: bytes
    empty: bytes
    """Bytes 2 to 4 of what may stand between members and holds nothing: zstd's skippable frames."""
    decompressor: Callable[[], Any]
    error: type[Exception]
    doubtful: int

    def starts(self, data: bytes) -> bool:
        """Whether ``data`` starts with a member, or what may stand between two."""
        return data.startswith(self.magic) or bool(self.empty and data[1:4] == self.empty)

    def find(self, data: bytes, between: bool) -> int:
        """Where a member may start in ``data``; -1 for nowhere. ``between``: the last one ended just before."""
        return 0 if between and self.starts(data) else data.find(self.magic)


GZIP = Packing("gzip member", b"\x1f\x8b\x08", b"", lambda: zlib.decompressobj(31), zlib.error, 1 << 25)
"""A flipped bit may go unnoticed up to the checksum."""
ZSTD = Packing("zstd frame", b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18", zstd.ZstdDecompressor, zstd.ZstdError, BLOCK)
"""Most damage is noticed in the block that it is in."""


class Plain:
    """The blocks of a file that is not compressed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start = file.tell() if file.seekable() else None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if block := self._file.read(BLOCK):
            return block
        raise StopIteration

    def look(self, offset: int, count: int) -> bytes | None:
        """``count`` bytes at ``offset`` from the first block's start, fewer at the end; None where it is a pipe."""
        if self._start is None:
            return None
        here = self._file.tell()
        self._file.seek(min(self._start + offset, self._file.seek(0, SEEK_END)))
        found = self._file.read(count)
        self._file.seek(here)
        return found


def runs(file: BufferedReader) -> Iterator[tuple[int | None, Iterator[bytes]]]:
    """The runs of a file: where each starts (None where nothing is compressed), and its bytes in blocks.

    A run must be taken to its end before the next. Its blocks raise ``Broken`` where it breaks off.
    """
    head = file.peek(1)
    if ZSTD.starts(head):
        yield from _stretches(members(file, ZSTD))
    elif GZIP.magic in head and not head.lstrip().startswith(b"WARC/"):
        yield from members(file)
    else:
        yield None, Plain(file)


def _stretches(found: Iterator[tuple[int, Iterator[bytes]]]) -> Iterator[tuple[int, Iterator[bytes]]]:
    """Members up to a break as one run: what compresses in parallel starts new ones in the middle of a record."""
    for start, blocks in found:
        yield start, chain(blocks, chain.from_iterable(blocks for _, blocks in found))


def members(
    file: BinaryIO, packing: Packing = GZIP, offset: int = 0, to_end: bool = True
) -> Iterator[tuple[int, Iterator[bytes]]]:
    """The members from ``offset``, at which ``file`` stands, as ``runs``.

    Without ``to_end`` more follows on ``file``: where a member goes on there, its blocks raise ``Cut``.
    """
    for start, blocks in _members(file, packing, offset, to_end):
        yield start, _without_doubt(blocks, packing.doubtful)


def _members(file: BinaryIO, packing: Packing, offset: int, to_end: bool) -> Iterator[tuple[int, Iterator[bytes]]]:
    ending = Ended(f"the file ends in the middle of a {packing.member}") if to_end else Cut()
    size = len(packing.magic)
    data = file.read(BLOCK)
    told = False
    """Whether the break that the bytes at hand belong to was told already."""
    while data:
        start = packing.find(data, not told)
        junk = data[:start] if start >= 0 else data
        if junk.strip(b"\0") and not told:
            yield offset, _no_member(packing)
            told = True
        if start >= 0:
            member = _Member(file, packing, offset + start, data[start:], ending)
            yield member.offset, member.blocks()
            offset, data, told = member.rest()
        else:
            keep = data[1 - size :]
            offset, data = offset + len(data) - len(keep), keep
        if len(data) < size:
            more = file.read(BLOCK)
            if not more:
                if not to_end and data.strip(b"\0") and not told:  # at the end of a file, they are passed over
                    yield offset, _no_member(packing)
                return
            data += more


def _no_member(packing: Packing) -> Iterator[bytes]:
    raise Broken(f"bytes that are no {packing.member}")
    yield b""


class _Member:
    """One member, which starts at ``offset`` with ``data``; where ``file`` has no more, ``ending`` is raised."""

    def __init__(self, file: BinaryIO, packing: Packing, offset: int, data: bytes, ending: Exception) -> None:
        self.offset = offset
        self._packing = packing
        self._ending = ending
        self._file = file
        self._data = data
        """The compressed bytes at hand: all since the start, or the last ``WINDOW``."""
        self._end = offset + len(data)
        self._unused: bytes | None = None

    def blocks(self) -> Iterator[bytes]:
        """Its content."""
        inflate = self._packing.decompressor()
        data = self._data
        while not inflate.eof:
            try:
                block = inflate.decompress(data, BLOCK)
            except self._packing.error as error:
                raise Broken(f"the {self._packing.member} at byte {self.offset} is broken ({error})") from None
            if block:
                yield block
            data = getattr(inflate, "unconsumed_tail", b"")  # zstd keeps it to itself
            if not data and not block and not inflate.eof:
                data = self._more()
        self._unused = inflate.unused_data

    def rest(self) -> tuple[int, bytes, bool]:
        """Where to look for the next member, the bytes from there that were read already, whether this is broken."""
        broken = self._unused is None
        rest = self._data[len(self._packing.magic) :] if self._unused is None else self._unused
        return self._end - len(rest), rest, broken

    def _more(self) -> bytes:
        more = self._file.read(BLOCK)
        if not more:
            raise self._ending
        self._data = (self._data + more)[-WINDOW:]
        self._end += len(more)
        return more


def _without_doubt(blocks: Iterator[bytes], doubtful: int) -> Iterator[bytes]:
    """The blocks without the last ``doubtful`` bytes before a break, or the last one before the end of a cut file.

    So a record that a break touches is never whole, and gets one outcome.
    """
    held: deque[bytes] = deque()
    size = 0
    try:
        for block in blocks:
            held.append(block)
            size += len(block)
            while size - len(held[0]) >= doubtful:
                size -= len(held[0])
                yield held.popleft()
    except Ended:
        if known := b"".join(held)[:-1]:
            yield known
        raise
    yield from held
