"""Text of an HTML page -> its Document, through the parser that can read it."""

import re

from lxml import etree

from scraper.model import Document
from scraper.segmentation.blocks import BlockBuilder
from scraper.segmentation.escaped import in_front

_DOCUMENT_TAG = re.compile(r"<(?:!doctype\s+html|html|head|body|frameset)\b", re.IGNORECASE)
_COMMON_TAG = re.compile(
    r"<(?:meta|title|div|p|pre|br|hr|table|t[dhr]|span|article|section|center|blockquote|h[1-6]|[uod]l|li|font|script|style"
    r"|img|a\s+href|strong)\b[^<>]*>",
    re.IGNORECASE,
)
_GAVE_UP = frozenset({etree.ErrorTypes.ERR_RESOURCE_LIMIT, etree.ErrorTypes.ERR_INTERNAL_ERROR})


def is_markup(text: str, content_type: str | None) -> bool:
    """Whether the text is HTML: it has the tags of a document, or common ones where the server did not say plain text.

    >>> is_markup("<p>正文", None), is_markup("a < b，b > c", None), is_markup("他用 <p> 标签", "text/plain")
    (True, False, False)
    """
    if _DOCUMENT_TAG.search(text):
        return True
    if content_type and content_type.lower().startswith("text/plain"):
        return False
    return _COMMON_TAG.search(text) is not None


def parse(text: str, url: str | None, utf8: bytes | None = None) -> Document:
    """Read a page, with an article in front that it keeps as text in a ``textarea``. ``utf8`` is the text in UTF-8,
    where that is at hand.
    """
    page, escaped = _read(text, url, utf8)
    return in_front(_read(escaped, url)[0], page) if escaped else page


def _read(text: str, url: str | None, utf8: bytes | None = None) -> tuple[Document, str]:
    """A page and the markup in its textareas, by lxml; by Beautiful Soup where lxml gives up before the page's end."""
    body = utf8 or text.encode("utf-8", "replace")
    if b"\0" in body:
        body = body.replace(b"\0", b"")
    builder = BlockBuilder(url)
    parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, target=builder)
    try:
        document: Document = etree.fromstring(body, parser)
    except etree.LxmlError:
        return _second_parser(text, url), ""
    if any(entry.type in _GAVE_UP for entry in parser.error_log.filter_from_level(etree.ErrorLevels.FATAL)):
        return _second_parser(text, url), ""
    return document, "".join(builder.escaped)


def _second_parser(text: str, url: str | None) -> Document:
    """The same events from Beautiful Soup's reading of the page, which stops at nothing."""
    from bs4 import BeautifulSoup, Tag  # few pages need it, and it is slow to import
    from bs4.element import PreformattedString

    builder = BlockBuilder(url)
    soup = BeautifulSoup(text.replace("\0", ""), "html.parser")
    opened: list[Tag] = [soup]
    for node in soup.descendants:
        while opened[-1] is not node.parent:
            builder.end(opened.pop().name)
        if isinstance(node, Tag):
            builder.start(
                node.name,
                {key: " ".join(value) if isinstance(value, list) else value for key, value in node.attrs.items()},
            )
            opened.append(node)
        elif not isinstance(node, PreformattedString):
            builder.data(str(node))
    return builder.close()
