"""Sites: what a news site is called, where its crawl starts, and which of its URLs are articles.

A site is one TOML file in ``data/sites/``; its format is in the README there. A site that nobody described is told
from its start URL alone (``undescribed``): article links are then told from others by the shape of the URL and the
anchor text.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from scraper import fields
from scraper.model import Selectors
from scraper.tables import path
from scraper.urls import Kind, day_in_url, kind_by_shape, web_host

NOWHERE = Selectors()


class UnknownSite(Exception):
    """No site of that name is described."""


class InvalidSite(Exception):
    """A site's file does not follow the format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """URLs of one layout: ``regex`` is searched in the URL without its scheme; valid for days before ``until``."""

    regex: re.Pattern[str]
    until: date | None = None

    def fits(self, address: str) -> bool:
        """Whether an address (a URL without its scheme) is of this layout, and of its time where the address tells."""
        if not self.regex.search(address):
            return False
        day = day_in_url(f"http://{address}") if self.until else None
        return day is None or self.until is None or day < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where pages published before ``until`` have title and body."""

    selectors: Selectors
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A URL and what it is; a test holds the patterns to it."""

    url: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A described site. ``checked`` is the day somebody compared it with the live site, None where nobody has."""

    key: str
    name: str
    domains: tuple[str, ...]
    start: tuple[str, ...]
    articles: tuple[Pattern, ...] = ()
    lists: tuple[re.Pattern[str], ...] = ()
    layouts: tuple[Layout, ...] = ()
    examples: tuple[Example, ...] = field(default=(), repr=False)
    checked: date | None = None
    embedded: str | None = None
    """The folder in ``data/`` that holds the site's own pages; it is then served from there, without any network."""

    def kind_of(self, url: str, anchor: str = "") -> Kind:
        """What a link leads to: an article, a page of links, or something else.

        ``anchor`` is the text of the link; only sites without patterns of their own look at it. Raises ValueError
        where ``url`` is no web address.
        """
        if not self.owns(web_host(url)):
            return "other"
        if not self.articles:
            return kind_by_shape(url, anchor)
        address = url.partition("://")[2]
        if any(pattern.fits(address) for pattern in self.articles):
            return "article"
        return "list" if any(regex.search(address) for regex in self.lists) else "other"

    def without_tracking(self, url: str) -> str:
        """The URL of a link, without a query where only so it is an article's: such a query says where the reader comes
        from. A site without patterns of its own keeps them all."""
        bare, _, query = url.partition("?")
        tracked = query and self.articles and self.kind_of(url) == "other" and self.kind_of(bare) == "article"
        return bare if tracked else url

    def owns(self, host: str) -> bool:
        """Whether a host is one of the site's domains or below one."""
        return any(host == domain or host.endswith(f".{domain}") for domain in self.domains)


def selectors(url: str | None) -> Selectors:
    """Where the described site of ``url`` has the parts of an article; empty where no site or no layout says so.

    The first layout that was valid on the day in the URL counts; a URL without a day has the first layout.

    >>> selectors("http://news.zhengwen.example/2026/1103/b2001.html").body
    'section.content'
    >>> selectors("http://www.example.org/1.html").body is None
    True
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return NOWHERE
    labels = host.split(".")
    found = laid_out()
    site = next((found[name] for n in range(len(labels)) if (name := ".".join(labels[n:])) in found), None)
    if site is None:
        return NOWHERE
    day = day_in_url(url or "")
    valid = (one for one in site.layouts if one.until is None or day is None or day < one.until)
    return next((one.selectors for one in valid), NOWHERE)


@cache
def laid_out() -> dict[str, Site]:
    """By domain, the described sites that say where title and body are.

    Raises InvalidSite where the file of any site does not follow the format: call it before a run, whose every page
    would be rejected with that error.
    """
    described = [load(name) for name in names()]
    return {domain: site for site in described if site.layouts for domain in site.domains}


@cache
def names() -> tuple[str, ...]:
    """The names of the described sites.

    >>> "sample" in names()
    True
    """
    return tuple(sorted(file.stem for file in path("sites").glob("*.toml")))


def load(key: str) -> Site:
    """Read a site's file.

    Raises UnknownSite where there is none and InvalidSite, with the field, where it does not follow the format.

    >>> load("sample").domains
    ('news.zhengwen.example',)
    """
    file = path("sites") / f"{key}.toml"
    if key not in names():
        raise UnknownSite(f"no site {key!r}: there are {', '.join(names())}; or give -a start=URL")
    try:
        return _from_table(key, tomllib.loads(file.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:  # of TOML, of UTF-8, of a field
        raise InvalidSite(f"{file}: {error}") from error


def undescribed(start: str) -> Site:
    """A site known by its start URL alone. Raises ValueError where that is no web address.

    >>> site = undescribed("https://www.example.org/news/")
    >>> site.kind_of("https://www.example.org/2026/1103/c1024-5.html", "石桥镇修好了老码头")
    'article'
    >>> site.kind_of("https://www.example.org/sports/", "体育")
    'list'
    """
    host = web_host(start)
    return Site(key=host, name=host, domains=(host.removeprefix("www."),), start=(start,))


def check(site: Site) -> list[str]:
    """What is wrong with a site's description: examples that its patterns contradict, or none at all.

    >>> check(load("sample"))
    []
    """
    problems = [
        f"{example.url} is described as {example.kind}, the patterns say {found}"
        for example in site.examples
        if (found := site.kind_of(example.url)) != example.kind
    ]
    if not site.examples:
        problems.append("no examples: nothing holds the patterns to what they are meant for")
    return problems


FIELDS = {
    "name": fields.text,
    "domains": fields.several(fields.host, at_least=1),
    "start": fields.several(fields.web_address, at_least=1),
    "lists": fields.several(fields.pattern),
    "article": fields.rows({"url": fields.pattern, "until": fields.day}, required=("url",)),
    "layout": fields.rows({"title": fields.selector, "body": fields.selector, "until": fields.day}),
    "example": fields.rows(
        {"url": fields.web_address, "kind": fields.one_of("article", "list", "other")}, required=("url", "kind")
    ),
    "checked": fields.day,
    "embedded": fields.one_of("sample_site"),
    "note": fields.text,
}
"""Of a site's file, and how each is read."""


def _from_table(key: str, table: dict[str, Any]) -> Site:
    values = fields.read(table, FIELDS, required=("name", "domains", "start"))
    site = Site(
        key=key,
        name=values["name"],
        domains=values["domains"],
        start=values["start"],
        articles=tuple(Pattern(regex=row["url"], until=row.get("until")) for row in values.get("article", ())),
        lists=values.get("lists", ()),
        layouts=tuple(
            Layout(selectors=Selectors(title=row.get("title"), body=row.get("body")), until=row.get("until"))
            for row in values.get("layout", ())
        ),
        examples=tuple(Example(**row) for row in values.get("example", ())),
        checked=values.get("checked"),
        embedded=values.get("embedded"),
    )
    for url in site.start:
        if not site.owns(web_host(url)):
            raise ValueError(f"start: {url} is outside the domains {', '.join(site.domains)}")
    return site
