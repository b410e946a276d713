"""What a URL says by itself: whether it is a web address, of which host, what it most likely leads to, and of which day
that is."""

import re
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["article", "list", "other"]


def web_host(url: str) -> str:
    """The host of a web address as it is looked up: lower case, ASCII. Raises ValueError, saying why, where ``url`` is
    no web address.

    >>> web_host("HTTP://新闻.Example:8080/2026/1.html")
    'xn--efvy88h.example'
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is no web address: {error}") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise ValueError(f"{url!r} is no web address: give one with http:// or https://")
    return host


DATED = re.compile(r"(?:19|20)\d\d[-_/]?(?:0[1-9]|1[0-2])(?:[-_/]?(?:0[1-9]|[12]\d|3[01]))?(?!\d{3})")
NUMBERED = re.compile(r"(?<![\d.])\d{5,}")
PAGE = re.compile(r"\.(?:s?html?|aspx?|php|jsp)$|^[^.]*$")
INDEX = re.compile(r"(?:^|/)(?:index|default|list|node_?\d*|channel|more)(?:[_-]?\d+)?(?:\.\w+)?$|/$|^$")
MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|css|js|pdf|zip|rar|mp[34]|docx?|xlsx?|apk|exe)$", re.IGNORECASE)
HEADLINE = 8
"""Characters from which an anchor text reads like a headline rather than the name of a section."""


def kind_by_shape(url: str, anchor: str = "") -> Kind:
    """What a URL most likely is, by its shape: dates and long numbers are signs of an article, ``index`` and ``/``
    of a list.

    >>> kind_by_shape("https://news.example.org/a/20261103/0012345.htm")
    'article'
    >>> kind_by_shape("https://news.example.org/politics/index_2.html")
    'list'
    >>> kind_by_shape("https://news.example.org/logo.png")
    'other'
    """
    parts = urlsplit(url)
    last = parts.path.rsplit("/", 1)[-1]
    if MEDIA.search(parts.path) or not PAGE.search(last):
        return "other"
    if INDEX.search(parts.path.lstrip("/")) and not parts.query:
        return "list"
    headline = len(anchor.strip()) >= HEADLINE
    signs = bool(DATED.search(parts.path)) + bool(NUMBERED.search(f"{last}?{parts.query}")) + headline
    if signs >= 2 or (signs == 1 and not headline):
        return "article"
    return "list" if not headline and parts.path.count("/") <= 2 else "other"


def day_in_url(url: str) -> date | None:
    """The day of publication that many sites write into an article's URL.

    >>> day_in_url("http://news.example.org/n1/2026/1103/c1024-5.html")
    datetime.date(2026, 11, 3)
    >>> day_in_url("http://news.example.org/n1/5.html") is None
    True
    """
    found = re.search(r"(?<!\d)((?:19|20)\d\d)[-_/]?(\d\d)[-_/]?(\d\d)(?!\d)", urlsplit(url).path)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
