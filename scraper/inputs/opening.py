"""Files and standard input, opened, with their compression undone."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BufferedReader, BytesIO, RawIOBase
from itertools import chain
from pathlib import Path
from typing import IO, BinaryIO, cast

from scraper.inputs.runs import BLOCK, GZIP, ZSTD, Broken, Packing, members
from scraper.inputs.sources import STANDARD_INPUT

BROKEN = (OSError, Broken)
"""What reading a file can raise where it breaks off."""
BUFFER = 1 << 18
HEAD = 1 << 9
"""Bytes that tell what a file holds; of zstd, which gives whole blocks alone, it takes ``BUFFER``."""
JSON_OBJECT = re.compile(rb'\{\s*["}]')
LINES_GZIP = replace(GZIP, doubtful=BLOCK)
"""A garbled line mostly is no JSON, and is told, where a garbled page would pass for one."""


def reason(error: Exception) -> str:
    """What an error of opening or reading says."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@contextmanager
def opened(name: str) -> Iterator[BufferedReader]:
    """The file of that name, or standard input for ``-``."""
    if name == STANDARD_INPUT:
        yield _from_pipe(sys.stdin.buffer)
        return
    with Path(name).open("rb", buffering=BUFFER) as file:
        yield cast(BufferedReader, file) if file.seekable() else _from_pipe(file)


def plain(file: BufferedReader) -> IO[bytes]:
    """The file with its compression undone, told by its first bytes.

    Reading it raises ``Broken`` where a part of it is: who reads on gets what comes after that.
    """
    packing = _packing(file.peek(HEAD))
    if packing is None:
        return file
    blocks = chain.from_iterable(blocks for _, blocks in members(file, packing))
    return BufferedReader(_Unpacked(blocks), BUFFER)


def sniffed(file: BufferedReader) -> str:
    """What a file without a telling name holds, by its first bytes: warc, jsonl or page."""
    start = _start(file.peek(HEAD)).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    return "jsonl" if JSON_OBJECT.match(start) else "page"


def _packing(head: bytes) -> Packing | None:
    if head.startswith(GZIP.magic[:2]):
        return LINES_GZIP
    return ZSTD if ZSTD.starts(head) else None


def _start(head: bytes) -> bytes:
    packing = _packing(head)
    if packing is None:
        return head
    blocks = chain.from_iterable(blocks for _, blocks in members(BytesIO(head), packing))
    with suppress(Broken):
        return next(filter(None, blocks), b"")
    return b""


class _Unpacked(RawIOBase):
    """Blocks of bytes as a stream. Where getting one fails, who reads on gets the next."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


def _from_pipe(stream: BinaryIO) -> BufferedReader:
    return BufferedReader(_Pipe(stream), BUFFER)


class _Pipe(RawIOBase):
    """A pipe, whose first read waits for enough to tell what it holds: writers come with as little as a byte."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._told = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        stream = cast(BufferedReader, self._stream)
        count = stream.readinto1(buffer)
        while not self._told:
            enough = len(buffer) if ZSTD.starts(bytes(buffer[:4])) else HEAD
            more = stream.readinto1(buffer[count:]) if count < enough else 0
            self._told = not more
            count += more
        return count
