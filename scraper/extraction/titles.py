"""The title of an article: the visible heading that the page's own metadata bears out, else what the metadata says."""

import re
from collections.abc import Sequence

from scraper.extraction import headings, tails
from scraper.extraction.outline import LINKED, Outline
from scraper.model import Block, Document

_BARS = re.compile(r"(?=[\s_|｜<>»«-])(?:\s*[_|｜]+\s*|\s+-+\s*|\s*-+\s+|\s*--+\s*|\s+[·•]\s+|\s*[<>»«]+\s*)")
_DASHES = re.compile(r"(\s*[–—]+\s*|-)")
_LONGEST_SECTION = 4
_SPOKEN, _SURELY_SPOKEN = 0.1, 0.3
_LONG = 9
"""So long is hardly a site's name."""
_NOT_TEXT = re.compile(r"[\W_]+")
_NAMES = ("articletitle", "og:title", "ld:headline", "title", "twitter:title", "script:msg_title")
_SITE_ENDS = (
    *("网", "網", "网站", "網站", "网站群", "门户", "首页", "首頁", "频道", "在线", "新闻", "要闻"),
    *("学会", "學會", "协会", "協會", "公司", "大学", "政府", "局", "厅", "委员会", "办公室", "平台"),
)
_OFFICE = re.compile(r"[网網]站|门户|官网|信息网|政务网|(?:政府|委员会|办公室|[省市县区]\w{2,8}[局厅])$")
"""What only the name of an authority's site has in it, which may be a part of its town's."""
_SITE_AND_SECTION = re.compile(
    r"[\w·]{3,20}(?:网|网站|局|院|厅|委员会|政府|大学|中学|小学|协会|学会)\s?[-–—]{1,2}\s?[\u4e00-\u9fff]{2,4}"
)
SITE_LINE = re.compile(r"([\w·]{2,14}?(?:网|網|在线|報|报|新闻|新聞))(?:移动版|手机版|首页|首頁|触屏版)?")
"""A line that is a site's heading, and the site's name."""
_KIND_OF_PAGE = re.compile(
    r"\s*[-_|—]+\s*(?:新闻|文章|信息|资讯|通知|公告|内容)?(?:详细|详情|内容|浏览|显示|查看|正文)(?:内容|信息|页面?)?$"
)
"""What a site puts behind its name where it has no title for each page."""
_GREETING = re.compile("谢谢您访问|感谢您访问|欢迎您|歡迎您|欢迎访问|欢迎光临|歡迎光臨|歡迎訪問|欢迎来到")
_TAG = re.compile(
    r"^(?:[\[【](?:原创|原創|转载|轉載|转帖)[\]】]\s*|(?:原创|原創|转载|轉載)\s+)(?=\S{4})"
    r"|(?<=\S{4})\s*[(（\[【](?:原创|原創|转载|轉載|转帖)[)）\]】]$"
)
"""What a site calls an article before or behind its title."""
_SITE = re.compile(
    r"[\w·]{1,10}(?:网|報|报|在线|新闻|財經|财经|网站|门户|社区|博客|論壇|新聞|網|新闻中心|新聞中心|订阅)"
)


def key(text: str) -> str:
    """What of a title counts when two are compared: letters and digits."""
    return _NOT_TEXT.sub("", text).casefold()


def find(document: Document, outline: Outline) -> tuple[int | None, str | None]:
    """The block that is the article's title, and the title; None for either where the page does not say.

    Where the metadata says more than the heading (a section, a site), the heading is right; where no heading agrees
    with the metadata, its best voice is the title, without the site's name.
    """
    said = list(dict.fromkeys(value for name in _NAMES for found, value in document.metadata if found == name))
    pages = [value for name, value in document.metadata if name == "title"]
    parts = [part for one in pages for part in _BARS.split(one)[1:] if not says_little(part) and part[0] not in "—–"]
    alone = [one for one in map(without_site, said) if headings.HAN.search(one)]
    keys = [one for one in dict.fromkeys(map(key, [*said, *alone, *parts])) if len(one) >= 4]
    every_key = " ".join(keys)
    begun = {every_key[at : at + 2] for at in range(len(every_key))}
    best, best_rank, text = None, 0.0, None
    for index, block in enumerate(document.blocks):
        own = block.text
        # Most blocks of a page begin with a pair that no title of it has: the test saves most of the work.
        if (head := own[:2].casefold()) not in begun and head.isalnum():
            continue
        if not 3 <= len(own) <= headings.LONGEST:
            continue
        own = tails.without_tail(own, block.apart, alone)
        own_key = key(own)
        if own_key[:4] not in every_key:  # it agrees with none
            continue
        rank, last = _rank(outline, block, own_key, keys), index
        if rank and (whole := headings.continued(outline, index)):
            last, own = whole[0], tails.without_tail(whole[1], None, alone)
        elif (
            rank
            and (both := headings.two_lines(document.blocks, index))
            and (longer := _rank(outline, block, key(both), keys)) > rank
        ):
            last, own, rank = index + 1, both, longer
        if rank > best_rank:
            best, best_rank = last, rank
            text = own if last == index else _spelled(own, [*said, *parts])
    if best is not None:
        return best, text
    heading = headings.lone(outline)
    if said:
        return heading, without_site(said[0])
    return heading, headings.said_by(document.blocks[heading]) if heading is not None else None


def without_tag(title: str | None) -> str | None:
    """A title without what the site calls the article.

    >>> without_tag("原创 新桥通车两岸更近"), without_tag("[转载] 新桥通车"), without_tag("新桥通车 (转载)")
    ('新桥通车两岸更近', '新桥通车', '新桥通车')
    >>> without_tag("原创音乐节开幕"), without_tag("新桥通车(图)")
    ('原创音乐节开幕', '新桥通车(图)')
    """
    return title and _TAG.sub("", title, count=1)


def says_little(title: str | None) -> bool:
    """Whether a title can be the site's and not the article's: none, short, or one that ends as names of sites do.

    >>> says_little("某某市人民政府门户网站"), says_little("某某县信息网欢迎您！"), says_little("New Page 3")
    (True, True, True)
    >>> says_little("某某县人民政府-政务要闻"), says_little("::: 某某大学新闻网 :::")
    (True, True)
    >>> says_little("某某市公安局—警务动态"), says_little("城北新桥今日通车 两岸居民出行更方便")
    (True, False)
    """
    if (
        title is None
        or _SITE_AND_SECTION.fullmatch(title)
        or len(title) < headings.SHORTEST
        or key(title).endswith(_SITE_ENDS)
    ):
        return True
    return _GREETING.search(title) is not None or not headings.HAN.search(title)


def may_be_site(document: Document, title: str | None) -> bool:
    """Whether a title says little, and is not what the page's own title begins with before the name of another site."""
    own = next((value for name, value in document.metadata if name == "title"), "")
    if title and (kind := _KIND_OF_PAGE.search(own)) and own[: kind.start()] == title:
        return True
    if title is None or len(title) < _LONG or _OFFICE.search(title):
        return says_little(title)
    named = own.startswith(title) and site_of(own) not in (None, title)
    return not named and says_little(title)


def stands(outline: Outline, index: int | None, title: str | None, body: int) -> bool:
    """Whether a line says what the page's title says and stands where titles do, however short it is: above the text,
    as a heading or with the time below it. ``body`` is the index of the article's first block.
    """
    if index is None or title is None or title.endswith(_SITE_ENDS) or not 0 < body - index < headings.HIGHEST:
        return False
    block = outline.blocks[index]
    same = key(title) == key(block.text) and block.link_share <= LINKED
    return same and headings.rank_of_place(outline, index, body) is not None


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


def spoken_of(title: str | None, heading: str, text: str) -> str | None:
    """The title that the page's metadata give, or its heading, which differs, where the text speaks of that and not of
    the title: a template's own, which nobody has filled in.

    >>> text = "城北新桥昨天通车，两岸居民过河只要十分钟。"
    >>> spoken_of("在网页中实现皮肤切换", "城北新桥今日正式通车", text)
    '城北新桥今日正式通车'
    >>> spoken_of("两岸居民过河只要十分钟", "城北新桥今日正式通车", text)
    '两岸居民过河只要十分钟'
    """
    if (spoken(title, text) or 0.0) >= _SPOKEN:
        return title
    return heading if title and (spoken(heading, text) or 0.0) >= _SURELY_SPOKEN else title


def site_of(title: str) -> str | None:
    """The site that a page's title names after the article's.

    >>> site_of("城北新桥今日通车_本地新闻_某某网"), site_of("城北新桥今日通车")
    ('某某网', None)
    """
    return next((part for part in reversed(parts_of(title)[1:]) if _SITE.fullmatch(part)), None)


def parts_of(title: str) -> list[str]:
    """What stands between the bars and the dashes of a page's title.

    >>> parts_of("城北新桥今日通车_本地新闻-某某网")
    ['城北新桥今日通车', '本地新闻', '某某网']
    """
    return [part for bar in _BARS.split(title) for part in _DASHES.split(bar)[::2] if part]


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
    headed = any(map(headings.HEADING.match, labels))
    titled = any(map(headings.TITLED.search, labels[:2]))
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
    if own.startswith(other) and len(other) >= 16 and len(own) <= len(other) * 2:
        return 0.7
    return 0.0


def _spelled(text: str, said: Sequence[str]) -> str:
    """A title that was put together from lines, as the metadata spell it."""
    own = key(text)
    return next((one for value in said for one in (value, without_site(value)) if key(one) == own), text)
