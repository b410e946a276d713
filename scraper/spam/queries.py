"""Search phrases at the end of an article that anything may divide: commas, spaces, symbols, lines of their own; and
lines of them with bars between its paragraphs.

At the ends bars and being foreign are enough to know them (``keywords``). Here they could be a list of the article's
own, so that most must have a word that people type into a search box, and some one that advertises, and nothing may
announce them.
"""

import re
from collections.abc import Sequence
from itertools import dropwhile, takewhile
from statistics import fmean

from scraper.spam.announcing import announced, can_be_heading, lead
from scraper.spam.gazetteer import gazetteer
from scraper.spam.grams import grams
from scraper.spam.keywords import BARS, LEAST_CONTEXT, Context
from scraper.spam.lists import ITEM, SENTENCE_END
from scraper.spam.rules import lines as rule_lines

FEWEST, FEWEST_BELOW = 6, 4
LONGEST = 24
SEARCHED_FOR, OFFERS, KNOWN = 0.6, 0.5, 0.2
_LABEL = re.compile("[^:：]{2,24}[:：]")
_NO_PHRASE = re.compile('[。！!：:“”‘’"《》【】()（）「」『』…%％￥¥]')


def query_tail(lines: Sequence[str], title: str | None) -> tuple[int, int] | None:
    """Where the search phrases that end the article begin (line and offset), with the lead above them; None if none.

    >>> text = "县农业农村局今年在二十个村推广节水灌溉，农户用水量下降三成，粮食产量保持稳定。"
    >>> spam = "手机游戏下载、在线小说阅读、最新电影大全、免费漫画、梦见下雨是什么意思、属龙的今年多大"
    >>> query_tail([text, spam], None), query_tail([text, "培训内容", spam], None)
    ((1, 0), None)
    """
    line, start, found = _phrases(lines)
    if len(found) < FEWEST_BELOW:
        return None
    led = lead(lines, line, start)
    label = _LABEL.match(lines[line][start:])
    if label is not None and rule_lines("lead").rule(label[0]) is not None:
        led, found = led or (line, start), ITEM.findall(lines[line][start + label.end() :])
    before = lines[line][:start].strip() or (lines[line - 1].strip() if line else "")
    above = "\n".join([*lines[:line], lines[line][:start]])
    if not _are_searched_for(found, below_lead=led is not None) or not _are_foreign(found, Context(above)):
        return None
    if led is None and (announced(before, above, title) or can_be_heading(before)):
        return None
    return led or (line, start)


def query_body(lines: Sequence[str], title: str | None) -> list[int]:
    """The lines of search phrases with bars between the paragraphs, foreign to them.

    >>> text = "县农业农村局今年在二十个村推广节水灌溉，农户用水量下降三成，粮食产量保持稳定。"
    >>> spam = "手机游戏下载|在线小说阅读|最新电影大全|免费漫画大全|梦见下雨是什么意思|属龙的今年多大"
    >>> query_body([text, spam, text], None), query_body([text, spam.replace("|", "、"), text], None)
    ([1], [])
    """
    found = {}
    for number in range(1, len(lines) - 1):
        line = lines[number]
        if BARS.search(line) and not SENTENCE_END.search(line.rstrip()[-1:]):
            phrases = ITEM.findall(line)
            if len(phrases) >= FEWEST and _are_searched_for(phrases, below_lead=False):
                found[number] = phrases
    if not found:
        return []
    others = Context("\n".join(line for number, line in enumerate(lines) if number not in found))
    return [
        number
        for number, phrases in found.items()
        if _are_foreign(phrases, others)
        and not announced(lines[number - 1], "\n".join(lines[:number]), title)
        and not can_be_heading(lines[number - 1])
    ]


def _phrases(lines: Sequence[str]) -> tuple[int, int, list[str]]:
    """Where the phrases of the last line begin, or of the last lines where each has one, and what they are."""
    if not lines or SENTENCE_END.search(lines[-1][-1:]):
        return 0, 0, []
    last = len(lines) - 1
    start = max((end.end() for end in SENTENCE_END.finditer(lines[last]) if end.end() < len(lines[last])), default=0)
    found = ITEM.findall(lines[last][start:])
    if len(found) == 1 and start == 0:
        column = list(takewhile(lambda line: len(ITEM.findall(line)) == 1 and _is_phrase(line), reversed(lines)))[::-1]
        searched_for = rule_lines("query", "offer").search
        if not column or not searched_for(column[-1]):  # a signature or a date
            return 0, 0, []
        column = list(dropwhile(lambda line: not searched_for(line), column))
        return len(lines) - len(column), 0, column
    return last, start, found


def _is_phrase(text: str) -> bool:
    return 2 <= len(text.strip()) <= LONGEST and _NO_PHRASE.search(text) is None


def _are_searched_for(found: Sequence[str], *, below_lead: bool) -> bool:
    """Whether most phrases have a word of searches, and enough of them one that advertises; below a lead one is enough.
    Places between them do not count.
    """
    find = gazetteer().find
    phrases = [phrase for phrase in found if find(phrase) is None]
    if not all(map(_is_phrase, phrases)):
        return False
    offers = sum(map(rule_lines("offer").search, phrases))
    searched_for = sum(map(rule_lines("query", "offer").search, phrases))
    if searched_for < SEARCHED_FOR * len(phrases):
        return False
    if below_lead:
        return len(phrases) >= FEWEST_BELOW and offers > 0
    return len(phrases) >= FEWEST and offers >= OFFERS * len(phrases)


def _are_foreign(found: Sequence[str], context: Context) -> bool:
    own = [grams(phrase, 2) for phrase in found]
    known = fmean(len(pairs & context.pairs) / len(pairs) if pairs else 0.0 for pairs in own)
    return context.han >= LEAST_CONTEXT and known <= KNOWN
