"""The tail of the spider pool: a run of place names at the end of an article, foreign to it.

What makes it spam is not that it names places, as many articles do, but four things together: nearly every item is a
place; the article neither announces the list nor speaks of these places; the places are scattered over the country as
if drawn by lot, where an article's list follows a province or the official order; and nothing of the article comes
after it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from scraper.spam.announcing import heads, introduced, lead
from scraper.spam.lists import SENTENCE_END, items
from scraper.spam.place_list import (
    FEWEST,
    MANY,
    MISSES_TOGETHER,
    PlaceList,
    apart,
    is_laid_out,
    place_of,
    prose,
    read_backwards,
)
from scraper.spam.rules import lines as rule_lines

TRAILING_LINES = 8
TRAILING_PROSE = 150
_LONE_WORD = re.compile("(?:[\u4e00-\u9fff]{2,4}|[A-Za-z]{2,6}) *[|｜丨]?")
_PROSE_END = "。！？；!?;"
_AND_OTHERS = re.compile("等[\u4e00-\u9fff]{0,6}$")
REFERS_BACK = re.compile("以上|上述|这些|這些|其中|此外|另外|綜上|综上|^——")


@dataclass(frozen=True, slots=True)
class Cut:
    """What to take out: from ``start`` in line ``line`` to the end of line ``last``."""

    line: int
    start: int
    last: int


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
    found = read_backwards(lines, last)
    if found is None or not found.is_mostly_places(FEWEST):
        return None
    line, start = _first_of_column(lines, found, title)
    before = lines[line][:start].strip() or _line_above(lines, line)
    led = lead(lines, line, start)
    if led is not None:
        line, start = led
    above = "\n".join([*lines[:line], lines[line][:start]])
    last = _last_of_column(lines, found, last)
    below = lines[last + 1 :]
    if led is None and (found.is_table() or is_laid_out(lines, found) or introduced(found, before, above, title)):
        return None
    if not found.is_scattered(below_lead=led is not None):
        return None
    if not found.is_foreign_to(prose([title or "", *lines[:line], lines[line][:start], *below])):
        return None
    may_be_inside = len(found.items) >= MANY and (led is not None or found.is_barred())
    return Cut(line, start, last) if _ends_the_article(above, below, may_be_inside=may_be_inside) else None


def _line_above(lines: Sequence[str], line: int) -> str:
    """The line above the list; the one above single words that are no places, where that is a label."""
    above = line - 1
    while above >= 0 and line - above <= MISSES_TOGETHER and _LONE_WORD.fullmatch(lines[above].strip()):
        above -= 1
    if above >= 0 and lines[above].rstrip()[-1:] in (":", "："):
        return lines[above]
    return lines[line - 1] if line else ""


def _last_list_line(lines: Sequence[str]) -> int | None:
    """The last line that ends in place names, of those that may be followed by nothing but site furniture."""
    for number in range(len(lines) - 1, max(-1, len(lines) - 1 - TRAILING_LINES), -1):
        line = lines[number].rstrip()
        if line and line[-1] not in _PROSE_END and not _AND_OTHERS.search(line[-8:]):
            ending = list(chain.from_iterable(map(apart, items(line[-120:])[-6:])))
            if ending and sum(place_of(item)[1] is not None for item in ending) >= 0.5 * len(ending):
                return number
    return None


def _first_of_column(lines: Sequence[str], found: PlaceList, title: str | None) -> tuple[int, int]:
    """Where the list begins; a column takes a first word that is no place with it, after a sentence or a lead."""
    line, start = found.items[-1].line, found.items[-1].start
    if (
        len(found.items) < MANY
        or not found.is_column()
        or line < 2
        or rule_lines("channel").rule(lines[line - 1].strip(" |｜丨")) is None
        or heads(lines[line - 1].strip(), title)
    ):
        return line, start
    above = lines[line - 2].rstrip()
    after_sentence = SENTENCE_END.search(above[-1:]) is not None
    return (line - 1, 0) if after_sentence or lead(lines, line - 1) is not None else (line, start)


def _last_of_column(lines: Sequence[str], found: PlaceList, last: int) -> int:
    """The last line of a list with one name a line: a last word that is no place belongs to it."""
    column = len(found.items) >= MANY and found.is_column()
    if column and last + 1 < len(lines) and _LONE_WORD.fullmatch(lines[last + 1].strip()):
        return last + 1
    return last


def _ends_the_article(above: str, trailing: Sequence[str], *, may_be_inside: bool) -> bool:
    """Whether what follows the list is site furniture: no sentence that speaks of the list, and no prose, or little."""
    if any(REFERS_BACK.search(line) for line in trailing):
        return False
    prose = sum(len(line) for line in trailing if line.rstrip()[-1:] in _PROSE_END)
    return prose == 0 or (may_be_inside and prose <= TRAILING_PROSE and prose < len(above))
