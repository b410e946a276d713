"""What the whole page tells about the bytes that it lost."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scraper import language_model
from scraper.mojibake.channels.spider_pool import readings, script, shifts
from scraper.mojibake.channels.spider_pool.arcs import Traits
from scraper.mojibake.reader import RARE

HALF_WIDTH, FULL_WIDTH = re.compile("[\u4e00-\u9fff][,!?;]"), re.compile("[\u4e00-\u9fff][，！？；]")
MARKS = frozenset("！：；？!:;?")
WIDE_RUN = re.compile("[０-９Ａ-Ｚａ-ｚ]{2}")
STOP_AND_LINE, STOP_AND_SPACE = re.compile(r"(?m)。\s?$"), re.compile("。 (?=[\u4e00-\u9fff“])")
SWALLOWED = re.compile(rf"[?][{readings.LETTERS}]+[)]")
ASKED_STOP = re.compile(
    "(?<=[\u4e00-\u9fff”’）%0-9])(?:[?\ufffd]{1,2}(?=\\s|$|[\u4e00-\u9fff“《0-9])|[?\ufffd][！-～])(?![?\ufffd])"
)

ORDINARY = 60  # tenths of a nat a character
GARBAGE = 105  # tenths of a nat a character: what no one writes
LEAST_STOPS = 2  # that lost a byte, and their share, for the page to be one that loses them
LEAST_SHARE_OF_STOPS = 0.3
LEAST_SENTENCES = 4
LEAST_LINES = 3  # that end without and with a full stop, about as many, for half of the stops to be lost there


def look(text: str) -> tuple[Traits, frozenset[str]]:
    """The traits of the page with this text, and the rare characters that it uses in the middle of ordinary text."""
    toned = readings.are_toned(text)
    _, written = shifts.units(readings.take_out(text, toned))
    simple = script.convert(written)
    costs = language_model.load().costs(simple)
    each = costs.tolist()
    marked, lost = _lost_stops(text, written, simple, costs)
    stops = written.count("。")
    traits = Traits(
        half_width=len(HALF_WIDTH.findall(text)) > len(FULL_WIDTH.findall(text)),
        stop_lost=lost >= LEAST_STOPS,
        stops_lost=lost >= max(LEAST_STOPS, LEAST_SHARE_OF_STOPS * stops) and stops + lost >= LEAST_SENTENCES,
        marked=marked,
        swallows=bool(SWALLOWED.search(text)),
        wide=bool(WIDE_RUN.search(written)),
        spaced=_is_spaced(written),
        toned=toned,
    )
    rare = np.flatnonzero(language_model.load().encode(simple) < RARE).tolist()
    return traits, frozenset(simple[place] for place in rare if _is_at_home(each, place))


def _lost_stops(text: str, written: str, simple: str, costs: NDArray[np.int64]) -> tuple[bool, int]:
    """Whether something stands wherever a byte was left alone, and how many full stops seem to have lost bytes."""
    asked = len(ASKED_STOP.findall(simple))
    lost = asked + sum(written[place - 1 : place] not in ("?", "\ufffd") for place in _odd_marks(written, costs))
    if "\ufffd" in text or SWALLOWED.search(text) or 2 * asked >= max(1, lost):
        return True, lost
    spaced = _is_spaced(written)
    unended = sum(1 for _ in shifts.unended(simple, spaced))
    ended = 0 if spaced else len(STOP_AND_LINE.findall(simple))
    halved = min(unended, ended) >= LEAST_LINES and 0.5 <= unended / ended <= 2
    return False, lost + unended * (halved or lost >= LEAST_STOPS)


def _odd_marks(written: str, costs: NDArray[np.int64]) -> Iterator[int]:
    """Where a mark or a full-width letter stands before garbage: a full stop became it with half the next character."""
    suspect, wide = shifts.improbable(costs), WIDE_RUN.search(written)
    for place, unit in enumerate(written[:-3]):
        if unit in MARKS:
            odd = costs[place + 1 : place + 4].mean() >= GARBAGE
        else:
            odd = shifts.WIDE.match(unit) and not (wide and unit.isdigit()) and suspect[place + 1 : place + 4].all()
        if odd:
            yield place


def _is_spaced(written: str) -> bool:
    return len(STOP_AND_SPACE.findall(written)) >= LEAST_STOPS


def _is_at_home(costs: list[int], place: int) -> bool:
    """Whether what surrounds a rare character is ordinary text. Its own cost and the next one's say nothing."""
    around = costs[max(0, place - 2) : place] + costs[place + 2 : place + 4]
    return bool(around) and sum(around) < ORDINARY * len(around)
