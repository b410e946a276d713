"""Lines of place names above an article or between its paragraphs, foreign to it.

Above it they are judged as a tail is. Between paragraphs stand the lists of many articles, so that only lists with
bars, or with nothing between the names, are looked at.
"""

import re
from collections.abc import Sequence

from scraper.spam.announcing import introduced
from scraper.spam.place_list import FEWEST, LONGEST_LINE, MANY, PlaceList, is_barred_list, is_laid_out, prose, read_line
from scraper.spam.place_tail import REFERS_BACK
from scraper.spam.rules import lines as rule_lines

HEAD_LINES = 4
BEGINNING = 40
"""In so many characters of a list of places there is one."""
_LABEL = re.compile("[^:：]{1,40}[:：]")


def place_head(lines: Sequence[str], title: str | None) -> int:
    """How many of the first lines are lists of places, foreign to the article below them, each with its lead."""
    count = 0
    while count < min(HEAD_LINES, len(lines) - 1):
        led = _is_lead(lines[count])
        last = count + led
        if last == len(lines) - 1 or len(lines[last]) > LONGEST_LINE:
            break
        found, led = _list_of_line(lines[last], led=led)
        if not found.is_mostly_places(FEWEST if led else MANY) or not found.is_scattered():
            break
        if not led and (is_laid_out([lines[last]], found) or (found.begins_with_label() and not found.is_barred())):
            break
        if not found.is_foreign_to(prose([title or "", *lines[last + 1 :]])):
            break
        count = last + 1
    return count


def place_body(lines: Sequence[str], title: str | None) -> list[range]:
    """The neighbouring lines before the last one that are a list of places with bars, foreign to the article, with its
    lead.

    >>> text = "全县今年新修农村公路三百公里，村民出行更加方便。"
    >>> spam = "桂林市|长治县|榆中县|焉耆|屯昌县|云林县|东源县|定南县|"
    >>> place_body([text, spam, text], None), place_body(["受灾的县：", spam, text], None)
    ([range(1, 2)], [])
    """
    listed = [is_barred_list(line) for line in lines]
    if not any(listed):
        return []
    said = "\n".join([title or "", *(line for line, is_list in zip(lines, listed, strict=True) if not is_list)])
    found, number = [], 0
    while number < len(lines):
        end = number
        while end < len(lines) and listed[end]:
            end += 1
        if number < end < len(lines) and _is_foreign(lines, range(number, end), said, title):
            found.append(range(number - (number > 0 and _is_lead(lines[number - 1])), end))
        number = max(end, number + 1)
    return found


def _is_foreign(lines: Sequence[str], listed: range, said: str, title: str | None) -> bool:
    found = PlaceList()
    for number in reversed(listed):
        one = read_line(lines[number], number)
        for item, place in zip(one.items, one.places, strict=True):
            found.add(item, place)
    before, below = (lines[listed[0] - 1] if listed[0] else ""), lines[listed[-1] + 1]
    if not found.is_mostly_places(MANY) or not found.is_scattered() or REFERS_BACK.search(below[:20]):
        return False
    if found.is_table():
        return False
    if not _is_lead(before) and introduced(found, before, "\n".join(lines[: listed[0]]), title):
        return False
    return found.is_foreign_to(said)


def _list_of_line(line: str, *, led: bool) -> tuple[PlaceList, bool]:
    """The items of a line and the places they name, without the lead that it begins with; and whether it has a lead.
    Behind another label there is no list: it is the article's own.
    """
    start = 0
    if label := _LABEL.match(line):
        if not _is_lead(label[0]):
            return PlaceList(), False
        start, led = label.end(), True
    if not any(read_line(line[start : start + BEGINNING]).places):
        return PlaceList(), False
    return read_line(line[start:]), led


def _is_lead(line: str) -> bool:
    return rule_lines("lead").rule(line.strip()) is not None
