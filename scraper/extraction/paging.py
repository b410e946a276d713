"""Articles in several pages: which page is the next, and the whole of them joined."""

import re
from collections import Counter
from dataclasses import replace
from typing import get_args
from urllib.parse import unquote, urlsplit

from scraper.extraction.addresses import absolute, base_of
from scraper.extraction.body import Body
from scraper.model import Article, Damage, Document, RepairCount

_NEXT = re.compile(r"\W*(?:\w{0,4}下\s*一?\s*[页頁]|后一页|後一頁|[余餘]下全文)\W*")
_STEM = re.compile(r"(?:[_-]\d{1,3})?(?:\.\w+)?$")
_PAGE_NUMBER = re.compile(r"[_-](\d{1,3})(?:\.\w+)?(?:[?#]|$)|[?&]p(?:age)?=(\d{1,3})")


def next_page(document: Document, body: Body) -> str | None:
    """The absolute URL of the page that continues the article; None where it ends here.

    A link 下一页 or a number only counts where it leads to another page of the same article: next to its text, on
    the same host, with the same address but for the page's number. The next *article* has an address of its own.
    """
    if not document.url or not body.indices:
        return None
    linked = dict(document.metadata).get("link:next")
    links = [one for one in document.references if one.kind == "link" and one.before >= body.indices[0]]
    if not (links or linked):
        return None
    base = base_of(document)
    named = [one for one in links if _NEXT.fullmatch(one.text)]
    numbered = [one for one in links if not _NEXT.fullmatch(one.text)]
    for target in [*([linked] if linked else []), *(one.url for one in (*named, *numbered))]:
        if not (target.startswith("?") or _PAGE_NUMBER.search(target)):  # most numbers on a page number something else
            continue
        following = (absolute(base, target) or "").partition("#")[0]
        try:
            if following and _continues(document.url, following):
                return following
        except ValueError:  # a link that is no URL
            continue
    return None


def join(first: Article, rest: list[Article]) -> Article:
    """One article of the pages of it, in order, without the lead-ins that later pages repeat.

    The facts are the first page's, where it has them; ``page_urls`` names all pages, ``next_page`` the one after the
    last. What was repaired, lost and removed is told of all pages.
    """
    lines = first.text.split("\n")
    seen = {line for line in lines if len(line) >= 10}
    for page in rest:
        own = page.text.split("\n")
        fresh = [line for line in own if line not in seen and line != first.title]
        lines += fresh
        seen.update(line for line in fresh if len(line) >= 10)
    pages = [first, *rest]
    urls = [url for page in pages for url in (page.page_urls or (page.url,)) if url]
    images = dict.fromkeys(image for page in pages for image in page.images)
    repairs: Counter[str] = Counter()
    for repair in (repair for page in pages for repair in page.repairs):
        repairs[repair.channel] += repair.count
    return replace(
        first,
        text="\n".join(lines),
        page_urls=tuple(dict.fromkeys(urls)),
        editors=first.editors or next((page.editors for page in rest if page.editors), ()),
        authors=first.authors or next((page.authors for page in rest if page.authors), ()),
        source=first.source or next((page.source for page in rest if page.source), None),
        images=tuple(images),
        lossy=any(page.lossy for page in pages),
        damage=max((page.damage for page in pages), key=get_args(Damage).index),
        repairs=tuple(RepairCount(channel=channel, count=repairs[channel]) for channel in sorted(repairs)),
        removed=tuple(removal for page in pages for removal in page.removed),
        next_page=pages[-1].next_page,
    )


def series(url: str) -> tuple[str, int | None]:
    """What the addresses of an article's pages have in common, and the number of this one; the first may have none.

    Raises ValueError for an address that is no URL.

    >>> series("http://news.example.cn/2026/a7_2.html"), series("http://news.example.cn/2026/a7.html")
    (('news.example.cn/2026/a7', 2), ('news.example.cn/2026/a7', None))
    """
    parts = urlsplit(url)
    match = _PAGE_NUMBER.search(url)
    return parts.netloc + _STEM.sub("", unquote(parts.path)), int(match[1] or match[2]) if match else None


def _continues(here: str, there: str) -> bool:
    """Whether an address is that of the page after, by its number: none or 1 is followed by 1 or 2, n by n + 1."""
    (stem, number), (other, following) = series(here), series(there)
    if here == there or stem != other or urlsplit(there).scheme not in ("http", "https"):
        return False
    return following is not None and following in ((1, 2) if number is None else (number + 1,))
