"""Keyword titles above an article and keyword lists below it: search phrases in a row, foreign to the article.

A headline or a line of prose shares words with the article that it belongs to; a spam title shares none with the article that it was
put on, and is a list of phrases of several words each, without the marks of a sentence.
"""

import re
from collections import Counter
from collections.abc import Sequence
from html import unescape
from statistics import fmean as mean

from scraper.spam.announcing import announced, lead
from scraper.spam.gazetteer import gazetteer

FEWEST, FEWEST_BELOW, MANY = 2, 4, 8
LONGEST_PHRASE = 24
HEAD_LINES = 4
HEADLINE, TITLE_PARTS = 6, 5
MOST_PLACES = 0.3
CONTEXT, CONTEXT_FOR_TWO = 60, 150
"""How many Han characters of the article it takes to judge whether a line is foreign to it."""
_SEPARATOR = re.compile(r"[|｜_＿,\s]+|(?<=[\u4e00-\u9fff])[-－]+(?=[\u4e00-\u9fff])")
_JOINT = re.compile(r"(?<=\S)\s*(?:[|｜_＿,]+|(?<=[\u4e00-\u9fff])[-－]+(?=[\u4e00-\u9fff]))\s*(?=\S)")
_NO_KEYWORD = re.compile(r"[。！!；;：:“”‘’\"《》【】\[\]()（）「」『』…·@%％#，、？?]")
_PROSE_WORD = re.compile("[了是我他她这那也都就把将与和为从]|在(?!线)")
_HAN = re.compile("[\u4e00-\u9fff]")
_HAN_RUN = re.compile("[\u4e00-\u9fff]{2,}")
_GAP = re.compile(r"(\s{2,}(?=\S)|\t+|(?=<))")
_SITE = re.compile("(?:频道|新闻网?|[日晚早时]报|电视台|政府网|人民网|新华网|央视网)$")
_LISTED = re.compile(r"[|｜_＿,]")
_BARS = re.compile(r"[|｜_＿]")


def grams(text: str, length: int = 2) -> set[str]:
    """The runs of ``length`` neighbouring Han characters."""
    return {run[i : i + length] for run in _HAN_RUN.findall(text) for i in range(len(run) - length + 1)}


def phrases(line: str) -> list[str]:
    """The search phrases of a line, none where it has the marks of a sentence or is not joined as a list."""
    if "&#" in line:
        line = unescape(line)
    if _NO_KEYWORD.search(line) or len(_JOINT.findall(line)) < FEWEST - 1:
        return []
    found = [piece for piece in _SEPARATOR.split(line) if piece]
    return found if len(found) >= FEWEST else []


def is_keyword_line(line: str, context: str) -> bool:
    """Whether ``line`` is a list of search phrases foreign to ``context``, the rest of the article.

    >>> article = "县农业农村局今年在二十个村推广节水灌溉，农户用水量下降三成，粮食产量保持稳定。" * 3
    >>> is_keyword_line("手机游戏下载大全,免费在线小说阅读,最新电影排行榜推荐", article)
    True
    >>> is_keyword_line("推广节水灌溉,农户用水下降,粮食产量稳定", article)
    False
    """
    found = phrases(line)
    hyphens_alone = _LISTED.search(line) is None
    if not found or (hyphens_alone and re.search(r"\s", line)) or not _look_like_phrases(line, found):
        return False
    pair = len(found) == FEWEST
    if len(_HAN.findall(context)) < (CONTEXT_FOR_TWO if pair else CONTEXT):
        return False
    shares = _known_shares(found, context, 2)
    if pair:
        return max(shares) == 0
    longer = _known_shares(found, context, 3)
    if len(found) <= TITLE_PARTS and any(
        two > 0.3 and len(phrase) >= HEADLINE for phrase, two in zip(found, shares, strict=True)
    ):
        return False
    foreign = [two <= 0.2 or (two <= 0.6 and three == 0) for two, three in zip(shares, longer, strict=True)]
    return sum(foreign) >= 0.8 * len(found) or (mean(shares) <= 0.4 and mean(longer) <= 0.1)


def _known_shares(found: Sequence[str], context: str, length: int) -> list[float]:
    """For each phrase the share of its grams that the context has too."""
    known = grams(context, length)
    return [len(own & known) / len(own) if (own := grams(phrase, length)) else 0.0 for phrase in found]


def _look_like_phrases(line: str, found: Sequence[str]) -> bool:
    """Whether the pieces are phrases of several words each, and not clauses of prose."""
    if _SITE.search(found[-1]):
        return False  # a headline with its channel and site: 标题_频道_网站
    find = gazetteer().find
    if sum(find(phrase) is not None for phrase in found) > MOST_PLACES * len(found):
        return False
    han = [len(_HAN.findall(phrase)) for phrase in found]
    if sum(han) < 4 * len(found) or max(han) > LONGEST_PHRASE or han.count(0) > len(found) // 3:
        return False
    prose = sum(_PROSE_WORD.search(phrase) is not None for phrase in found)
    return _BARS.search(line) is not None or prose <= 0.4 * len(found)


def is_keyword_title(title: str, text: str) -> bool:
    """Whether a title is a list of search phrases; hyphens alone, as in 意甲-某队, do not make one."""
    return _LISTED.search(title) is not None and len(phrases(title)) > FEWEST and is_keyword_line(title, text)


def repeats_itself(line: str) -> bool:
    """Whether a pair of characters stands in several of the phrases, as in lists of search phrases.

    >>> repeats_itself("什么是水库| 发烧吃什么药| 什么时候立春"), repeats_itself("秋粮收购| 冬小麦| 防汛")
    (True, False)
    """
    found = phrases(line)
    counts = Counter(pair for phrase in found for pair in grams(phrase))
    shared = {pair for pair, count in counts.items() if count > 1}
    return sum(bool(grams(phrase) & shared) for phrase in found) >= 0.4 * len(found)


def keyword_head(lines: Sequence[str]) -> tuple[int, int]:
    """Where the article begins below its keyword titles (line and offset): (0, 0) where it has none.

    A title may share its line with what follows: a wide gap or a tag ends it.
    """
    listed = 0
    while listed < min(HEAD_LINES, len(lines) - 1) and phrases(lines[listed]):
        listed += 1
    context = "\n".join(lines[listed:])
    for number in range(listed):
        if not is_keyword_line(lines[number], context):
            return number, 0
    first, gap, rest = _GAP.split(lines[listed], maxsplit=1) if _GAP.search(lines[listed]) else (lines[listed], "", "")
    if rest and is_keyword_line(first, "\n".join([rest, *lines[listed + 1 :]])):
        return listed, len(first) + len(gap)
    return listed, 0


def keyword_tail(lines: Sequence[str], title: str | None) -> tuple[int, int] | None:
    """Where the keyword list that ends the article begins (line and offset), with the lead above it; None where there is none."""
    if title is None and lines and all(map(phrases, lines)):
        whole = "|".join(lines)
        return (0, 0) if len(phrases(whole)) >= MANY and repeats_itself(whole) else None
    first = len(lines)
    context = None
    while first > 1 and _BARS.search(lines[first - 1]) and phrases(lines[first - 1]):
        context = context or "\n".join(line for line in lines if not phrases(line))
        if not is_keyword_line(lines[first - 1], context):
            break
        first -= 1
    if first == len(lines):
        return None
    if (found := lead(lines, first)) is not None:
        return found
    whole = "|".join(lines[first:])
    count = len(phrases(whole))
    if count < FEWEST_BELOW or (count < MANY and not repeats_itself(whole)):
        return None
    return None if announced(lines[first - 1], "\n".join(lines[:first]), title) else (first, 0)
