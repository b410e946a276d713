"""What a page says about itself outside its text: meta tags, JSON-LD, and the variables of its scripts."""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import chain

from scraper.segmentation.blank import squeeze

_LONGEST = 2000
_DEEPEST = 5
_NAMES = ("name", "property", "itemprop", "http-equiv")
_LINK_RELATIONS = ("canonical", "next")
_LISTS = frozenset(
    {"BreadcrumbList", "ItemList", "Organization", "NewsMediaOrganization", "WebSite", "VideoObject", "ImageObject"}
)

_DATE = r"""["']?\s{0,3}[:=]\s{0,3}(?:["']([12]\d{3}[^"'<>\\\r\n]{4,40})["']|["']?(1\d{9}(?:\d{3})?)\b)"""
_DATED = tuple(re.compile(end + _DATE) for end in ("ime", "ate", "var ct", "dAt", "d_at"))
"""One pattern for each ending of a name, as each begins with a literal: ten times the speed of one for all."""
_TIMES = re.compile(
    r"(?:page|ori)?(?:pub(?:lish)?|create|news|p|n?online)_?(?:time|date)|(?:publish|creat)ed_?at|ct|(?:d|server|sys|current|cur)?_?time",
    re.IGNORECASE,
)
_NAME = re.compile(r"""\b(\w+)["']?\s*[:=]\s*["']?$""", re.ASCII)


def from_title(content: str) -> str:
    """What the content of a ``title`` element says."""
    return squeeze(content)[:_LONGEST]


def from_textarea(classes: str, content: str) -> Iterator[tuple[str, str]]:
    """What a ``textarea`` with a name of its own says, from which a script of the page reads.

    >>> list(from_textarea("article-time", "1580000000000")), list(from_textarea("", "说两句"))
    ([('textarea:article-time', '1580000000000')], [])
    """
    said = squeeze(content)
    if classes.strip() and said and len(said) <= _LONGEST:
        yield f"textarea:{classes.split()[-1].lower()}", said


def from_tag(tag: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a ``meta``, ``link`` or ``base`` element says, names in lower case.

    >>> list(from_tag("meta", {"name": "PubDate", "content": "2020-01-02 03:04"}))
    [('pubdate', '2020-01-02 03:04')]
    """
    if tag == "meta":
        said = squeeze(attributes.get("content", ""))
        if said and len(said) <= _LONGEST:
            for attribute in _NAMES:
                if name := attributes.get(attribute):
                    yield name.strip().lower(), said
    elif tag == "link":
        relation = attributes.get("rel", "").strip().lower()
        if relation in _LINK_RELATIONS and (target := attributes.get("href")):
            yield f"link:{relation}", target.strip()
    elif tag == "base" and (target := attributes.get("href")):
        yield "base", target.strip()


def from_scripts(scripts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What JSON-LD and variables say, of scripts given as (type, content).

    A variable that has several values on the page belongs to a list and says nothing.

    >>> from_scripts([("", 'var ct = "1580000000"; a = {"ptime": "2019-01-01"}'), ("", 'b = {ptime: "2019-01-02"}')])
    [('script:ct', '1580000000')]
    >>> from_scripts([("", '{"publishTime": 1580000000000, "publishedAt": "2020-01-26 08:53:20", "time": 12}')])
    [('script:publishtime', '1580000000000'), ('script:publishedat', '2020-01-26 08:53:20')]
    >>> from_scripts([("application/ld+json", '{"@type": "NewsArticle", "author": {"name": "王五"}}')])
    [('ld:author.name', '王五')]
    """
    linked: list[tuple[str, str]] = []
    variables: dict[str, set[str]] = {}
    for kind, body in scripts:
        if "ld+json" in kind:
            linked.extend(_json_ld(body))
            continue
        for match in chain.from_iterable(pattern.finditer(body) for pattern in _DATED):
            value = match.lastindex or 1
            name = _NAME.search(body[max(0, match.start() - 20) : match.start(value)])
            if name and _TIMES.fullmatch(name[1]):
                variables.setdefault(name[1].lower(), set()).add(match[value].strip())
    return linked + [(f"script:{name}", values.pop()) for name, values in variables.items() if len(values) == 1]


def _json_ld(body: str) -> Iterator[tuple[str, str]]:
    try:
        data = json.loads(body.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return
    yield from _flatten(data, "", 0)


def _flatten(data: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for one in data[:20]:
            yield from _flatten(one, path, depth + 1)
    elif isinstance(data, dict):
        kind = data.get("@type")
        if not path and isinstance(kind, str) and kind in _LISTS:
            return
        for key, value in data.items():
            if not key.startswith("@"):
                yield from _flatten(value, f"{path}.{key}" if path else key, depth + 1)
            elif key == "@graph":
                yield from _flatten(value, path, depth + 1)
    elif isinstance(data, str) and path and len(data) <= _LONGEST and (text := squeeze(unescape(data))):
        yield f"ld:{path}", text
