"""Files and standard input, opened, with their compression undone."""

import sys
import zlib
from contextlib import AbstractContextManager, nullcontext
from gzip import GzipFile
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from scraper import zstd
from scraper.inputs.sources import STANDARD_INPUT

BROKEN = (OSError, EOFError, zlib.error, zstd.ZstdError)
"""What reading a compressed file can raise where it breaks off."""
BUFFER = 1 << 18
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


def opened(name: str) -> AbstractContextManager[BufferedReader]:
    """The file of that name, or standard input for ``-``."""
    if name == STANDARD_INPUT:
        return nullcontext(cast(BufferedReader, sys.stdin.buffer))
    return cast(BufferedReader, Path(name).open("rb", buffering=BUFFER))


def plain(file: BufferedReader) -> IO[bytes]:
    """The file with its compression undone, told by its first bytes."""
    head = file.peek(4)
    if head.startswith(GZIP):
        return cast(IO[bytes], GzipFile(fileobj=file))
    if head.startswith(ZSTD):
        return cast(IO[bytes], zstd.ZstdFile(file))
    return file


def sniffed(file: BufferedReader) -> str:
    """What a file without a telling name holds, by its first bytes: warc, jsonl or page."""
    start = _start(file.peek(1)).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    return "jsonl" if start.startswith(b'{"') else "page"


def _start(head: bytes) -> bytes:
    try:
        if head.startswith(GZIP):
            return zlib.decompressobj(31).decompress(head, 256)
        if head.startswith(ZSTD):
            return zstd.ZstdDecompressor().decompress(head, 256)
    except BROKEN:
        return b""
    return head
