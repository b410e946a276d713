"""A list of places, read backwards from the end of an article, and what speaks for its being drawn by lot."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby, pairwise

from scraper.spam.gazetteer import Match, Place, gazetteer, without_suffix
from scraper.spam.lists import COLON, SENTENCE_END, STRONG_SEPARATORS, Item, items, items_from_end
from scraper.spam.rules import lines as rule_lines

FEWEST, MANY = 5, 8
MISSES_TOGETHER = 3
SPOKEN_OF, KNOWN_SERVICE, ENOUGH_NAMES = 0.3, 0.5, 300
BY_NAME, SHORT = 2, 30
ROWS = 3
LONGEST_SEARCH, LONGEST_ROUTE = 24, 12
LONGEST_LINE = 4000
_STRONG = "".join(sorted(STRONG_SEPARATORS))
_BARRED = re.compile(f"[^{_STRONG}]{{2,16}}[{_STRONG}]|[\u4e00-\u9fff]{{{2 * MANY},}}$")
_DASH = re.compile("[-－–—~～=]{0,2}[>＞]|[-－–—~～]{1,2}")
_MARK = re.compile(f"\\s*[^\\w\\s。！？”』」）{_STRONG}]{{1,2}}\\s*")
_WORD = re.compile("[\u4e00-\u9fff]{1,6}|[A-Za-z][\u4e00-\u9fffA-Za-z]{0,9}")


@dataclass(slots=True)
class PlaceList:
    """The items, the last one first, and what each names (None: no place)."""

    items: list[Item] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)
    misses: int = 0

    def add(self, item: Item, place: Place | None) -> None:
        """Add the next item, and what it names (None: no place)."""
        self.items.append(item)
        self.places.append(place)
        self.misses += place is None

    def add_missed(self, words: Sequence[Item]) -> None:
        """Add words that are no places."""
        for word in words:
            self.add(word, None)

    def is_column(self) -> bool:
        """Whether each line holds one item."""
        return len({item.line for item in self.items}) == len(self.items)

    def is_barred(self) -> bool:
        """Whether vertical bars divide it, or nothing at all, as they do no list that people write."""
        return sum(item.strong for item in self.items) >= 0.5 * len(self.items)

    def is_short(self) -> bool:
        """Whether it is no longer than the lists of articles, and does not break off with a bar."""
        return len(self.items) <= SHORT and not self.items[0].strong

    def is_table(self) -> bool:
        """Whether it has rows: each with a word before its places, or with two places, as routes and matches have."""
        read = zip(self.items, self.places, strict=True)
        rows = [[place for _, place in row] for _, row in groupby(read, key=lambda pair: pair[0].line)]
        if len(rows) < ROWS:
            return False
        return all(len(row) > 1 and row[-1] is None for row in rows) or all(len(row) == 2 for row in rows)

    def begins_with_label(self) -> bool:
        """Whether the first word is no place, and none of those that spider pools put between them."""
        first, place = self.items[-1], self.places[-1]
        return place is None and rule_lines("channel").rule(first.text) is None

    def is_mostly_places(self, fewest: int) -> bool:
        """Whether nearly every item is a place; names without their suffix need more of them."""
        count = len(self.items)
        if count < fewest:
            return False
        kinds = [place.match for place in self.places if place is not None]
        full, named = kinds.count(Match.FULL), len(kinds) - kinds.count(Match.CUT)
        if full >= 0.4 * count:
            return named >= 0.7 * count and len(kinds) >= 0.75 * count
        return count >= MANY and named >= 0.7 * count and len(kinds) >= 0.8 * count

    def is_scattered(self, *, below_lead: bool = False) -> bool:
        """Whether the places lie all over the country in no order, and are counties, not the cities that news lists.

        Of places drawn by lot, one pair of neighbours in fourteen shares a province; in an article's lists most do.
        Below a lead of the spider pool, that most do not is enough.
        """
        known = [place for place in self.places if place is not None and place.provinces]
        if len(known) < FEWEST - 1:
            return False
        together = sum(bool(a.provinces & b.provinces) for a, b in pairwise(known)) / (len(known) - 1)
        if below_lead:
            return together <= 0.6
        provinces = {min(place.provinces) for place in known}
        counties = sum(place.county for place in known) / len(known)
        return together <= (0.45 if len(known) >= MANY else 0.5) and len(provinces) >= 3 and counties >= 0.35

    def is_foreign_to(self, text: str) -> bool:
        """Whether the text does not speak of these places, but for one or a few by chance, nor of services there.

        Of two in a short list it speaks by their official names only where the list is its own.
        """
        full = {
            item.text
            for item, place in zip(self.items, self.places, strict=True)
            if place is not None and place.match is Match.FULL and item.text in text
        }
        if len(full) >= BY_NAME and len(self.items) <= SHORT:
            return False
        pairs = ["".join(pair) for item in self.items for pair in pairwise(item.service)]
        if pairs and sum(pair in text for pair in pairs) >= KNOWN_SERVICE * len(pairs):
            return False
        named = {without_suffix(item.text) for item in self.items[:ENOUGH_NAMES]}
        spoken_of = sum(name in text for name in named)
        return spoken_of <= max(1, SPOKEN_OF * len(named))


def place_of(item: Item) -> tuple[Item, Place | None]:
    """The place that an item names, alone or before what people search for in a place; the item then holds its name.

    >>> [place_of(Item(0, 0, 7, text, False))[0].text for text in ("桂林市二手车", "桂林市公安局")]
    ['桂林市', '桂林市公安局']
    """
    find, text = gazetteer().find, item.text
    place = find(text)
    if place is None and 4 <= len(text) <= LONGEST_SEARCH and text[:2] in gazetteer().beginnings:
        for length in range(len(text) - 2, 1, -1):
            named = find(text[:length])
            if named is not None and named.match is not Match.CUT and rule_lines("service").rule(text[length:]):
                return replace(item, text=text[:length], service=text[length:]), named
    return item, place


def is_laid_out(lines: Sequence[str], found: PlaceList) -> bool:
    """Whether somebody laid the list out: a mark, no bar, before each place, or beside each on a line of its own; or
    dashes or arrows along a route.

    >>> route, marked = ["桂林市-长治县-榆中县-屯昌县-云林县"], ["●桂林市●长治县●榆中县●屯昌县●云林县"]
    >>> is_laid_out(route, read_backwards(route, 0)), is_laid_out(marked, read_line(marked[0]))
    (True, True)
    """
    if found.is_column():
        return all(not item.strong and lines[item.line].strip() != item.text + item.service for item in found.items)
    first, last = found.items[-1], found.items[0]
    if _MARK.fullmatch(lines[first.line][: first.start]) and not lines[last.line][last.end :].strip():
        return True
    gaps = [lines[one.line][one.end : next.start].strip() for next, one in pairwise(found.items)]
    return len(gaps) < LONGEST_ROUTE and all(_DASH.fullmatch(gap) for gap in gaps)


def apart(item: Item) -> list[Item]:
    """The official names that end an item without anything between them, the last one first, and what is before them.
    They are as strong as with bars.

    >>> [piece.text for piece in apart(Item(0, 0, 20, "方便。桂林市长治县榆中县屯昌县云林县", False))]
    ['云林县', '屯昌县', '榆中县', '长治县', '桂林市', '方便。']
    >>> [piece.text for piece in apart(Item(0, 0, 9, "甘肃省兰州市榆中县", False))]
    ['甘肃省兰州市榆中县']
    """
    if len(item.text) < FEWEST * 2:
        return [item]
    pieces, end = [], len(item.text)
    while (start := gazetteer().full_name_before(end, item.text, shortest=2)) >= 0:
        strong = item.strong or end < len(item.text)
        pieces.append(Item(item.line, item.start + start, item.start + end, item.text[start:end], strong))
        end = start
    if len(pieces) < FEWEST:
        return [item]
    return pieces + [Item(item.line, item.start, item.start + end, item.text[:end], False)] * (end > 0)


def read_line(line: str, number: int = 0) -> PlaceList:
    """All items of a line and the places they name."""
    found = PlaceList()
    for item in reversed(items(line, number)):
        for piece in apart(item):
            found.add(*place_of(piece))
    return found


def is_barred_list(line: str) -> bool:
    """Whether a line is nothing but places with bars, or with nothing between them.

    >>> is_barred_list("桂林市|长治县|榆中县"), is_barred_list("桂林市、长治县、榆中县")
    (True, False)
    """
    if len(line) > LONGEST_LINE or not _BARRED.match(line.lstrip()):
        return False
    found = read_line(line)
    return found.is_barred() and found.is_mostly_places(2)


def prose(lines: Sequence[str]) -> str:
    """What an article says, without its lists with bars: that these name a place twice is no speaking of it."""
    return "\n".join(line for line in lines if not is_barred_list(line))


def read_backwards(lines: Sequence[str], last: int) -> PlaceList | None:
    """The list of places that ends with line ``last``; None where there is none, or the article's own words begin it.

    >>> [item.text for item in read_backwards(["雨停了。桂林市|长治县", "榆中县|游戏|焉耆"], 1).items]
    ['焉耆', '游戏', '榆中县', '长治县', '桂林市']
    >>> read_backwards(["有雨的是：桂林市|长治县", "榆中县|焉耆"], 1)
    """
    found = PlaceList()
    pending: list[Item] = []
    stop = None
    for piece in chain.from_iterable(map(apart, items_from_end(lines, last))):
        item, place = place_of(piece)
        if place is not None:
            found.add_missed(pending)
            pending = []
            found.add(item, place)
        elif (
            len(pending) < MISSES_TOGETHER
            and found.misses + len(pending) < MISSES_TOGETHER + len(found.items) // 4
            and _WORD.fullmatch(item.text)
        ):
            pending.append(item)
        else:
            stop = item
            break
    if not found.items:
        return None
    following = pending[-1] if pending else found.items[-1]
    glued, introduced = _glued(stop, following) if stop is not None else (None, False)
    intro = rule_lines("intro", "heading")
    if introduced or any(intro.search(word.text) for word in pending):
        return None
    if glued is None and stop is not None and stop.line == following.line and not _may_follow(stop):
        return None
    if glued is None:
        pending = [word for word in pending if _begins_the_list(word, stop, found.items[-1])]
    found.add_missed(pending)
    if glued is not None:
        found.add(*place_of(glued))
    return found


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
    after_an_end = bool(ends or colons)
    if rest and place_of(item)[1] is not None and (same_line or after_an_end):
        return item, False
    if rest and after_an_end and (stop.strong or same_line) and _WORD.fullmatch(rest):
        return item, False
    if rest and stop.strong and same_line and (at := gazetteer().full_name_before(len(rest), rest)) > 0:
        return Item(stop.line, item.start + at, stop.end, rest[at:], True), False
    return None, False
