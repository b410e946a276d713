"""Keyword titles above an article and keyword lists below it: search phrases in a row, foreign to the article.

A headline or a line of prose shares words with the article that it belongs to; a spam title shares none with the
article that it was put on, and is a list of phrases of several words each, without the marks of a sentence.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from html import unescape
from statistics import fmean

from scraper.spam.announcing import announced, lead
from scraper.spam.gazetteer import gazetteer
from scraper.spam.grams import grams
from scraper.spam.rules import lines as rule_lines

FEWEST, FEWEST_BELOW, MANY = 2, 4, 8
LONGEST_PHRASE, LONGEST_LINE = 24, 10_000
HEAD_LINES = 4
HEADLINE, TITLE_PARTS = 6, 5
MOST_PLACES = 0.3
SEARCHED_FOR = 3
CONTEXT, LEAST_CONTEXT = {2: 150, 3: 40}, 30
"""By the number of phrases, how many Han characters of the article it takes to judge that a line is foreign to it."""

_SEPARATOR = re.compile(r"[|｜丨┊_＿,\s]+|(?<=[\u4e00-\u9fff])[-－]+(?=[\u4e00-\u9fff])")
_JOINT = re.compile(r"(?<=\S)\s{0,9}(?:[|｜丨┊_＿,]+|(?<=[\u4e00-\u9fff])[-－]+(?=[\u4e00-\u9fff]))\s{0,9}(?=\S)")
_NO_KEYWORD = re.compile(r"[。！!；;：:“”‘’\"《》【】\[\]()（）「」『』…·@%％#，、？?]")
_PROSE_WORD = re.compile("[了是我他她这那也都就把将与和为从]|在(?!线)")
_HAN = re.compile("[\u4e00-\u4e27\u4e29-\u9fff]")
_GAP = re.compile(r"\s\s+|\t|(?=<)")
_SITE = re.compile("(?:频道|新闻网?|[日晚早时]报|电视台|政府网|人民网|新华网|央视网)$")
_LISTED = re.compile(r"[|｜丨┊_＿,]")
BARS = re.compile(r"[|｜丨┊_＿]")


class Context:
    """The rest of an article, against which its lines are judged."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def han(self) -> int:
        """How many Han characters it has."""
        return len(_HAN.findall(self._text))

    @cached_property
    def pairs(self) -> set[str]:
        """Its runs of two Han characters."""
        return grams(self._text, 2)

    @cached_property
    def triples(self) -> set[str]:
        """Its runs of three."""
        return grams(self._text, 3)


def phrases(line: str) -> list[str]:
    """The search phrases of a line, none where it has the marks of a sentence or is not joined as a list.

    >>> phrases("手机游戏下载| 在线小说|"), phrases("游戏好玩，小说好看。")
    (['手机游戏下载', '在线小说'], [])
    """
    if len(line) > LONGEST_LINE:
        return []
    if "&#" in line:
        line = unescape(line)
    if _NO_KEYWORD.search(line) or len(_JOINT.findall(line)) < FEWEST - 1:
        return []
    found = [piece for piece in _SEPARATOR.split(line) if piece]
    return found if len(found) >= FEWEST else []


def is_keyword_line(line: str, context: Context) -> bool:
    """Whether ``line`` is a list of search phrases foreign to ``context``.

    >>> article = Context("县农业农村局今年在二十个村推广节水灌溉，农户用水量下降三成，粮食产量保持稳定。" * 3)
    >>> is_keyword_line("手机游戏下载大全,免费在线小说阅读,最新电影排行榜推荐", article)
    True
    >>> is_keyword_line("推广节水灌溉,农户用水下降,粮食产量稳定", article)
    False
    """
    found = phrases(line)
    if not found or not _look_like_phrases(line, found) or context.han < CONTEXT.get(len(found), LEAST_CONTEXT):
        return False
    pairs = [_share(grams(phrase, 2), context.pairs) for phrase in found]
    if len(found) == FEWEST:
        return max(pairs) <= (0.1 if _LISTED.search(line) else 0)
    triples = [_share(grams(phrase, 3), context.triples) for phrase in found]
    if len(found) <= TITLE_PARTS and any(
        two > 0.3 and three > 0 and len(phrase) >= HEADLINE
        for phrase, two, three in zip(found, pairs, triples, strict=True)
    ):
        return False
    foreign = [two <= 0.2 or (two <= 0.6 and three == 0) for two, three in zip(pairs, triples, strict=True)]
    return sum(foreign) >= 0.8 * len(found) or (fmean(pairs) <= 0.4 and fmean(triples) <= 0.1)


def _known(line: str, context: Context) -> float:
    """How much of the line's phrases the context has too."""
    return fmean(_share(grams(phrase, 2), context.pairs) for phrase in phrases(line))


def _share(own: set[str], known: set[str]) -> float:
    return len(own & known) / len(own) if own else 0.0


def _look_like_phrases(line: str, found: Sequence[str]) -> bool:
    """Whether the pieces are phrases of several words each: not clauses of prose, not names, not 标题_频道_网站."""
    if _SITE.search(found[-1]) or (re.search(r"\s", line) and not _LISTED.search(line)):
        return False
    find = gazetteer().find
    if sum(find(phrase) is not None for phrase in found) > MOST_PLACES * len(found):
        return False
    han = [len(_HAN.findall(phrase)) for phrase in found]
    if sum(han) < 4 * len(found) or max(han) > LONGEST_PHRASE or han.count(0) > len(found) // 3:
        return False
    prose = sum(_PROSE_WORD.search(phrase) is not None for phrase in found)
    return BARS.search(line) is not None or prose <= 0.4 * len(found)


def is_keyword_title(title: str, text: str) -> bool:
    """Whether a title is a list of search phrases; hyphens alone, as in 意甲-某队, do not make one."""
    if _LISTED.search(title) is None or len(phrases(title)) <= FEWEST or not is_searched_for(title):
        return False
    return is_keyword_line(title, Context(text))


def repeats_itself(line: str) -> bool:
    """Whether a pair of characters stands in several of the phrases, as in lists of search phrases.

    >>> repeats_itself("什么是水库| 发烧吃什么药| 什么时候立春"), repeats_itself("秋粮收购| 冬小麦| 防汛")
    (True, False)
    """
    found = [grams(phrase, 2) for phrase in phrases(line)]
    counts = Counter(pair for pairs in found for pair in pairs)
    shared = {pair for pair, count in counts.items() if count > 1}
    return sum(not pairs.isdisjoint(shared) for pairs in found) >= 0.4 * len(found)


def is_searched_for(line: str) -> bool:
    """Whether a third of the phrases have a word that people type into a search box, as no verse and no menu has.

    >>> is_searched_for("手机游戏下载,梦见下雨,头发出油怎么办"), is_searched_for("千里之行,始于足下")
    (True, False)
    """
    found, search = phrases(line), rule_lines("query", "offer").search
    return sum(search(phrase) for phrase in found) * SEARCHED_FOR >= len(found)


def _without_lists(lines: Sequence[str]) -> Context:
    return Context("\n".join(line for line in lines if not phrases(line)))


def keyword_head(lines: Sequence[str]) -> tuple[int, int]:
    """Where the article begins below its keyword titles (line and offset): (0, 0) where it has none.

    A title may share its line with what follows: a wide gap or a tag ends it.
    """
    listed = 0
    while listed < min(HEAD_LINES, len(lines) - 1) and phrases(lines[listed]):
        listed += 1
    if listed:
        context = _without_lists(lines[listed:])
        sure = [
            number
            for number, line in enumerate(lines[:listed])
            if is_searched_for(line) and is_keyword_line(line, context)
        ]
        for number in range(listed):
            if number not in sure and (sure[-1:] < [number] or _known(lines[number], context) > 0.3):
                return number, 0
    gap = _GAP.search(lines[listed][:LONGEST_LINE])
    first = lines[listed][: gap.start()] if gap else ""
    if gap and phrases(first):
        rest = _without_lists([lines[listed][gap.end() :].replace(first, ""), *lines[listed + 1 :]])
        return listed, gap.end() if is_searched_for(first) and is_keyword_line(first, rest) else 0
    return listed, 0


def keyword_tail(lines: Sequence[str], title: str | None) -> tuple[int, int] | None:
    """Where the keyword list that ends the article begins (line and offset), with the lead above it; None if none."""
    first = len(lines)
    while first > 0 and BARS.search(lines[first - 1]) and phrases(lines[first - 1]):
        first -= 1
    if first == 0 and title is None and lines:
        whole = "|".join(lines)
        searched_for = len(phrases(whole)) >= MANY and repeats_itself(whole) and is_searched_for(whole)
        return (0, 0) if searched_for else None
    if first == len(lines):
        return None
    context = _without_lists(lines[:first])
    while first < len(lines) and not is_keyword_line(lines[first], context):
        first += 1
    if first in (0, len(lines)) or not all(is_keyword_line(line, context) for line in lines[first:]):
        return None
    if (found := lead(lines, first)) is not None:
        return found
    whole = "|".join(lines[first:])
    count = len(phrases(whole))
    if count < FEWEST_BELOW or (count < MANY and not repeats_itself(whole)) or not is_searched_for(whole):
        return None
    return None if announced(lines[first - 1], "\n".join(lines[:first]), title) else (first, 0)
