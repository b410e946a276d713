"""What spam puts in the place of a title, or adds to it."""

import re
from itertools import takewhile

from scraper.spam.announcing import announced
from scraper.spam.brands import advertisements
from scraper.spam.keywords import is_keyword_title
from scraper.spam.lists import items
from scraper.spam.place_list import FEWEST, PlaceList, place_of, prose

_JOINT = re.compile(r"\s*[-_|｜丨]+\s*|\s+[—–]\s+")


def cut_title(title: str, text: str) -> tuple[int, int, str] | None:
    """Where what stays of a title with something foreign to the text begins and ends, and by which rule the rest goes;
    None where all of it stays.

    >>> text, title = "全县今年新修农村公路三百公里，村民出行更加方便。", "农村公路通车_亚博体育app下载"
    >>> cut_title(title, text), cut_title("农村公路通车_某某新闻网", text)
    ((0, 6, 'brand-advertisement'), None)
    >>> cut_title("农村公路通车|桂林市|长治县|榆中县|屯昌县|云林县", text)
    (0, 6, 'place-tail')
    """
    if is_keyword_title(title, text):
        return 0, 0, "keyword-head"
    start, end = _without_advertisements(title, text)
    if end - start < len(title):
        return start, end, "brand-advertisement"
    end = _before_places(title, text)
    return (0, end, "place-tail") if end < len(title) else None


def _without_advertisements(title: str, text: str) -> tuple[int, int]:
    """Where the parts of the title begin and end that are left without the advertisements at both ends."""
    joints = [match.span() for match in _JOINT.finditer(title)]
    parts = list(zip([0, *(end for _, end in joints)], [*(start for start, _ in joints), len(title)], strict=True))
    spam = advertisements([title[start:end] for start, end in parts], text)
    while parts and title[slice(*parts[-1])] in spam:
        parts.pop()
    while parts and title[slice(*parts[0])] in spam:
        parts.pop(0)
    return (parts[0][0], parts[-1][1]) if parts else (0, 0)


def _before_places(title: str, text: str) -> int:
    """Where the places with bars behind a title begin, which it does not announce and of which the text does not speak;
    its length where there are none.

    >>> _before_places("百强县榜单|桂林市|长治县|榆中县|屯昌县|云林县", "评选今天揭晓。")
    25
    """
    found = PlaceList()
    for item, place in takewhile(lambda pair: pair[1] is not None, map(place_of, reversed(items(title)))):
        found.add(item, place)
    if not (found.is_mostly_places(FEWEST) and found.is_barred() and found.is_scattered()):
        return len(title)
    headline = title[: found.items[-1].start].rstrip(" -_|｜丨")
    if announced(headline, "", None) or not found.is_foreign_to(prose(text.split("\n"))):
        return len(title)
    return len(headline)
