"""The tail of the spider pool, or its head: a run of place names at an end of an article, foreign to it.

What makes it spam is not that it names places, as many articles do, but four things together: nearly every item is a
place; the article neither announces the list nor speaks of these places; the places are scattered over the country as
if drawn by lot, where an article's list follows a province or the official order; and nothing of the article comes
after it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scraper.spam.announcing import announced, lead
from scraper.spam.gazetteer import Match, Place, gazetteer, without_suffix
from scraper.spam.lists import COLON, SENTENCE_END, Item, items, items_from_end
from scraper.spam.rules import lines as rule_lines

FEWEST = 5
MANY = 8
MISSES_TOGETHER = 3
HEAD_LINES, LONGEST_HEAD = 4, 4000
SPOKEN_OF, ENOUGH_NAMES = 0.3, 300
TRAILING_LINES = 8
TRAILING_PROSE = 150
_WORD = re.compile("[\u4e00-\u9fff]{1,6}|[A-Za-z][\u4e00-\u9fffA-Za-z]{0,9}")
_LONE_WORD = re.compile("(?:[\u4e00-\u9fff]{2,4}|[A-Za-z]{2,6}) *[|｜丨]?")
_PROSE_END = "。！？；!?;"
_AND_OTHERS = re.compile("等[\u4e00-\u9fff]{0,6}$")
_REFERS_BACK = re.compile("以上|上述|这些|這些|其中|此外|另外|綜上|综上")


@dataclass(frozen=True, slots=True)
class Cut:
    """What to take out: from ``start`` in line ``line`` to the end of line ``last``."""

    line: int
    start: int
    last: int


@dataclass(slots=True)
class _Run:
    """The list while it is read backwards: its items, the last one first, and what each names (None: no place)."""

    items: list[Item] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)
    misses: int = 0

    def add(self, item: Item, place: Place | None) -> None:
        self.items.append(item)
        self.places.append(place)
        self.misses += place is None

    def add_missed(self, words: Sequence[Item]) -> None:
        for word in words:
            self.add(word, None)


def place_tail(lines: Sequence[str], title: str | None) -> Cut | None:
    """The tail of place names that ends ``lines`` (apart from site furniture after it), None where there is none.

    >>> article = "全县今年新修农村公路三百公里，村民出行更加方便。"
    >>> place_tail([article, "桂林市| 长治县| 榆中县| 焉耆| 屯昌县| 云林县|"], None)
    Cut(line=1, start=0, last=1)
    >>> place_tail([article, "预警覆盖：桂林市| 长治县| 榆中县| 焉耆| 屯昌县| 云林县|"], None)
    """
    last = _last_list_line(lines)
    if last is None:
        return None
    run, introduced = _gather(lines, last)
    if introduced or not run.items:
        return None
    first = run.items[-1]
    line, start = first.line, first.start
    before = lines[line][:start].strip() or _line_above(lines, line)
    found_lead = lead(lines, line, start)
    if found_lead is not None:
        line, start = found_lead
    if not _is_list_of_places(run, FEWEST) or not _scattered(run):
        return None
    above = "\n".join([*lines[:line], lines[line][:start]])
    last = _last_of_column(lines, run, last)
    below = lines[last + 1 :]
    if found_lead is None and announced(before, above, title):
        return None
    if not _foreign(run, "\n".join([title or "", above, *below])):
        return None
    return Cut(line, start, last) if _ends_the_article(above, below, run) else None


def _line_above(lines: Sequence[str], line: int) -> str:
    """The line above the list; the one above single words that are no places, where that is a label."""
    above = line - 1
    while above >= 0 and line - above <= MISSES_TOGETHER and _LONE_WORD.fullmatch(lines[above].strip()):
        above -= 1
    if above >= 0 and lines[above].rstrip()[-1:] in (":", "："):
        return lines[above]
    return lines[line - 1] if line else ""


def place_head(lines: Sequence[str], title: str | None) -> int:
    """How many of the first lines are lists of places, foreign to the article below them."""
    find = gazetteer().find
    count = 0
    while count < min(HEAD_LINES, len(lines) - 1) and len(lines[count]) <= LONGEST_HEAD:
        run = _Run()
        for item in items(lines[count], count):
            run.add(item, find(item.text))
        if not (_is_list_of_places(run, MANY) and _scattered(run)):
            break
        if not _foreign(run, "\n".join([title or "", *lines[count + 1 :]])):
            break
        count += 1
    return count


def _last_list_line(lines: Sequence[str]) -> int | None:
    """The last line that ends in place names, of those that may be followed by nothing but site furniture."""
    find = gazetteer().find
    for number in range(len(lines) - 1, max(-1, len(lines) - 1 - TRAILING_LINES), -1):
        line = lines[number].rstrip()
        if line and line[-1] not in _PROSE_END and not _AND_OTHERS.search(line[-8:]):
            ending = items(line[-120:])[-6:]
            if ending and sum(find(item.text) is not None for item in ending) >= 0.5 * len(ending):
                return number
    return None


def _gather(lines: Sequence[str], last: int) -> tuple[_Run, bool]:
    """The run of places that ends with line ``last``, and whether a label of the article's own introduces it."""
    find = gazetteer().find
    run = _Run()
    pending: list[Item] = []
    stop = None
    for item in items_from_end(lines, last):
        place = find(item.text)
        if place is not None:
            run.add_missed(pending)
            pending = []
            run.add(item, place)
        elif (
            len(pending) < MISSES_TOGETHER
            and run.misses + len(pending) < MISSES_TOGETHER + len(run.items) // 4
            and _WORD.fullmatch(item.text)
        ):
            pending.append(item)
        else:
            stop = item
            break
    if not run.items:
        return run, False
    following = pending[-1] if pending else run.items[-1]
    glued, introduced = _glued(stop, following) if stop is not None else (None, False)
    intro = rule_lines("intro", "heading")
    if introduced or any(intro.search(word.text) for word in pending):
        return run, True
    if glued is None and stop is not None and stop.line == following.line and not _may_follow(stop):
        return run, True
    if glued is None:
        pending = [word for word in pending if _begins_the_list(word, stop, run.items[-1])]
    run.add_missed(pending)
    if glued is not None:
        run.add(glued, find(glued.text))
    return run, False


def _begins_the_list(missed: Item, stop: Item | None, first: Item) -> bool:
    """Whether a word that is no place stands first in the list, and not last in the article."""
    if missed.line != first.line:
        return missed.strong and missed.line == first.line - 1
    return stop is None or stop.line != missed.line or _ends(stop)


def _may_follow(stop: Item) -> bool:
    """Whether a list may begin after this piece of its line: after a sentence or a lead, or before a vertical bar."""
    return stop.strong or _ends(stop)


def _ends(stop: Item) -> bool:
    last = stop.text[-1]
    return SENTENCE_END.fullmatch(last) is not None or COLON.fullmatch(last) is not None


def _glued(stop: Item, following: Item) -> tuple[Item | None, bool]:
    """The first name of a list that follows the article's last sentence or a lead on one line; and whether a label of
    the article's own stands there instead."""
    same_line = stop.line == following.line
    if not same_line and stop.line != following.line - 1:
        return None, False
    ends = [match.end() for match in SENTENCE_END.finditer(stop.text)]
    start = ends[-1] if ends else 0
    rest = stop.text[start:]
    colons = [match.end() for match in COLON.finditer(rest)]
    if colons:
        label, rest, start = rest[: colons[-1]], rest[colons[-1] :], start + colons[-1]
        if rule_lines("lead").rule(label) is None:
            named = gazetteer().find(rest) is not None or _WORD.fullmatch(rest) is not None
            return None, same_line or (named and rule_lines("any", "edge", "tail").rule(stop.text) is None)
    item = Item(stop.line, stop.start + start, stop.end, rest, stop.strong)
    find = gazetteer().find
    after_an_end = bool(ends or colons)
    if rest and find(rest) is not None and (same_line or after_an_end):
        return item, False
    if rest and after_an_end and (stop.strong or same_line) and _WORD.fullmatch(rest):
        return item, False
    if rest and stop.strong and same_line and (at := gazetteer().full_name_at_end(rest)) > 0:
        return Item(stop.line, item.start + at, stop.end, rest[at:], True), False
    return None, False


def _is_list_of_places(run: _Run, fewest: int) -> bool:
    """Whether nearly every item is a place, and the evidence is strong enough for their number."""
    count = len(run.items)
    if count < fewest:
        return False
    kinds = [place.match for place in run.places if place is not None]
    full, named = kinds.count(Match.FULL), len(kinds) - kinds.count(Match.CUT)
    if full >= 0.4 * count:
        return named >= 0.7 * count and len(kinds) >= 0.75 * count
    return count >= MANY and named >= 0.7 * count and len(kinds) >= 0.8 * count


def _scattered(run: _Run) -> bool:
    """Whether the places lie all over the country in no order, and are counties, not the cities that news lists."""
    known = [place for place in run.places if place is not None and place.provinces]
    if len(known) < FEWEST - 1:
        return False
    together = sum(bool(a.provinces & b.provinces) for a, b in pairwise(known)) / (len(known) - 1)
    provinces = {min(place.provinces) for place in known}
    counties = sum(place.county for place in known) / len(known)
    return together <= (0.45 if len(known) >= MANY else 0.5) and len(provinces) >= 3 and counties >= 0.35


def _foreign(run: _Run, text: str) -> bool:
    """Whether the article does not speak of these places."""
    named = {without_suffix(item.text) for item in run.items[:ENOUGH_NAMES]}
    spoken_of = sum(name in text for name in named)
    return spoken_of <= max(1, SPOKEN_OF * len(named))


def _last_of_column(lines: Sequence[str], run: _Run, last: int) -> int:
    """The last line of a list with one name a line: a last word that is no place belongs to it."""
    column = len({item.line for item in run.items}) == len(run.items) >= MANY
    if column and last + 1 < len(lines) and _LONE_WORD.fullmatch(lines[last + 1].strip()):
        return last + 1
    return last


def _ends_the_article(above: str, trailing: Sequence[str], run: _Run) -> bool:
    """Whether what follows the list is site furniture: no sentence that speaks of the list, and little prose."""
    if any(_REFERS_BACK.search(line) for line in trailing):
        return False
    prose = sum(len(line) for line in trailing if line.rstrip()[-1:] in _PROSE_END)
    return prose == 0 or (len(run.items) >= MANY and prose <= TRAILING_PROSE and prose < len(above))
