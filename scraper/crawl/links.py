"""The links of a page, a feed or a sitemap, read from its bytes.

The text comes from ``scraper.decoding``, never from the label: a page whose label lies has the same links as any other.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urljoin

from lxml import etree
from w3lib.url import safe_url_string

from scraper.decoding import decode
from scraper.decoding.encodings import ESCAPED, UTF16, encodings
from scraper.extraction.dates import BEIJING
from scraper.urls import web_host


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An absolute URL and the text that names it.

    ``listing`` says that it is known to lead to more links, ``day`` when what it leads to was last changed.
    """

    url: str
    anchor: str = ""
    listing: bool = False
    day: date | None = None


FEEDS = ("application/rss+xml", "application/atom+xml")
GZIP = b"\x1f\x8b"
MAX_SITEMAP = 50 << 20
"""Bytes; the sitemap protocol allows no more."""
SESSION = re.compile(
    r";jsessionid=[^/?]*|\?PHPSESSID=\w*$|(?<=\?)PHPSESSID=\w*&|&PHPSESSID=\w*|(?<=/)\((?:[ASFX]\([\w-]+\))+\)/",
    re.IGNORECASE,
)
"""What a server writes into all its links for a client without cookies: in every answer another URL for each page."""
ROOT = re.compile(r"<(?:\w+:)?(?:(urlset|sitemapindex|rss|feed|rdf)|html|head|body)\b", re.IGNORECASE)
"""The first of these tells a feed or sitemap, whatever a server wrote before it, from a page."""
BARE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!(?:#\d+|#x[\da-f]+|amp|lt|gt|quot|apos);)", re.DOTALL)
"""An ampersand that is none in XML, and what may hold one: feeds put URLs and HTML in as they are. At the first the
parser loses track, and the ``&amp;`` of all later URLs."""
ESCAPE = re.compile("%[0-9a-f]{2}", re.IGNORECASE)
FIRST_WEB_PAGE = date(1991, 8, 6)
DEFAULT_PORT = re.compile(r"(?<=^http://)([^/?]+):80(?=[/?]|$)|(?<=^https://)([^/?]+):443(?=[/?]|$)")


def links(body: bytes, *, url: str, content_type: str | None) -> Iterator[Link]:
    """Every link, in the order of the page, each URL once. Bytes without links give none.

    >>> page = '<a href="/a.html">石桥镇</a><a href="javascript:void(0)">打印</a>'.encode("gbk")
    >>> list(links(page, url="http://example.org/", content_type="text/html; charset=utf-8"))
    [Link(url='http://example.org/a.html', anchor='石桥镇', listing=False, day=None)]
    """
    decoded = decode(unpacked(body), content_type)
    text, encoding = decoded.text, "utf-8"
    if root := _feed_root(text):
        base, found = url, _feed_links(text[root.start() :])
    elif "<" not in text:
        base, found = url, (Link(url=line) for line in text.split() if line.startswith(("http://", "https://")))
    else:
        base, found = _page_links(text, url)
        encoding = _query_codec(decoded.encoding)
    seen = set()
    for link in found:
        absolute = absolute_url(base, link.url, encoding)
        if absolute and absolute not in seen:
            seen.add(absolute)
            yield replace(link, url=absolute)


def absolute_url(base: str, reference: str, encoding: str = "utf-8") -> str | None:
    """The web address, without fragment, session and the usual port, that a reference in a page or file at ``base``
    leads to; None where it is none. As in a browser, a path is written in UTF-8 and a query in the ``encoding`` of the
    page.

    >>> absolute_url("http://example.org/a/", "..\\新闻.asp?类=要闻#3", "gb18030")
    'http://example.org/%E6%96%B0%E9%97%BB.asp?%C0%E0=%D2%AA%CE%C5'
    >>> absolute_url("http://example.org/", "http://[x/") is None
    True
    """
    path, mark, query = reference.strip().partition("#")[0].partition("?")
    try:
        absolute = urljoin(base, path.replace("\\", "/") + mark + query).partition("#")[0]
        absolute = ESCAPE.sub(lambda found: found[0].upper(), SESSION.sub("", _safe(absolute, encoding)))
        absolute = DEFAULT_PORT.sub(r"\1\2", absolute)
        web_host(absolute)
    except ValueError:
        return None
    return absolute


def _safe(url: str, encoding: str) -> str:
    try:
        return safe_url_string(url, encoding)
    except UnicodeEncodeError:  # the page names a character that its encoding has not
        return safe_url_string(url)


def _query_codec(encoding: str) -> str:
    """Python's codec for the queries in a page of an encoding; UTF-8 where the standard has it so."""
    known = encodings().get(encoding)
    return known.codec if known and encoding not in UTF16 | ESCAPED else "utf-8"


def unpacked(body: bytes) -> bytes:
    """The body, or what it holds where it is a gzip file (``sitemap.xml.gz``), of one member or several, up to
    ``MAX_SITEMAP`` bytes."""
    content, rest = b"", body
    while rest.startswith(GZIP) and len(content) < MAX_SITEMAP:
        member = zlib.decompressobj(wbits=31)
        try:
            content += member.decompress(rest, MAX_SITEMAP - len(content))
        except zlib.error:
            break
        rest = member.unused_data
    return content or body


def is_feed(body: bytes) -> bool:
    """Whether a body is a feed or a sitemap: it names articles and is none.

    >>> is_feed(b'<?xml version="1.0"?><rss version="2.0"><channel>')
    True
    """
    return _feed_root(body[:2000].decode("latin-1")) is not None


def _feed_root(text: str) -> re.Match[str] | None:
    """Where the root element of a feed or sitemap begins; None in a page."""
    root = ROOT.search(text[:2000])
    return root if root and root[1] else None


def _page_links(text: str, url: str) -> tuple[str, Iterator[Link]]:
    """What the references of a page are relative to (its ``<base>``, where that is a web address), and the
    references."""
    references = _References()
    parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, target=references)
    with suppress(etree.LxmlError):  # what was found before it gave up counts
        etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    base = absolute_url(url, references.base) if references.base else None
    return base or url, references.links()


class _References:
    """Listens to the parser. A tree would end where elements that nobody closed are nested too deeply, and with it all
    links after that."""

    def __init__(self) -> None:
        self.base = ""
        self._found: list[tuple[Link, list[str]]] = []
        self._text: list[str] | None = None
        """Of the anchor that is open."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        reference = attributes.get("src" if tag == "frame" else "href")
        listing = tag == "frame" or (tag == "link" and attributes.get("type") in FEEDS)
        if reference and (listing or tag in ("a", "area")):
            text = list[str]()
            self._found.append((Link(url=reference, anchor=attributes.get("title", ""), listing=listing), text))
            self._text = text if tag == "a" else None
        elif reference and tag == "base":
            self.base = self.base or reference

    def data(self, text: str) -> None:
        """Text, of an anchor or not."""
        if self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "a":
            self._text = None

    def close(self) -> None:
        """The page ends."""

    def links(self) -> Iterator[Link]:
        """What was found, in the order of the page."""
        for link, text in self._found:
            yield replace(link, anchor=" ".join("".join(text).split()) or link.anchor)


def _feed_links(text: str) -> Iterator[Link]:
    """Links of RSS, Atom, RDF, sitemaps and sitemap indexes, with the title that stands before or after them."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(BARE.sub(lambda found: found[0] if found[0] != "&" else "&amp;", text).encode(), parser)
    if root is None:
        return
    for entry in root.iter("{*}url", "{*}sitemap", "{*}item", "{*}entry"):
        titles = [e.text or "" for e in entry.iter("{*}title")]
        days = [e.text or "" for e in entry.iter("{*}lastmod", "{*}publication_date", "{*}updated")]
        for element in (*entry.iter("{*}loc", "{*}link"), *entry.iter("{*}guid")):
            address = (element.text or "").strip() or element.get("href", "")
            if address and _names_the_entry(element, address):
                listing = etree.QName(entry).localname == "sitemap"
                yield Link(url=address, anchor="".join(titles[:1]), listing=listing, day=_day("".join(days[:1])))
                break


def _names_the_entry(element: etree._Element, address: str) -> bool:
    """Whether an element's address is that of its entry: not a picture, another form, or a number of the feed's own."""
    if etree.QName(element).localname == "guid":
        return element.get("isPermaLink") != "false" and address.startswith(("http://", "https://"))
    return element.get("rel", "alternate") == "alternate" and "image" not in element.tag


def _day(text: str) -> date | None:
    """The day, in China where a time with an offset says when it was. Programs that know none write the first of their
    calendar (``0001-01-01``, ``1970-01-01``).

    >>> _day("2026-11-04T16:30:00Z")
    datetime.date(2026, 11, 5)
    """
    day = _written_day(text.strip())
    return day if day and day >= FIRST_WEB_PAGE else None


def _written_day(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError):
        pass
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
