"""Content that comes compressed, and whole.

Of a server that gives no length, a connection that broke looks like the end. Plain text cannot tell; compressed data
know where they end. Scrapy makes the best of what has come, which for a crawl would be half an article.
"""

import zlib

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

GZIP_HEADER = 10
"""Bytes of the header that web servers write: without a file's name."""
FLUSHED = b"\0\0\xff\xff"
"""The end of data that were flushed to the client: some programs never write more of an end than this."""


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware, for which a body that breaks off is a download that failed, and is tried again."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The response without its compression, or the request for another attempt."""
        encodings = b",".join(response.headers.getlist("Content-Encoding")).strip().lower()
        unpacked = super().process_response(request, response)
        if response.status != 200 or encodings not in WHOLE or WHOLE[encodings](response.body):
            return unpacked
        why = "the compressed data break off"
        assert self._crawler.spider is not None
        again = get_retry_request(request, reason=why, spider=self._crawler.spider)
        if again is None:
            raise ResponseDataLossError(why)
        return again


def is_whole(body: bytes) -> bool:
    """Whether gzip or deflate data reach their end. A checksum that is wrong or missing is no loss.

    >>> from gzip import compress
    >>> packed = compress("石桥镇修好了老码头".encode())
    >>> [is_whole(packed), is_whole(packed[:-8]), is_whole(packed[:-9])]
    [True, True, False]
    """
    if not body or body.endswith(FLUSHED):
        return True
    starts = ((zlib.MAX_WBITS | 32, body), (-zlib.MAX_WBITS, body), (-zlib.MAX_WBITS, body[GZIP_HEADER:]))
    return any(_ends(wbits, data) for wbits, data in starts)


def is_whole_brotli(body: bytes) -> bool:
    """Whether Brotli data reach their end.

    >>> packed = brotli.compress("石桥镇修好了老码头".encode())
    >>> [is_whole_brotli(packed), is_whole_brotli(packed[:-1])]
    [True, False]
    """
    stream = brotli.Decompressor()
    try:
        stream.process(body)
    except brotli.error:
        return False
    return not body or bool(stream.is_finished())


def _ends(wbits: int, data: bytes) -> bool:
    stream = zlib.decompressobj(wbits)
    try:
        stream.decompress(data)
    except zlib.error:
        return False
    return stream.eof


WHOLE = {b"gzip": is_whole, b"x-gzip": is_whole, b"deflate": is_whole, b"br": is_whole_brotli}
"""By Content-Encoding. Of zstd that breaks off Scrapy itself makes nothing."""
