"""What a page says of its own encoding: byte-order mark, HTTP header, meta and XML declarations. Hints, all of them."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from scraper.decoding.encodings import name_of

PRESCAN = 4096  # bytes in which a declaration is looked for; the standard's 1,024 miss some pages
MARKS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16le"), (BOM_UTF16_BE, "utf-16be"))

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)


def byte_order_mark(body: bytes) -> tuple[str, int] | None:
    """The encoding that a byte-order mark names, and the mark's length."""
    return next(((name, len(mark)) for mark, name in MARKS if body.startswith(mark)), None)


def declarations(body: bytes, content_type: str | None) -> Iterator[tuple[str, str, str | None]]:
    """(voice, label as written, WHATWG name or None) of each declaration.

    >>> list(declarations(b'<meta charset="gb2312">', "text/html; charset=utf8"))
    [('HTTP header', 'utf8', 'utf-8'), ('meta', 'gb2312', 'gb18030')]
    """
    if content_type and (found := _HEADER.search(content_type)):
        yield "HTTP header", found[1], name_of(found[1])
    head = body[:PRESCAN]
    for voice, pattern in (("XML declaration", _XML), ("meta", _META)):
        if match := pattern.search(head):
            label = match[1].decode("ascii")
            yield voice, label, name_of(label)
