"""Files and standard input, opened, with their compression undone."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from io import BufferedReader, RawIOBase
from itertools import chain
from pathlib import Path
from typing import IO, cast

from scraper.inputs.runs import BLOCK, GZIP, ZSTD, Broken, Packing, members
from scraper.inputs.sources import STANDARD_INPUT

BROKEN = (OSError, Broken)
"""What reading a file can raise where it breaks off."""
BUFFER = 1 << 18
LINES_GZIP = replace(GZIP, doubtful=BLOCK)
"""A garbled line mostly is no JSON, and is told, where a garbled page would pass for one."""


def opened(name: str) -> AbstractContextManager[BufferedReader]:
    """The file of that name, or standard input for ``-``."""
    if name == STANDARD_INPUT:
        return nullcontext(cast(BufferedReader, sys.stdin.buffer))
    return cast(BufferedReader, Path(name).open("rb", buffering=BUFFER))


def plain(file: BufferedReader) -> IO[bytes]:
    """The file with its compression undone, told by its first bytes.

    Reading it raises ``Broken`` where a part of it is: who reads on gets what comes after that.
    """
    packing = _packing(file.peek(4))
    if packing is None:
        return file
    blocks = chain.from_iterable(blocks for _, blocks in members(file, packing))
    return BufferedReader(_Unpacked(blocks), BUFFER)


def sniffed(file: BufferedReader) -> str:
    """What a file without a telling name holds, by its first bytes: warc, jsonl or page."""
    start = _start(file.peek(4)).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    return "jsonl" if start.startswith(b'{"') else "page"


def _packing(head: bytes) -> Packing | None:
    if head.startswith(GZIP.magic[:2]):
        return LINES_GZIP
    return ZSTD if head.startswith(ZSTD.magic) else None


def _start(head: bytes) -> bytes:
    packing = _packing(head)
    if packing is None:
        return head
    try:
        return cast(bytes, packing.decompressor().decompress(head, 256))
    except packing.error:
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
