"""A file as runs of bytes that can be read: the members of a gzip file, one by one, past those that are broken.

Damage costs the member it is in: reading goes on at the next one, which gzip's own readers do not do.
"""

import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO

from scraper import zstd

BLOCK = 1 << 18
MAX_CHECKED = 1 << 25
"""A member of up to this many bytes is read whole, so that its checksum is known before anything in it is used."""
WINDOW = 1 << 20
"""Compressed bytes before a break in which the next member may have started unnoticed."""

GZIP, ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"


class Broken(Exception):
    """Bytes that are not what they should be."""


class Cut(Exception):
    """The bytes at hand end in the middle of a gzip member, and the file does not."""


def runs(file: BufferedReader) -> Iterator[tuple[int | None, Iterator[bytes]]]:
    """The runs of a file: where each starts (None where nothing is compressed), and its bytes in blocks.

    A run must be taken to its end before the next. Its blocks raise ``Broken`` where it breaks off.
    """
    head = file.peek(1)
    if head.startswith(ZSTD):
        yield 0, _zstd_blocks(file)
    elif GZIP in head and not head.lstrip().startswith(b"WARC/"):
        yield from members(file)
    else:
        yield None, iter(lambda: file.read(BLOCK), b"")


def members(file: BinaryIO, offset: int = 0, to_end: bool = True) -> Iterator[tuple[int, Iterator[bytes]]]:
    """The members from ``offset``, at which ``file`` stands, as ``runs``.

    Without ``to_end`` more follows on ``file``: where a member goes on there, its blocks raise ``Cut``.
    """
    for start, blocks in _members(file, offset, to_end):
        yield start, _checked(blocks)


def _members(file: BinaryIO, offset: int, to_end: bool) -> Iterator[tuple[int, Iterator[bytes]]]:
    ending = Broken("the file ends in the middle of a gzip member") if to_end else Cut()
    data = file.read(BLOCK)
    told = False
    """Whether the break that the bytes at hand belong to was told already."""
    while data:
        start = data.find(GZIP)
        junk = data[:start] if start >= 0 else data
        if junk.strip(b"\0") and not told:
            yield offset, _no_member()
            told = True
        if start >= 0:
            member = _Member(file, offset + start, data[start:], ending)
            yield member.offset, member.blocks()
            offset, data, told = member.rest()
        else:
            keep = data[1 - len(GZIP) :]
            offset, data = offset + len(data) - len(keep), keep
        if len(data) < len(GZIP):
            more = file.read(BLOCK)
            if not more:
                if not to_end and data.strip(b"\0") and not told:  # at the end of a file, they are passed over
                    yield offset, _no_member()
                return
            data += more


def _no_member() -> Iterator[bytes]:
    raise Broken("bytes that are no gzip member")
    yield b""


class _Member:
    """One gzip member, which starts at ``offset`` with the bytes ``data``; where ``file`` has no more, ``ending`` is
    raised.
    """

    def __init__(self, file: BinaryIO, offset: int, data: bytes, ending: Exception) -> None:
        self.offset = offset
        self._ending = ending
        self._file = file
        self._data = data
        """The compressed bytes at hand: all since the start, or the last ``WINDOW``."""
        self._end = offset + len(data)
        self._unused: bytes | None = None

    def blocks(self) -> Iterator[bytes]:
        """Its content."""
        inflate = zlib.decompressobj(31)
        data = self._data
        while not inflate.eof:
            try:
                block = inflate.decompress(data, 4 * BLOCK)
            except zlib.error as error:
                raise Broken(f"a gzip member is broken ({error})") from None
            if block:
                yield block
            data = inflate.unconsumed_tail
            if not data and not block and not inflate.eof:
                data = self._more()
        self._unused = inflate.unused_data

    def rest(self) -> tuple[int, bytes, bool]:
        """Where to look for the next member, the bytes from there that were read already, whether this is broken."""
        broken = self._unused is None
        rest = self._data[len(GZIP) :] if self._unused is None else self._unused
        return self._end - len(rest), rest, broken

    def _more(self) -> bytes:
        more = self._file.read(BLOCK)
        if not more:
            raise self._ending
        self._data = (self._data + more)[-WINDOW:]
        self._end += len(more)
        return more


def _checked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, held back until the end is seen to be well, or there are too many to hold."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        held.append(block)
        size += len(block)
        if size > MAX_CHECKED:
            break
    yield from held
    yield from blocks


def _zstd_blocks(file: BufferedReader) -> Iterator[bytes]:
    stream = zstd.ZstdFile(file)
    try:
        yield from iter(lambda: stream.read(BLOCK), b"")
    except (zstd.ZstdError, EOFError) as error:
        raise Broken(f"a zstd frame is broken ({error})") from None
