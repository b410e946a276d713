"""The addresses that a page writes, made absolute."""

import re
from urllib.parse import urljoin, urlsplit

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


def host_names(url: str | None) -> list[str]:
    """The parts of a URL's host that can be the name of a site.

    >>> host_names("http://www.cnbeta.com/articles/1.htm"), host_names("http://[a")
    (['cnbeta'], [])
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return []
    return [part for part in host.split(".")[:-1] if len(part) > 3]


def canonical(document: Document) -> str | None:
    """The address that the page gives as its own, unless it points at a home page or is none: many sites give their
    home page as the canonical URL of everything.

    >>> canonical(Document(url="http://a.cn/1.html", blocks=(), metadata=(("link:canonical", "/?id=7"),)))
    'http://a.cn/?id=7'
    """
    values = dict(document.metadata)
    for name in ("link:canonical", "og:url"):
        if not (value := values.get(name)):
            continue
        try:
            url = urljoin(document.url or "", value)
            parts = urlsplit(url)
        except ValueError:  # an address that is no URL
            continue
        if parts.scheme in ("http", "https") and parts.hostname and (parts.path.strip("/") or parts.query):
            return url
    return None
