"""Why a page has no article: what speaks against the text that was chosen."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scraper.extraction import dates, tables, titles
from scraper.extraction.alone import prose_length
from scraper.extraction.body import Body
from scraper.extraction.cards import is_link
from scraper.extraction.language import is_chinese
from scraper.extraction.outline import Outline
from scraper.extraction.things import described
from scraper.model import Block, Document, Reason, Rejected

_SHORTEST = 40
"""Han characters and others of an article, at the least; a brief of one sentence has 60."""
_SHORT = 400
"""A text shorter than this is an article only where a title or a time stands by it."""
_BRIEF, _LONE = 80, 150
"""So little text is an article only where title, time and names stand by it, so little running text only where the
title and one of these do."""
_ALL = 3
_UNSPOKEN, _SPOKEN = 0.1, 0.5
"""Shares of a title that a text hardly speaks of, and that it surely does."""
_MEDIUM, _LONG = 600, 1200
"""Up to here a text without time and names must speak of its title; from here on nothing need stand by it."""
_CROWDED, _ANY = 3, 3
"""Links of three times the text are a crowd, those of a third of it are some."""
_SENTENCE, _PARAGRAPH = 20, 40
_ANCHORED = 10
"""A short text below a title, or with a time, may stand among this many times its characters of links."""
_FAR = 210
"""Characters of links between a title and its text: the tools and the path of a page have up to 200."""
_NOTICE = 120
"""What says that there is nothing to read says so in no more characters; a longer text may tell of such a page."""
_TEASER = 200
_SMALL_PAGE, _TINY_PAGE = 1500, 600
"""A page of no more characters than this is judged as a whole by what it says; where a title stands above its text,
the smaller bound holds."""
_LONGEST_STAMP = 30
_ELLIPSES = ("…", "...", "．．．")
_CUT_OFF = re.compile(
    r"(?:…|[.]{3}|．{3})\s?[\[【（(]?\s?(?:详[细情]|詳[細情]|全文|阅读全文|查看全文|更多|查看更多)\s?[\]】）)>》]{0,2}$"
)
"""The end of a teaser."""
_FLASH = re.compile(r"\d{1,2}[:：]\d\d\s?【")
_OF_SNIPPETS = (*_ELLIPSES, "【")
"""One of them is in whatever these match."""
_RIGHTS = re.compile(r"未[经經][^。]{0,60}(?:授权|授權|许可|許可|同意)[^。]{0,60}(?:不得|禁止|严禁)")
_FOUND = re.compile(
    r"(?:找到|搜索到|检索到|查询到|约有|共有)[^。，]{0,10}\d[\d,]*\s?[项条條篇个][^。]{0,20}[结結]果|[结結]果约?\s?\d[\d,]*\s?[条條项篇]"
)
"""How many results a search found, in a line above them."""
_LONGEST_FOUND = 80
_SEARCH = re.compile("搜索|搜尋|搜寻|检索|檢索|查询|查詢|search", re.IGNORECASE)
_FOOT = re.compile(r"footer(?![\w-])|[^.#]+(?:[.#].*)?[.#](?:page|site)?[-_]?foot(?:er)?(?=[.#]|$)", re.IGNORECASE)
"""The element of a page's foot."""
_MANY_CARDS = 4
"""Paragraphs in this many places of their own, and in none of them most of the text, are the teasers of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for an article: its title stands above the text, a time stands by it, its source or people do, its
    source or editors do, the time is that of a line by it or of the metadata; and the title.
    """

    anchored: bool
    dated: bool
    credited: bool
    sourced: bool
    timed: bool
    title: str | None


def is_anchored(blocks: Sequence[Block], title: int | None, body: Body) -> bool:
    """Whether the title (its block's index) stands above the text, and not a whole page of links between them."""
    if title is None or not body.indices or title >= body.indices[0]:
        return False
    return _links([block for block in blocks[title + 1 : body.indices[0]] if not block.hidden]) <= _FAR


def rejected(document: Document, outline: Outline, body: Body, evidence: Evidence) -> Rejected | None:
    """Why the page is no article, or None where it may be one."""
    text = "".join(document.blocks[index].text for index in body.indices)
    why = _why(document, outline, body, text, evidence)
    return why and Rejected(url=document.url, reason=why[0], detail=why[1])


def _why(document: Document, outline: Outline, body: Body, text: str, evidence: Evidence) -> tuple[Reason, str] | None:
    anchored, dated = evidence.anchored, evidence.dated
    page = "".join(block.text for block in document.blocks[:200]) if len(text) < _SHORT else text
    if not body.indices or (len(text) < _SHORT and not (anchored and dated)):
        if len(text) < _NOTICE and (notice := _notice(text)):
            return notice
        small = len(page) < (_TINY_PAGE if anchored else _SMALL_PAGE) and not (
            (dated or document.plain) and _prose(document, body) >= _NOTICE
        )
        if small and (notice := _notice(page)):
            return notice
        if page and not is_chinese(page):
            return Reason.NOT_CHINESE, "the text of the page is not Chinese"
    if not body.indices:
        nothing = "no running text" if document.blocks else "no text at all, as on a page that a script fills"
        return Reason.NOT_AN_ARTICLE, nothing
    if not is_chinese(text) and not _is_chinese_with_code(document, body):
        return Reason.NOT_CHINESE, "the text of the article is not Chinese"
    if len(text) < _SHORTEST or (len(text) < _SHORTEST * 1.5 and not (anchored and dated)):
        return Reason.TOO_SHORT, f"{len(text)} characters"
    if all(_stands_in_foot(outline, document.blocks[index]) for index in (body.indices[0], body.indices[-1])):
        return Reason.NOT_AN_ARTICLE, "nothing but the foot of a page"
    if _RIGHTS.search(text) and all(_RIGHTS.search(one) for one in _paragraphs(document, body)):
        return Reason.NOT_AN_ARTICLE, "nothing but what may be done with the site's texts"
    if len(text) < _MEDIUM and not evidence.sourced and (thing := described(document, body)):
        return Reason.NOT_AN_ARTICLE, thing
    if not document.plain and (lone := _alone(document, body, text, evidence)):
        return Reason.NOT_AN_ARTICLE, lone
    list_of = _listed(document, outline, body, text, evidence)
    return (Reason.NOT_AN_ARTICLE, f"a list: {list_of}") if list_of else None


def _alone(document: Document, body: Body, text: str, evidence: Evidence) -> str | None:
    """What is missing in or beside a text, as in those on the pages of products, tools and companies."""
    given = evidence.anchored + evidence.dated + evidence.credited
    if len(text) >= _LONG or (evidence.anchored and evidence.timed):
        return None
    spoken = titles.spoken(evidence.title, text)
    named = evidence.timed or evidence.credited
    if spoken is not None and spoken < _UNSPOKEN and len(text) < (_SHORT if named else _MEDIUM):
        return f"{len(text)} characters that do not speak of the title"
    told = spoken is not None and spoken >= _SPOKEN
    prose, links = _prose(document, body), _links([block for block in document.blocks if not block.hidden])
    if not named and links > _CROWDED * len(text) and not (told and evidence.anchored):
        return f"{len(text)} characters among {links:.0f} of links, without a time"
    if not named and prose * 4 < len(text) * 3:
        return f"{prose} of {len(text)} characters are running text, without time or names by it"
    if not (evidence.dated or evidence.credited) and links * _ANY > len(text):
        paragraphs = [length for index in body.indices if (length := len(document.blocks[index].text)) >= _SENTENCE]
        if max(paragraphs, default=0) < _PARAGRAPH or not (evidence.anchored or (told and len(paragraphs) > 2)):
            return f"{len(text)} characters without title, time or names by them"
    brief = len(text) < _BRIEF or (prose < _LONE and (given < 2 or not evidence.anchored))
    if given < _ALL and brief and links > prose:
        return f"{prose} characters of running text, without title, time or names by it"
    return None


def _prose(document: Document, body: Body) -> int:
    """Characters of running text in the body."""
    blocks = (document.blocks[index] for index in body.indices)
    return sum(prose_length(block.text, block.link_share) for block in blocks)


def _stands_in_foot(outline: Outline, block: Block) -> bool:
    return any(_FOOT.match(outline.labels[element]) for element in outline.around(block))


def _paragraphs(document: Document, body: Body) -> list[str]:
    """The paragraphs of running text in the body."""
    blocks = (document.blocks[index] for index in body.indices)
    return [block.text for block in blocks if prose_length(block.text, block.link_share)]


def _listed(document: Document, outline: Outline, body: Body, text: str, evidence: Evidence) -> str | None:
    """Of what the page is a list; None where it may be an article. What is a link in a plain text is only supposed."""
    anchored, dated = evidence.anchored, evidence.dated
    if document.plain and anchored and dated:
        return None
    blocks, length = document.blocks, len(text)
    between = _links(blocks[body.indices[0] : body.indices[-1] + 1])
    if teasers := _teasers(document, body):
        return f"{teasers} short texts, each under a link"
    if stamped := _stamped(document, body):
        return f"{stamped} short texts, each with a time of its own"
    if any(mark in text for mark in _OF_SNIPPETS) and (snippets := _snippets(document, body)):
        return f"{snippets} texts that begin or end in the middle, or flashes"
    if found := _found(document, body):
        return found
    told = anchored and dated and between * 3 < length
    if not told and (cards := _cards(outline, body)):
        return f"{cards} short texts, each in a place of its own"
    if document.plain and between * 2 > length:
        return f"{between:.0f} of {length} characters are no sentences"
    if length >= _SHORT or (anchored and dated):
        return None
    links = _links([block for block in blocks if not block.hidden])
    if links > length * (_ANCHORED if anchored or dated else 1):
        return f"{length} characters of text among {links:.0f} of links"
    return None


def _is_chinese_with_code(document: Document, body: Body) -> bool:
    """Whether a text has sentences enough, and these are Chinese, though most of its letters are those of programs."""
    sentences = "".join(one for one in _paragraphs(document, body) if "，" in one or "。" in one)
    return len(sentences) >= _NOTICE and is_chinese(sentences)


def _notice(text: str) -> tuple[Reason, str] | None:
    words = tables.table("rejection")
    for kind, detail in (
        ("not_found", "the page says that there is nothing"),
        ("login", "the page asks for a login"),
        ("script", "the page needs JavaScript"),
    ):
        for phrase in words[kind]:
            if phrase in text:
                return Reason.NOT_AN_ARTICLE, f"{detail}: {phrase}"
    return None


def _links(blocks: Sequence[Block]) -> float:
    """Characters of links in some blocks."""
    return sum(len(block.text) * block.link_share for block in blocks)


def _teasers(document: Document, body: Body) -> int:
    """How many short paragraphs the text has, where a link stands before nearly each of them; or before every one of a
    few, the first too, or of those that are cut off; else 0.
    """
    blocks = document.blocks
    prose = [index for index in body.indices if prose_length(blocks[index].text, blocks[index].link_share)]
    headed = sum(any(map(is_link, blocks[before + 1 : index])) for before, index in pairwise(prose))
    short = sum(len(blocks[index].text) < _TEASER for index in prose)
    if len(prose) > 1 and headed == len(prose) - 1 and short == len(prose):
        first = len(prose) > 2 and prose[0] > 0 and is_link(blocks[prose[0] - 1])
        if first or all(blocks[index].text.endswith(_ELLIPSES) for index in prose):
            return len(prose)
    many = len(prose) > _MANY_CARDS and headed * 4 >= (len(prose) - 1) * 3 and short * 4 >= len(prose) * 3
    return len(prose) if many else 0


def _stamped(document: Document, body: Body) -> int:
    """How many lines of the text are nothing but a day and a time, where half of its paragraphs have one; else 0."""
    if len(body.indices) <= _MANY_CARDS:
        return 0
    texts = [document.blocks[index].text for index in body.indices]
    moments = ((text, dates.first(text)) for text in texts if len(text) <= _LONGEST_STAMP and dates.can_be_in(text))
    stamps = sum(one is not None and one.clock and len(text) - (one.end - one.start) <= 4 for text, one in moments)
    if stamps <= _MANY_CARDS:
        return 0
    return stamps if stamps * 2 >= sum(prose_length(text, 0.0) > 0 for text in texts) else 0


def _snippets(document: Document, body: Body) -> int:
    """How many paragraphs begin with an ellipsis, end with one and a word to go on, or are flashes, if most do; or
    end with an ellipsis alone, if nearly all do; else 0.
    """
    paragraphs = _paragraphs(document, body)
    blocks = [document.blocks[index] for index in body.indices]
    cut = [block for block in blocks if block.text.startswith(_ELLIPSES) or _CUT_OFF.search(block.text[-12:])]
    flashes = sum(_FLASH.match(block.text) is not None for block in blocks)
    if flashes > _MANY_CARDS and flashes + 1 >= len(paragraphs):
        return flashes
    trailing = sum(one.endswith(_ELLIPSES) for one in paragraphs)
    if trailing > 2 and trailing * 5 >= len(paragraphs) * 4:
        return trailing
    return len(cut) if cut and len(cut) * 2 > len(paragraphs) else 0


def _found(document: Document, body: Body) -> str | None:
    """The line above a text that counts what a search found, on a page that calls itself one."""
    if not any(name == "title" and _SEARCH.search(said) for name, said in document.metadata):
        return None
    above = (block.text for block in document.blocks[: body.indices[0] + 1])
    return next((text for text in above if len(text) <= _LONGEST_FOUND and _FOUND.search(text)), None)


def _cards(outline: Outline, body: Body) -> int:
    """In how many places of their own the paragraphs stand, where that shows that they are teasers; else 0.

    Between teasers there is more: what they are of, a price, a day. Paragraphs that only follow each other are none.
    """
    if len(body.indices) <= _MANY_CARDS:
        return 0
    homes: Counter[int] = Counter()
    prose = []
    for index in body.indices:
        block = outline.blocks[index]
        if length := prose_length(block.text, block.link_share):
            prose.append(index)
        homes[outline.home(block)] += length
    if 2 * sum(index - before > 1 for before, index in pairwise(prose)) < len(prose) - 1:
        return 0
    places: Counter[int] = Counter()
    for home, length in homes.items():
        places[outline.parent(outline.table_of_one(home))] += length
    total = places.total()
    largest = max(places.values())
    return len(places) if len(places) > _MANY_CARDS and largest * 10 < total * 3 else 0
