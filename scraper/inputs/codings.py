"""HTTP content codings undone, and never beyond a limit."""

import zlib
from collections.abc import Callable
from io import BytesIO

import brotli

from scraper.inputs.runs import GZIP, ZSTD, Broken, Packing, members


def _inflate(window: int) -> Callable[[bytes, int], bytes]:
    return lambda body, limit: zlib.decompressobj(window).decompress(body, limit)


def _brotli(body: bytes, limit: int) -> bytes:
    return brotli.Decompressor().process(body, output_buffer_limit=limit)


def _unpack(packing: Packing) -> Callable[[bytes, int], bytes]:
    """All members, of which some servers send several."""

    def unpacked(body: bytes, limit: int) -> bytes:
        content = bytearray()
        try:
            for _, blocks in members(BytesIO(body), packing):
                for block in blocks:
                    content += block
                    if len(content) >= limit:
                        return bytes(content[:limit])
        except Broken:
            if not content:
                raise
        return bytes(content)

    return unpacked


CODINGS: dict[str, tuple[Callable[[bytes, int], bytes], ...]] = {
    "gzip": (_unpack(GZIP),),
    "x-gzip": (_unpack(GZIP),),
    "deflate": (_inflate(15), _inflate(-15)),  # what RFC 9110 says, and what servers send
    "br": (_brotli,),
    "zstd": (_unpack(ZSTD),),
}
ERRORS = (zlib.error, brotli.error, Broken)


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
