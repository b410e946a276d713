"""The addresses that a page writes, made absolute."""

import re
from urllib.parse import urljoin

from scraper.model import Document

_ABSOLUTE = re.compile(r"https?://[\w.-]+/[\w./-]*", re.ASCII)
"""An address that ``urljoin`` leaves as it is; it takes long to find that out."""


def base_of(document: Document) -> str:
    """The address that those of the page are relative to: its ``base`` if that is a URL, else its own; perhaps "".

    >>> base_of(Document(url="http://a.cn/1.html", blocks=(), metadata=(("base", "http://[b"),)))
    'http://a.cn/1.html'
    """
    said = next((value for name, value in document.metadata if name == "base"), "")
    try:
        return urljoin(document.url or "", said)
    except ValueError:
        return document.url or ""


def absolute(base: str, url: str) -> str | None:
    """``url`` seen from ``base``; None where it is no URL.

    >>> absolute("http://a.cn/b/c.html", "../d.jpg"), absolute("http://a.cn/", "http://[d.jpg")
    ('http://a.cn/d.jpg', None)
    """
    try:
        return url if _ABSOLUTE.fullmatch(url) else urljoin(base, url)
    except ValueError:
        return None
