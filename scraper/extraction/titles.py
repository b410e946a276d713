"""The title of an article: the visible heading that the page's own metadata bears out, else what the metadata says."""

import re
from collections.abc import Sequence

from scraper.extraction import dates, tables
from scraper.extraction.alone import LINKED
from scraper.extraction.outline import Outline
from scraper.model import Block, Document

_BARS = re.compile(r"\s*[_|｜]+\s*|\s+-+\s*|\s*-+\s+|\s*--+\s*|\s+[·•]\s+|\s*[<>»«]+\s*")
_DASHES = re.compile(r"(\s*[–—]+\s*|-)")
_LONGEST_SECTION = 4
_NOT_TEXT = re.compile(r"[\W_]+")
_HEADING = re.compile(r"h[1-6](?![\w-])")
_TITLED = re.compile(r"title|tit(?![a-z])|biaoti|headline|head(?:ing)?(?![a-z])", re.IGNORECASE)
_NAMES = ("articletitle", "og:title", "ld:headline", "title", "twitter:title", "script:msg_title")
_LONGEST = 120
_PARAGRAPH = 50
_SHORTEST = 9
_SITE_ENDS = tuple("网 网站 门户 首页 频道 网站群 學會 学会 協會 协会 公司 大学 政府 新闻 在线".split())  # noqa: SIM905
_HIGHEST = 10
_NO_TITLE = re.compile(r"www[.]|://|[.](?:com|cn)\b|^\W*(?:首页|首頁|当前位置|您(?:的|所在的|现在的)?位置|位置[:：])")
SITE_LINE = re.compile(r"([\w·]{2,14}?(?:网|網|在线|報|报|新闻|新聞))(?:移动版|手机版|首页|首頁|触屏版)?")
"""A line that is a site's heading, and the site's name."""
_SITE = re.compile(r"[\w·]{1,10}(?:网|報|报|在线|新闻|財經|财经|网站|门户|社区|博客|論壇|新聞|網)")


def key(text: str) -> str:
    """What of a title counts when two are compared: letters and digits."""
    return _NOT_TEXT.sub("", text).casefold()


def find(document: Document, outline: Outline) -> tuple[int | None, str | None]:
    """The block that is the article's title, and the title; None for either where the page does not say.

    Where the metadata says more than the heading (a section, a site), the heading is right; where no heading agrees
    with the metadata, its best voice is the title, without the site's name.
    """
    said = [value for name in _NAMES for found, value in document.metadata if found == name]
    keys = [one for one in map(key, said) if len(one) >= 4]
    every_key = " ".join(keys)
    letters = frozenset(every_key)
    best, best_rank, text = None, 0.0, None
    initials = {character for value in said for character in value if character.isalnum()}
    for index, block in enumerate(document.blocks):
        own = block.text
        # Most blocks of a page begin with a character that no title of it has: the test saves most of the work.
        if not 3 <= len(own) <= _LONGEST or (own[0] not in initials and own[0].isalnum()):
            continue
        if own[1].isalnum() and own[1].casefold()[0] not in letters:  # and so does the second
            continue
        own_key = key(own)
        if own_key[:4] not in every_key:  # it agrees with none
            continue
        rank = _rank(outline, block, own_key, keys)
        if rank and (whole := _continued(outline, index)):
            own = whole
        elif (
            rank
            and (both := _two_lines(document.blocks, index))
            and (longer := _rank(outline, block, key(both), keys)) > rank
        ):
            own, rank = both, longer
        if rank > best_rank:
            best, best_rank, text = index, rank, own
    if best is not None:
        return best, text
    heading = _lone_heading(outline)
    if said:
        return heading, without_site(said[0])
    return heading, document.blocks[heading].text if heading is not None else None


def says_little(title: str | None) -> bool:
    """Whether a title can be the site's and not the article's: none, short, or one that ends as names of sites do.

    >>> says_little("某某市人民政府门户网站"), says_little("城北新桥今日通车 两岸居民出行更方便")
    (True, False)
    """
    return title is None or len(title) < _SHORTEST or title.endswith(_SITE_ENDS)


def site_of(title: str) -> str | None:
    """The site that a page's title names after the article's.

    >>> site_of("城北新桥今日通车_本地新闻_某某网"), site_of("城北新桥今日通车")
    ('某某网', None)
    """
    parts = [part for bar in _BARS.split(title) for part in _DASHES.split(bar)[::2] if part]
    return next((part for part in reversed(parts[1:]) if _SITE.fullmatch(part)), None)


def without_site(title: str) -> str:
    """A page's title without the names of section and site that follow it. A dash belongs to the title where no name
    of a site stands behind it or before it.

    >>> without_site("城北新桥今日通车_本地新闻_某某网"), without_site("某某网-城北新桥今日通车")
    ('城北新桥今日通车', '城北新桥今日通车')
    >>> without_site("城北新桥今日通车——写在建成之际"), without_site("城北新桥今日通车——新闻——某某网")
    ('城北新桥今日通车——写在建成之际', '城北新桥今日通车')
    """
    parts = [part for part in _BARS.split(title) if part] or [title]
    first = parts[0]
    part = first if len(first) >= 7 or len(first) * 2 >= max(map(len, parts)) else max(parts, key=len)
    pieces = _DASHES.split(part)  # what stands between dashes, and the dashes
    if len(pieces) > 1 and _SITE.fullmatch(pieces[-1]):
        pieces = pieces[:-2]
        while len(pieces) > 1 and len(pieces[-1]) <= _LONGEST_SECTION:
            pieces = pieces[:-2]
    if len(pieces) > 1 and _SITE.fullmatch(pieces[0]):
        pieces = pieces[2:]
    return "".join(pieces)


def _rank(outline: Outline, block: Block, own: str, keys: Sequence[str]) -> float:
    """How well a block's text agrees with what the metadata call the title; 0 where it does not."""
    if len(own) < 4:
        return 0.0
    agreed = max((agreement(own, other) for other in keys), default=0.0)
    if not agreed:
        return 0.0
    labels = outline.labels_around(block, 3)
    headed = any(map(_HEADING.match, labels))
    titled = any(map(_TITLED.search, labels[:2]))
    linked = block.link_share > 0.5
    return max(0.01, agreed + 0.3 * headed + 0.15 * titled - 0.5 * linked - 0.4 * block.hidden)


def agreement(own: str, other: str) -> float:
    """How well the ``key`` of a line agrees with that of a title: 1.0 where they are equal, 0.0 where they differ."""
    if own == other:
        return 1.0
    if other.startswith(own) and (len(own) >= 8 or len(own) * 2 >= len(other)):
        return 0.9
    if own in other and len(own) * 2 >= len(other):
        return 0.8
    if own.startswith(other) and len(other) >= 10 and len(own) <= len(other) + 12:
        return 0.85
    return 0.0


def _continued(outline: Outline, index: int) -> str | None:
    """The heading that goes on in the next block: one that begins with a dash, or a part of the same ``h1``."""
    if index + 1 >= len(outline.blocks):
        return None
    one, other = outline.blocks[index : index + 2]
    if other.text.startswith("——") and len(other.text) <= _LONGEST:
        return one.text + other.text
    heading = next((element for element in outline.around(one) if _HEADING.match(outline.labels[element])), None)
    together = heading is not None and other.element in outline.inside(heading)
    return f"{one.text} {other.text}" if together else None


def _two_lines(blocks: Sequence[Block], index: int) -> str | None:
    """A block and the next, where both are lines of one element."""
    pair = blocks[index : index + 2]
    return " ".join(block.text for block in pair) if len(pair) == 2 and pair[0].element == pair[1].element else None


def _lone_heading(outline: Outline) -> int | None:
    headings = [
        index
        for index, block in enumerate(outline.blocks)
        if not block.hidden and block.link_share < 0.5 and 5 <= len(block.text) <= _LONGEST
        if any(label.startswith("h1") for label in outline.labels_around(block, 3))
    ]
    return headings[0] if len(headings) == 1 else None


def above(outline: Outline, body: int) -> tuple[int | None, str | None]:
    """The line above an article that is its title by its place alone, for pages that give all of them the site's title.

    It is the nearest line above the article's first block that is written as a heading, or else stands right on the
    line of the time; ``body`` is the index of that first block, which may be the heading itself.
    """
    blocks, header = outline.blocks, tables.header_line()
    upwards = range(body - 1, max(-1, body - _HIGHEST), -1)
    lines = [
        index
        for index in [*upwards, *range(body, min(body + 2, len(blocks)))]
        if 6 <= len(blocks[index].text) <= _LONGEST
        and blocks[index].text[-1] not in "。：:"
        and blocks[index].link_share <= LINKED
        and not blocks[index].hidden
        and not header.search(blocks[index].text)
        and not _NO_TITLE.search(blocks[index].text)
    ]
    headed = (
        at
        for at in lines
        if any(_HEADING.match(one) or _TITLED.search(one) for one in outline.labels_around(blocks[at], 2))
    )
    timed = (
        at for at in lines if at < body and header.search(blocks[at + 1].text) and dates.first(blocks[at + 1].text)
    )
    place = next(headed, None)
    place = next(timed, None) if place is None else place
    return (None, None) if place is None else (place, _continued(outline, place) or blocks[place].text)
