"""Lines of place names above an article or between its paragraphs, foreign to it.

Above it they are judged as a tail is. Between paragraphs stand the lists of many articles, so that only lists with
bars, or with nothing between the names, are looked at.
"""

import re
from collections.abc import Sequence

from scraper.spam.announcing import introduced
from scraper.spam.lists import STRONG_SEPARATORS, items
from scraper.spam.place_list import FEWEST, MANY, PlaceList, apart, place_of
from scraper.spam.place_tail import REFERS_BACK
from scraper.spam.rules import lines as rule_lines

HEAD_LINES, LONGEST_LINE = 4, 4000
_LABEL = re.compile("[^:：]{1,40}[:：]")
_STRONG = "".join(sorted(STRONG_SEPARATORS))
_BARS = re.compile(f"[^{_STRONG}]{{2,16}}[{_STRONG}]|[\u4e00-\u9fff]{{{2 * MANY},}}$")
"""How a line of places with bars, or with nothing between them, begins."""


def place_head(lines: Sequence[str], title: str | None) -> int:
    """How many of the first lines are lists of places, foreign to the article below them, each with its lead."""
    count = 0
    while count < min(HEAD_LINES, len(lines) - 1):
        led = _is_lead(lines[count])
        last = count + led
        if last == len(lines) - 1 or len(lines[last]) > LONGEST_LINE:
            break
        found, led = _list_of_line(lines[last], led=led)
        if not found.is_mostly_places(FEWEST if led else MANY) or not found.is_scattered(below_lead=led):
            break
        if not led and found.begins_with_label() and not found.is_barred():
            break
        if not found.is_foreign_to("\n".join([title or "", *lines[last + 1 :]])):
            break
        count = last + 1
    return count


def place_body(lines: Sequence[str], title: str | None) -> tuple[int, int] | None:
    """The first and the last of neighbouring lines before the last one that are a list of places with bars, foreign to
    the article, with its lead; None where there are none.

    >>> text = "全县今年新修农村公路三百公里，村民出行更加方便。"
    >>> spam = "桂林市|长治县|榆中县|焉耆|屯昌县|云林县|东源县|定南县|"
    >>> place_body([text, spam, text], None), place_body(["受灾的县：", spam, text], None)
    ((1, 1), None)
    """
    number = next((number for number, line in enumerate(lines) if _BARS.match(line.lstrip())), len(lines))
    while number < len(lines) - 1:
        found, last = _barred_list(lines, number)
        if last > number and _is_foreign(lines, number, last, found, title):
            return number - (number > 0 and _is_lead(lines[number - 1])), last - 1
        number = max(last, number + 1)
    return None


def _is_foreign(lines: Sequence[str], first: int, end: int, found: PlaceList, title: str | None) -> bool:
    above, below = lines[:first], lines[end:]
    if not below or not found.is_mostly_places(MANY) or not found.is_scattered() or REFERS_BACK.search(below[0][:20]):
        return False
    before = above[-1] if above else ""
    if not _is_lead(before) and introduced(found, before, "\n".join(above), title):
        return False
    return found.is_foreign_to("\n".join([title or "", *above, *below]))


def _barred_list(lines: Sequence[str], number: int) -> tuple[PlaceList, int]:
    """The places of the lines from ``number`` on that are nothing but places with bars, and the line after them."""
    found: list[PlaceList] = []
    end = number
    while end < len(lines) and len(lines[end]) <= LONGEST_LINE and _BARS.match(lines[end].lstrip()):
        one = _read(lines[end], end)
        if not (one.is_barred() and one.is_mostly_places(2)):
            break
        found.append(one)
        end += 1
    whole = PlaceList()
    for one in reversed(found):
        for item, place in zip(one.items, one.places, strict=True):
            whole.add(item, place)
    return whole, end


def _list_of_line(line: str, *, led: bool) -> tuple[PlaceList, bool]:
    """The items of a line and the places they name, without the lead that it begins with; and whether it has a lead.
    Behind another label there is no list: it is the article's own.
    """
    start = 0
    if label := _LABEL.match(line):
        if not _is_lead(label[0]):
            return PlaceList(), False
        start, led = label.end(), True
    return _read(line[start:]), led


def _read(line: str, number: int = 0) -> PlaceList:
    found = PlaceList()
    for item in reversed(items(line, number)):
        for piece in apart(item):
            found.add(*place_of(piece))
    return found


def _is_lead(line: str) -> bool:
    return rule_lines("lead").rule(line.strip()) is not None
