"""The lines of a page that can be its title by their place and form, whatever the page's metadata say."""

import re
from collections.abc import Sequence
from dataclasses import replace

from scraper.extraction import dates, labelled, tables, tails
from scraper.extraction.outline import LINKED, Outline
from scraper.model import Block

HEADING = re.compile(r"h[1-6](?![\w-])")
TITLED = re.compile(r"title|tit(?![a-z])|biaoti|headline|head(?:ing)?(?![a-z])", re.IGNORECASE)
LONGEST = 120
SHORTEST = 9
_SHORTEST_HEADING, _SHORTEST_LINE = 2, 6
_PARAGRAPH = 50
HIGHEST = 14
_NEAR = 4
_LOWEST = 6
_MOST_LINES = 4
_LONGEST_STAMP, _LONGEST_TOOL = 90, 30
_LOWEST_LINKED = 3
"""A blog's title is a link to itself; a heading below this level that is one leads elsewhere."""
_NO_TITLE = re.compile(
    r"^AI\s?(?:速览|导读|摘要|总结|要点)|由\s?AI\s?(?:辅助)?生成|^\W*(?:访问|浏览|点击|阅读|人气)\w{0,2}[:：]\s?\d|www[.]|://|[.](?:com|cn)\b|^\W*(?:首页|首頁|当前位置|您(?:的|所在的|现在的)?位置|.{0,6}位置[:：])"
    r"|^\W*(?:(?:[\u4e00-\u9fff]\s+)+[\u4e00-\u9fff]|索引号|主题词|主题分类|发[布文]机[构关]|名称|文号|\w{0,4}热线)\s?[:：]"
    r"|(?:欢迎|歡迎)(?:您|访问|訪問|光临|光臨|来到)|(?:谢谢|感谢)您访问"
    r"|^[\w-]{2,12}\s?[>》»›]\s?[\w-]{2,12}$|[>》»›]\s*(?:正文|详情|內文|内容)\s*$|(?:[>»›]\s*[^>»›]{1,12}){2}$"
)
_BYLINE = re.compile(r"[∕／/╱|].{2,8}(?:报道|报导|報導)$|^[□■◎◆]\s?\S{2,4}(?:\W|$)")
HAN = re.compile("[\u4e00-\u9fff]")


def lone(outline: Outline) -> int | None:
    """The line that is the page's only heading of the first level."""
    headings = [
        index
        for index, block in enumerate(outline.blocks)
        if not block.hidden and block.link_share < 0.5 and 5 <= len(block.text) <= LONGEST
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
    upwards = range(body - 1, max(-1, body - HIGHEST), -1)
    lines = [at for at in [*upwards, *range(body, min(body + 2, len(blocks)))] if _can_be_title(outline, at)]
    ranks = {at: rank for at in lines if (rank := rank_of_place(outline, at, body)) is not None}
    if not ranks:
        return None, None
    place = min(ranks, key=ranks.__getitem__)
    if place + 1 < len(blocks) and blocks[place + 1].text == blocks[place].text:  # a copy for the page's head
        return place + 1, said_by(blocks[place])
    if place - 1 in lines and (continued(outline, place - 1) or _level(outline, place - 1) < _level(outline, place)):
        place -= 1  # that was the title's second line, or a heading below it
    return continued(outline, place) or (place, said_by(blocks[place]))


def said_by(block: Block) -> str:
    """The title that a line gives."""
    return tails.without_tail(block.text, block.apart, ())


def set_apart(outline: Outline, index: int | None, title: str | None) -> Outline:
    """The outline in which what stands behind the title in its own line is set apart from it, as another line's would
    be: a label there is no part of the title's last word.
    """
    if index is None or not title:
        return outline
    block = outline.blocks[index]
    behind = block.text.removeprefix(title).strip()
    if block.apart or not behind or len(block.text) > LONGEST or not block.text.startswith(title):
        return outline
    blocks = list(outline.blocks)
    blocks[index] = replace(block, apart=f"{title} {behind}")
    return replace(outline, blocks=blocks)


def rank_of_place(outline: Outline, at: int, body: int) -> int | None:
    """How well a line's place and form speak for a title, 0 the best; None where they do not."""
    text = outline.blocks[at].text
    heading = _level(outline, at) <= _LOWEST
    stamped = at <= body and _stamp_follows(outline.blocks, at)
    named = any(map(TITLED.search, outline.labels_around(outline.blocks[at], 2)))
    forms = (
        (heading or named) and stamped,
        heading,
        stamped and len(text) >= SHORTEST,  # less may be a name between the title and its time
        named and body - at <= _NEAR,
        at == body - 1 and len(text) <= _PARAGRAPH,
        stamped,
        named,
        at == body and len(text) <= _PARAGRAPH,
    )
    return next((rank for rank, form in enumerate(forms) if form), None)


def continued(outline: Outline, index: int) -> tuple[int, str] | None:
    """The heading that goes on in the next blocks, which begin with a dash or are parts of the same ``h1``: the index
    of its last block, and all that it says.
    """
    one, last = outline.blocks[index], index
    text = one.text
    heading = next((element for element in outline.around(one) if HEADING.match(outline.labels[element])), None)
    within = range(0) if heading is None else outline.inside(heading)
    tools = tables.table("labels")["tools"]
    for other in outline.blocks[index + 1 : index + _MOST_LINES]:
        dash = other.text.startswith("——")
        if other.hidden or not (dash or other.element in within) or len(text) + len(other.text) > LONGEST:
            break
        if other.text in tools or _is_stamp(tails.IN_BRACKETS.sub("", other.text)):
            break
        last, text = last + 1, text + other.text if dash else f"{text} {other.text}"
    return (last, text) if last > index else None


def two_lines(blocks: Sequence[Block], index: int) -> str | None:
    """A block and the next, where both are lines of one element."""
    pair = blocks[index : index + 2]
    return " ".join(block.text for block in pair) if len(pair) == 2 and pair[0].element == pair[1].element else None


def _can_be_title(outline: Outline, index: int) -> bool:
    block, level = outline.blocks[index], _level(outline, index)
    text = said_by(block) if level <= _LOWEST else block.text
    if len(text) < _SHORTEST_LINE and not (level == 1 and _stamp_follows(outline.blocks, index)):
        return False
    if not _SHORTEST_HEADING <= len(text) <= LONGEST or text[-1] in "。：:" or block.hidden:
        return False
    if not HAN.search(text) or (block.link_share > LINKED and level > _LOWEST_LINKED):
        return False
    if tables.header_line().search(text) or _NO_TITLE.search(text) or _BYLINE.search(text):
        return False
    words = [word for word in tables.words_of_menus().split(text.casefold()) if word]
    if len(words) > 2 and sum(word in tables.menu() for word in words) * 2 >= len(words):
        return False
    return not labelled.names_origin(text)


def _level(outline: Outline, index: int) -> int:
    """The level of the heading that a block is, 1 the highest; 7 where it is none."""
    labels = outline.labels_around(outline.blocks[index], 2)
    return min((int(label[1]) for label in labels if HEADING.match(label)), default=_LOWEST + 1)


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
