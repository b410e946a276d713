"""Articles in which a gambling brand stands in place of some of the words."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from scraper.model import Article
from scraper.spam.rules import lines as rule_lines
from scraper.spam.rules import pattern_of, rows

FEWEST, FEWEST_INSIDE = 4, 6
"""How often a name must stand in the text, and how often where it is always a part of the same longer word."""
BEGINNING = 1500
CHARACTERS_PER_NAME = 250
DIFFERENT_NEIGHBOURS = 0.3
SAME = 0.9
LONGEST, LONGEST_ADVERTISEMENT = 12, 60
ABOUT_ADVERTISING = "about-advertising"
"""The row of what an article about searches, sites or advertisements speaks of."""
KINDS = ("彩票", "棋牌")
"""Names that begin so are those of a kind of things, and of no brand."""


def replaced_by(article: Article) -> str | None:
    """The brand that replaces words throughout the article; None where there is none.

    An article about a gambling company repeats its name too, but with the trade's own words around it. Replaced words
    leave the name dense, between ever different neighbours, and nothing else of the trade.

    >>> text = "全县太阳城娱乐推进顺利。村民用上太阳城娱乐，收入增加。太阳城娱乐惠及百户，不误太阳城娱乐。"
    >>> replaced_by(Article(title=None, text=text))
    '太阳城娱乐'
    >>> replaced_by(Article(title=None, text=text + "警方查处太阳城娱乐赌场。"))
    """
    text = article.text
    if not _names().search(text[:BEGINNING]):
        return None
    name = Counter(match[0] for match in _names().finditer(text)).most_common(1)[0][0]
    brand = _whole(name, text)
    pieces = text.split(brand)
    count = len(pieces) - 1
    if count < (FEWEST if brand == name else FEWEST_INSIDE) or count * CHARACTERS_PER_NAME < len(text):
        return None
    before = {piece[-1:] for piece in pieces[:-1]}
    after = {piece[:1] for piece in pieces[1:]}
    if min(len(before), len(after)) < max(3, DIFFERENT_NEIGHBOURS * count):
        return None
    rest = "".join(pieces)
    return None if rule_lines("trade").search(rest) or _is_about(name, rest) else brand


def _is_about(name: str, rest: str) -> bool:
    """Whether an article speaks of what such a name names: 彩票APP is any, and stands beside 彩票 alone or a ban."""
    kind = next((kind for kind in KINDS if name.startswith(kind)), None)
    return kind is not None and (kind in rest or pattern_of(ABOUT_ADVERTISING).search(rest) is not None)


def is_advertisement(line: str) -> bool:
    """Whether a line advertises a gambling brand, or looks like one that does. No sentence is one."""
    return len(line) <= LONGEST_ADVERTISEMENT and "，" not in line and rule_lines("ad").rule(line) is not None


def advertisements(lines: Sequence[str], text: str) -> set[str]:
    """Those of the lines that advertise a brand of which the rest of the article, ``text``, does not speak.

    None where it speaks of the trade, or of advertising.

    >>> advertisements(["太阳城娱乐官网", "今天开门"], "全县推广节水灌溉。")
    {'太阳城娱乐官网'}
    >>> advertisements(["太阳城社区官网"], "太阳城社区今天开通。"), advertisements(["太阳城娱乐官网"], "警方查处赌场。")
    (set(), set())
    """
    found = set(filter(is_advertisement, lines))
    if not found or rule_lines("trade").search(text) or pattern_of(ABOUT_ADVERTISING).search(text):
        return set()
    known = {text[i : i + 3] for i in range(len(text) - 2)}
    return {line for line in found if known.isdisjoint(line[i : i + 3] for i in range(len(line) - 2))}


@cache
def _names() -> re.Pattern[str]:
    """The rows as they are, in Simplified characters: what begins with no class of characters is found faster."""
    return re.compile("|".join(row.pattern or "" for row in rows() if row.scope == "brand"))


def _whole(name: str, text: str) -> str:
    """The longest string that stands around nearly every ``name`` in the text.

    >>> _whole("葡京", "新葡京官网好，看新葡京官网，新葡京官网在")
    '新葡京官网'
    """
    while len(name) < LONGEST:
        count = text.count(name)
        following = Counter(piece[:1] for piece in text.split(name)[1:]).most_common(1)[0]
        preceding = Counter(piece[-1:] for piece in text.split(name)[:-1]).most_common(1)[0]
        if following[0] and following[1] >= SAME * count:
            name += following[0]
        elif preceding[0] and preceding[1] >= SAME * count:
            name = preceding[0] + name
        else:
            break
    return name
