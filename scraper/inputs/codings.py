"""HTTP content codings undone, and never beyond a limit."""

import zlib
from collections.abc import Callable

import brotli

from scraper import zstd


def _inflate(window: int) -> Callable[[bytes, int], bytes]:
    return lambda body, limit: zlib.decompressobj(window).decompress(body, limit)


def _brotli(body: bytes, limit: int) -> bytes:
    return brotli.Decompressor().process(body, output_buffer_limit=limit)


def _zstd(body: bytes, limit: int) -> bytes:
    return zstd.ZstdDecompressor().decompress(body, limit)


CODINGS: dict[str, tuple[Callable[[bytes, int], bytes], ...]] = {
    "gzip": (_inflate(31),),
    "x-gzip": (_inflate(31),),
    "deflate": (_inflate(15), _inflate(-15)),  # what RFC 9110 says, and what servers send
    "br": (_brotli,),
    "zstd": (_zstd,),
}
ERRORS = (zlib.error, brotli.error, zstd.ZstdError)


def decoded(body: bytes, codings: str | None, limit: int) -> bytes:
    """``body`` with its content codings undone, at most ``limit`` bytes of it.

    A body that is not what its label says comes back as it is: many archives keep the header and undo the coding. One
    that was cut gives what is there.

    >>> decoded(zlib.compress(b"text"), "deflate", 100), decoded(b"text", "gzip", 100)
    (b'text', b'text')
    """
    for coding in reversed((codings or "").lower().split(",")):
        for undo in CODINGS.get(coding.strip(), ()):
            try:
                body = undo(body, limit)
                break
            except ERRORS:
                continue
    return body
