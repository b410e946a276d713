"""A text without markup: an article alone, line by line, or all that stood on a page.

Nothing of an article alone is left out: what is not its text is for the rules against spam and boilerplate, which keep
what they take. Of a page the article is looked for, as in markup; lines that are no sentences stand in for links.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from scraper.extraction import dates, labelled, tables, titles
from scraper.extraction.alone import Judged, judge, prose_length
from scraper.extraction.body import BEFORE_TITLE, Body, between_ends, in_run
from scraper.extraction.outline import Outline
from scraper.model import Block, Document

_LEAST_FURNITURE = 2
"""So many words of menus, headings of other articles and footers tell a page; a sentence may look like one of them."""
_LONGEST_FURNITURE = 300

_SHORTEST_TITLE, _LONGEST_TITLE = 5, 120
_NO_TITLE_ENDS = tuple("。；，、：:;,")
_WORDS = re.compile("[^\\W\\d_]{2}")
_AGREEING = 0.9
_LONGEST_STAMP = 80
_TITLE_MARK = re.compile(r"(?:#{1,3}\s+|(?:标题|標題|题目|題目|[Tt]itle|TITLE)\s?[:：]\s?)(?=\S)")
"""What a file writes before a title."""
_FIELD = re.compile(
    r"(?:日期|时间|時間|作者|来源|來源|栏目|频道|分类|网址|链接|[Uu][Rr][Ll]|[Dd]ate|[Ss]ource|[Aa]uthor)\s?[:：]\s?[^。！？]{1,80}"
)
_TEXT_FOLLOWS = re.compile(r"(?:正文|内容|內容|全文|[Cc]ontent|[Tt]ext)\s?[:：]")
"""The lines of a file between the title and the text."""
_ADDRESS = re.compile(r"https?://\S+")
_NEAR = 6
"""At most so many lines below a title stands the time."""

_PARAGRAPH = 50
_SENTENCE_ENDS = tuple("。！？!?”…；;：:，,")
"""A line that ends in none of them, and is shorter than a paragraph, is the headline of another article."""
_BEGUN = 40
"""After this much running text a heading of other articles, or a menu, may stand below the article."""
_OF_OTHERS = 0.5
_APART = 100
"""What such a heading counts as noise, in characters: a box of a few links inside an article does not end it."""
_MOST_ABOVE = 4
_MARKS = frozenset("，。；：！？、,;:!?（）()【】[]“”《》|")
_NUMBER = "[0-9〇○零一二三四五六七八九十]"
_DAY = re.compile(rf"{_NUMBER}{{4}}\s?年\s?{_NUMBER}{{1,2}}\s?月\s?{_NUMBER}{{1,3}}\s?日")
_LONGEST_SIGNATURE = 30


def read_alone(blocks: Sequence[Block]) -> tuple[int | None, str | None, Body]:
    """The title of an article alone (the index of its line, and what it says), and its body."""
    if not any(prose_length(block.text, 0.0) for block in blocks):
        return None, None, Body(indices=())
    index, title = _title(blocks)
    start = 0 if index is None else index + 1
    while start < len(blocks) and blocks[start].text == title:
        start += 1
    head = start
    start = start if index is None else _below_facts(blocks, start)
    return index, title, Body(indices=tuple(range(start, len(blocks))), above=tuple(range(head, start)))


def read_page(outline: Outline) -> tuple[int | None, str | None, Body]:
    """The title of a page (the index of its line, and what it says), and the article's body."""
    index, title = _title_of_page(outline.blocks)
    return index, title, _body_of_page(outline, index)


def with_links(page: Document) -> Document:
    """A page as if the lines that are no sentences were links, as most of them were."""
    return replace(
        page,
        blocks=tuple(
            block if _is_sentence(block.text, prose_length(block.text, 0.0)) else replace(block, link_share=1.0)
            for block in page.blocks
        ),
    )


def is_page(blocks: Sequence[Block]) -> bool:
    """Whether a text is all that stood on a page: words of menus, headings of other articles and footers tell.

    >>> is_page([Block(text=one) for one in ("首页 新闻 体育", "新桥通车", "新桥昨天通车。", "版权所有 某某网")])
    True
    >>> is_page([Block(text=one) for one in ("新桥通车", "新桥昨天通车。", "体育")])
    False
    """
    found = 0
    for block in blocks:
        if len(block.text) <= _LONGEST_FURNITURE:
            found += _furniture(block.text)
            if found >= _LEAST_FURNITURE:
                return True
    return False


def _furniture(text: str) -> int:
    """How many words of a line belong to a site and not to an article, where most of them do."""
    words = tables.words_of_menus().split(text.casefold())
    words = [word for word in words if word]
    known = sum(word in tables.menu() for word in words)
    if words and known * 2 >= len(words):
        return known
    return int(tables.footer().search(text) is not None or tables.boundary().fullmatch(text) is not None)


def _title(blocks: Sequence[Block]) -> tuple[int | None, str | None]:
    """The title of an article alone: the line above its time or source, else its first line, if that can be one.

    Above it stands nothing but the name of the site, or the title again.
    """
    body = next((at for at, block in enumerate(blocks) if prose_length(block.text, 0.0) >= _PARAGRAPH), len(blocks) - 1)
    stamp = next((at for at in range(body) if _is_stamp(blocks[at].text)), body)
    lines = [at for at in range(stamp) if _can_be_title(blocks[at].text)]
    first = lines[:1] if lines and lines[0] == 0 else []
    candidates = _agreeing(blocks, lines) if lines else []
    candidates += [(at, blocks[at].text) for at in [*(lines[-1:] if stamp < body else []), *first]]
    for index, line in candidates:
        text = _TITLE_MARK.sub("", line, count=1)
        if all(_can_be_above(block.text, text) for block in blocks[:index]):
            return index, titles.without_site(text) if titles.site_of(text) else text
    return None, None


def _below_facts(blocks: Sequence[Block], start: int) -> int:
    """The first line of a text below the title, the facts of a file, and one line with the time and the clock."""
    stamps = [at for at in range(start, min(start + _NEAR, len(blocks))) if _tells_clock(blocks[at].text)]
    while start < len(blocks) and (_FIELD.fullmatch(blocks[start].text) or stamps == [start]):
        start += 1
    return start + (start < len(blocks) and _TEXT_FOLLOWS.fullmatch(blocks[start].text) is not None)


def _tells_clock(text: str) -> bool:
    moment = dates.first(text) if _is_stamp(text) else None
    return moment is not None and moment.clock


def _can_be_above(text: str, title: str) -> bool:
    """Whether a line above a title says nothing of the article."""
    if titles.SITE_LINE.fullmatch(text) or _furniture(text) or _ADDRESS.fullmatch(text):
        return True
    return len(text) <= _LONGEST_TITLE and titles.agreement(titles.key(title), titles.key(text)) >= _AGREEING


def _title_of_page(blocks: Sequence[Block]) -> tuple[int | None, str | None]:
    """The title of a page: the line that says what the first line, the page's own title, says; the one next to a time.

    Where no line does, it is the line above the first time before the first paragraph, or else the first line itself.
    """
    body = next((at for at, block in enumerate(blocks) if prose_length(block.text, 0.0) >= _PARAGRAPH), len(blocks))
    lines = [at for at, block in enumerate(blocks) if _can_be_title(block.text)]
    if not lines:
        return None, None
    if agreeing := _agreeing(blocks, lines):
        timed = (
            pair for pair in agreeing if any(_is_stamp(one.text) for one in blocks[pair[0] + 1 : pair[0] + 1 + _NEAR])
        )
        return next(timed, agreeing[0])
    stamp = next((at for at in range(body) if _is_stamp(blocks[at].text)), None)
    above = [at for at in lines if stamp is not None and at < stamp and not _furniture(blocks[at].text)]
    index = above[-1] if above else lines[0]
    return index, titles.without_site(blocks[index].text) if index == lines[0] else blocks[index].text


def _agreeing(blocks: Sequence[Block], lines: Sequence[int]) -> list[tuple[int, str]]:
    """The lines that say what the first of ``lines`` says, or all of it but the names of section and site at its end.

    A title may go on in a second line.
    """
    first = next((at for at in lines if not titles.SITE_LINE.fullmatch(blocks[at].text)), lines[0])
    key, alone = titles.key(blocks[first].text), titles.key(titles.without_site(blocks[first].text))
    found = []
    for at in lines:
        text = blocks[at].text
        if at <= first or titles.agreement(titles.key(text), key) < _AGREEING:
            continue
        following = blocks[at + 1].text if at + 1 < len(blocks) else ""
        both = text + following if following.startswith("——") else f"{text} {following}"
        whole = len(following) >= _SHORTEST_TITLE and alone.startswith(titles.key(both))
        found.append((at, both if whole else text))
    return found


def _can_be_title(text: str) -> bool:
    if not _SHORTEST_TITLE <= len(text) <= _LONGEST_TITLE or text.endswith(_NO_TITLE_ENDS):
        return False
    return _WORDS.search(text) is not None and not _ADDRESS.fullmatch(text) and not _is_stamp(text)


def _is_stamp(text: str) -> bool:
    """Whether a line gives a time or a source as the line below a title does.

    >>> _is_stamp("2018-10-05 16:09 来源：某某网"), _is_stamp("来源：某某网"), _is_stamp("2018年10月5日")
    (True, True, True)
    >>> _is_stamp("1998年8月22日 某某市人民代表大会常务委员会通过"), _is_stamp("新桥通车")
    (False, False)
    """
    if len(text) > _LONGEST_STAMP or prose_length(text, 0.0):
        return False
    moment = dates.first(text)
    if moment and (moment.clock or moment.end - moment.start == len(text.strip())):
        return True
    return labelled.names_origin(text)


def _body_of_page(outline: Outline, title: int | None) -> Body:
    page = _judge(outline, title)
    prose = [index for index, length in enumerate(page.prose) if length]
    if not prose:
        return Body(indices=())
    prose = in_run(page, prose)
    first, last = prose[0], prose[-1]
    while first - 1 > (title or 0) and prose[0] - first < _MOST_ABOVE and _leads(page.blocks[first - 1].text):
        first -= 1
    while last + 1 < len(page.blocks) and _goes_on(page.blocks[last + 1].text):
        last += 1
    return between_ends(page, None, first, last + _signature(page.blocks[last + 1 : last + 3]))


def _judge(outline: Outline, title: int | None) -> Judged:
    """The judgement of a page without markup: headlines of other articles are no paragraphs, and lines are links.

    What stands before the title, below a heading of other articles or at the foot of the page counts less, and such a
    heading stands apart.
    """
    page = judge(outline, title)
    boundary = tables.boundary()
    prose, noise = [], []
    begun, share = 0, BEFORE_TITLE if title else 1.0
    for index, (block, length) in enumerate(zip(page.blocks, page.prose, strict=True)):
        text = block.text
        if index == title:
            share = 1.0
        if _is_sentence(text, length):
            prose.append(int(length * share))
            noise.append(0)
            begun += length if index > (title or 0) else 0
            continue
        prose.append(0)
        noise.append(len(text))
        if begun >= _BEGUN and (boundary.fullmatch(text) or _furniture(text) > 1):
            share = _OF_OTHERS
            noise[-1] += _APART
    return replace(page, prose=prose, noise=[0, *accumulate(noise)])


def _is_sentence(text: str, length: int) -> bool:
    """Whether a line with so many characters of running text is no headline."""
    return length >= _PARAGRAPH or (length > 0 and text.endswith(_SENTENCE_ENDS))


def _leads(text: str) -> bool:
    """Whether a line above the first paragraph is the article's: its place, its reporters, a salutation."""
    if _is_stamp(text) or _is_foreign(text) or not _WORDS.search(text):
        return False
    return tables.header_line().search(text) is None


def _goes_on(text: str) -> bool:
    """Whether an article can go on in a line: it has the marks of a sentence, and the site does not speak in it."""
    return not (_MARKS.isdisjoint(text) or _is_stamp(text) or _is_foreign(text))


def _is_foreign(text: str) -> bool:
    """Whether the site speaks in a line, or heads other articles with it."""
    return bool(_furniture(text) or tables.notice().search(text))


def _signature(blocks: Sequence[Block]) -> int:
    """How many lines the signature has with which an official document ends: who signs it, and the day."""
    for count, block in enumerate(blocks, start=1):
        if _DAY.fullmatch(block.text):
            return count
        if len(block.text) > _LONGEST_SIGNATURE:
            break
    return 0
