"""The title of an article: the visible heading that the page's own metadata bears out, else what the metadata says."""

import re
from collections.abc import Sequence

from scraper.extraction import dates, labelled, tables
from scraper.extraction.outline import LINKED, Outline
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
_SITE_ENDS = (
    *("网", "网站", "网站群", "门户", "首页", "频道", "在线", "新闻", "学会", "學會", "协会", "協會"),
    *("公司", "大学", "政府", "局", "厅", "委员会", "办公室", "平台"),
)
_HIGHEST = 14
_NEAR = 4
_LOWEST = 6
_LONGEST_STAMP, _LONGEST_TOOL = 90, 30
_LOWEST_LINKED = 3
"""A blog's title is a link to itself; a heading below this level that is one leads elsewhere."""
_NO_TITLE = re.compile(
    r"^\W*(?:访问|浏览|点击|阅读|人气)\w{0,2}[:：]\s?\d|www[.]|://|[.](?:com|cn)\b|^\W*(?:首页|首頁|当前位置|您(?:的|所在的|现在的)?位置|.{0,6}位置[:：])"
    r"|^\W*(?:(?:[\u4e00-\u9fff]\s+)+[\u4e00-\u9fff]|索引号|主题词|主题分类|发[布文]机[构关]|名称|文号|\w{0,4}热线)\s?[:：]"
    r"|^[\w-]{2,12}\s?[>》»›]\s?[\w-]{2,12}$|[>》»›]\s*(?:正文|详情|內文|内容)\s*$|(?:[>»›]\s*[^>»›]{1,12}){2}$"
)
SITE_LINE = re.compile(r"([\w·]{2,14}?(?:网|網|在线|報|报|新闻|新聞))(?:移动版|手机版|首页|首頁|触屏版)?")
"""A line that is a site's heading, and the site's name."""
_BYLINE = re.compile(r"[∕／/╱|].{2,8}(?:报道|报导|報導)$")
_GREETING = re.compile("欢迎您|歡迎您|欢迎访问|欢迎光临|歡迎光臨|歡迎訪問|欢迎来到")
_HAN = re.compile("[\u4e00-\u9fff]")
_CLOCK_END = re.compile(r"\s*[(（]\d{1,2}:\d\d[)）]$")
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
    pages = [value for name, value in document.metadata if name == "title"]
    parts = [part for one in pages for part in _BARS.split(one)[1:] if not says_little(part) and part[0] not in "—–"]
    keys = [one for one in map(key, [*said, *parts]) if len(one) >= 4]
    every_key = " ".join(keys)
    begun = {every_key[at : at + 2] for at in range(len(every_key))}
    best, best_rank, text = None, 0.0, None
    for index, block in enumerate(document.blocks):
        own = block.text
        # Most blocks of a page begin with a pair that no title of it has: the test saves most of the work.
        if (head := own[:2].casefold()) not in begun and head.isalnum():
            continue
        if not 3 <= len(own) <= _LONGEST:
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
        return best, text and _CLOCK_END.sub("", text)
    heading = _lone_heading(outline)
    if said:
        return heading, without_site(said[0])
    return heading, document.blocks[heading].text if heading is not None else None


def says_little(title: str | None) -> bool:
    """Whether a title can be the site's and not the article's: none, short, or one that ends as names of sites do.

    >>> says_little("某某市人民政府门户网站"), says_little("某某县信息网欢迎您！"), says_little("New Page 3")
    (True, True, True)
    >>> says_little("城北新桥今日通车 两岸居民出行更方便")
    False
    """
    if title is None or len(title) < _SHORTEST or title.endswith(_SITE_ENDS):
        return True
    return _GREETING.search(title) is not None or not _HAN.search(title)


def stands(outline: Outline, index: int | None, title: str | None, body: int) -> bool:
    """Whether a line says what the page's title says and stands where titles do, however short it is: above the text,
    as a heading or with the time below it. ``body`` is the index of the article's first block.
    """
    if index is None or title is None or title.endswith(_SITE_ENDS) or not 0 < body - index < _HIGHEST:
        return False
    block = outline.blocks[index]
    same = key(title) == key(block.text) and block.link_share <= LINKED
    return same and _rank_of_place(outline, index, body) is not None


def spoken(title: str | None, text: str) -> float | None:
    """The share of a title's pairs of characters that are in a text; None for a title that says little.

    An article speaks of what its title says: hardly any news has less than a tenth of it.

    >>> spoken("城北新桥今日通车 两岸居民出行更方便", "城北新桥昨天通车，两岸居民过河只要十分钟。")
    0.4375
    """
    if says_little(title):
        return None
    said = key(title or "")
    pairs = [said[at : at + 2] for at in range(len(said) - 1)]
    body = text.casefold()
    return sum(pair in body for pair in pairs) / max(1, len(pairs))


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
    together = heading is not None and other.element in outline.inside(heading) and not _is_stamp(other.text)
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

    The nearest is taken that is a heading with the time or the source below it, or else a heading, or has these below
    it, or is named a title, or stands right above. ``body`` is the index of the article's first block, which may be the
    title itself.
    """
    blocks = outline.blocks
    upwards = range(body - 1, max(-1, body - _HIGHEST), -1)
    lines = [at for at in [*upwards, *range(body, min(body + 2, len(blocks)))] if _can_be_title(outline, at)]
    ranks = {at: rank for at in lines if (rank := _rank_of_place(outline, at, body)) is not None}
    if not ranks:
        return None, None
    place = min(ranks, key=ranks.__getitem__)
    if place + 1 < len(blocks) and blocks[place + 1].text == blocks[place].text:  # a copy for the page's head
        return place + 1, blocks[place].text
    if place - 1 in lines and (_continued(outline, place - 1) or _level(outline, place - 1) < _level(outline, place)):
        place -= 1  # that was the title's second line, or a heading below it
    return place, _continued(outline, place) or blocks[place].text


def _rank_of_place(outline: Outline, at: int, body: int) -> int | None:
    """How well a line's place and form speak for a title, 0 the best; None where they do not."""
    text = outline.blocks[at].text
    heading = _level(outline, at) <= _LOWEST
    stamped = at <= body and _stamp_follows(outline.blocks, at)
    named = any(map(_TITLED.search, outline.labels_around(outline.blocks[at], 2)))
    forms = (
        (heading or named) and stamped,
        heading,
        stamped and len(text) >= _SHORTEST,  # less may be a name between the title and its time
        named and body - at <= _NEAR,
        at == body - 1 and len(text) <= _PARAGRAPH,
        stamped,
        named,
        at == body and len(text) <= _PARAGRAPH,
    )
    return next((rank for rank, form in enumerate(forms) if form), None)


def _can_be_title(outline: Outline, index: int) -> bool:
    block = outline.blocks[index]
    if not 6 <= len(block.text) <= _LONGEST or block.text[-1] in "。：:" or block.hidden:
        return False
    if not _HAN.search(block.text):
        return False
    if block.link_share > LINKED and _level(outline, index) > _LOWEST_LINKED:
        return False
    if tables.header_line().search(block.text) or _NO_TITLE.search(block.text) or _BYLINE.search(block.text):
        return False
    words = [word for word in tables.words_of_menus().split(block.text.casefold()) if word]
    if len(words) > 2 and sum(word in tables.menu() for word in words) * 2 >= len(words):
        return False
    return not labelled.names_origin(block.text)


def _level(outline: Outline, index: int) -> int:
    """The level of the heading that a block is, 1 the highest; 7 where it is none."""
    labels = outline.labels_around(outline.blocks[index], 2)
    return min((int(label[1]) for label in labels if _HEADING.match(label)), default=_LOWEST + 1)


def _is_stamp(text: str) -> bool:
    """Whether a line names a time, or a source or time with a label."""
    return dates.first(text) is not None or labelled.names_origin(text) or _BYLINE.search(text) is not None


def _stamp_follows(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line right below a block, or below a few tools, gives the time or the source, or says the same."""
    for block in blocks[index + 1 : index + 1 + _NEAR]:
        text = block.text
        if text == blocks[index].text:
            return True
        if len(text) <= _LONGEST_STAMP and (tables.header_line().search(text) or _BYLINE.search(text)):
            if _is_stamp(text):
                return True
        elif len(text) > _LONGEST_TOOL and block.link_share <= LINKED and not text.startswith("——"):
            return False
    return False
