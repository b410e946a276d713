"""Text of a page -> Document: flat blocks in reading order, and the values of the metadata.

The tree of a page is walked once, here; no later stage sees markup.
"""

from scraper.model import Document
from scraper.segmentation.blank import has_bytes, squeeze_document
from scraper.segmentation.markup import is_markup, parse
from scraper.segmentation.plain import lines

__all__ = ["has_bytes", "segment", "squeeze_document"]


def segment(
    text: str, *, url: str | None = None, content_type: str | None = None, utf8: bytes | None = None
) -> Document:
    """Cut a decoded page, HTML or plain text, into blocks.

    ``content_type`` is a hint: text with a document's tags is HTML whatever the server called it. ``utf8`` is the text
    as it came, if that was UTF-8. Any text at all gives a Document, an empty one where there is nothing to read; the
    time is linear in its length.

    >>> [block.text for block in segment("<h1>标题</h1><p>第一段。<br>第二段。").blocks]
    ['标题', '第一段。', '第二段。']
    >>> [block.text for block in segment("标题\\n\\n第一段。").blocks]
    ['标题', '第一段。']
    """
    if not is_markup(text, content_type):
        return Document(url=url, blocks=lines(text), plain=True)
    return parse(text, url, utf8)
