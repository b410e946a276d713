"""Stretches of a stream in which bytes are missing, so that pairs shift: found by their look, read by the lattice.

Everything else is read as GBK and turned Simplified by table.
"""

import re
from collections.abc import Iterator, Set
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper import language_model
from scraper.mojibake import lattice
from scraper.mojibake.channels.spider_pool import arcs, script
from scraper.mojibake.channels.spider_pool.arcs import ODD, Traits
from scraper.mojibake.channels.spider_pool.readings import FOREIGN, UNKNOWN, Stream
from scraper.mojibake.lattice import Arc, Reader, Slot, arc

UNIT = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x00-\xff]")

# In tenths of a nat, chosen on news_xwlb and news_rmrb of the corpora.
WIDTH, GUESSES = 80, 12  # of the search: twice as much is no better and takes three times as long
BLANK = 40  # U+3000

ENDS = frozenset("。！？…!?:：")
LEAST_LINE = 20  # characters of a line that ought to end in a full stop; and it has a comma
SENTENCE_SPACE = re.compile(r"(?<=[\u4e00-\u9fff”）]) (?=[\u4e00-\u9fff“])")
EXCLAMATION = re.compile(r"[!！](?=\s|$)")
BROKEN = re.compile("[\ufffd\ue000-\uf8ff]")
ASKED = re.compile("[?]")
WIDE = re.compile("[０-９＂-＇＊＋－-／＜-＞＠-～]")
SUSPECT = 75  # mean cost of a character over SPAN, above which a stretch is looked at
SPAN = 4
LEFT, RIGHT = 3, 3
LONGEST = 400  # characters of a stretch: a longer one is not a shift, but something that was never text
MOST_UNKNOWN = 0.4  # of a stretch


class Stretch(NamedTuple):
    """What a stretch of the stream, ``start`` to ``end``, means. ``guessed`` where bytes were missing."""

    start: int
    end: int
    text: str
    guessed: bool = False


def read(stream: Stream, traits: Traits, familiar: Set[str] = frozenset()) -> list[Stretch]:
    """The whole stream as Simplified text, in stretches. ``familiar`` are rare characters that the page uses."""
    offsets, written = units(stream)
    text = script.convert(written)
    as_read = [
        Stretch(start, end, "" if start in stream.heard else character, start in stream.heard)
        for (start, end), character in zip(pairwise(offsets), text, strict=True)
    ]
    stretches: list[Stretch] = []
    position = 0
    for start, end in _windows(stream, offsets, text, traits):
        stretches += as_read[position:start]
        before = "".join(stretch.text for stretch in stretches[-200:])
        slots = list(_slots(stream, offsets[start], offsets[end], traits))
        after = text[end : text.find("\n", end) + 1 or None] or "\n"
        pieces = lattice.search(slots, _reader(traits.wide), before=before, after=after, familiar=familiar)
        stretches += as_read[start:end] if pieces is None else map(Stretch._make, pieces)
        position = end
    return stretches + as_read[position:]


def units(stream: Stream) -> tuple[list[int], str]:
    """Where each character of the stream begins (and, last, where the stream ends), and the characters, one each."""
    found = list(UNIT.finditer(bytes(stream.data)))
    written = "".join([_character(unit[0]) for unit in found])
    if stream.foreign:
        characters = list(written)
        for number, unit in enumerate(found):
            if unit[0][0] == FOREIGN:
                characters[number] = stream.foreign[unit.start()]
        written = "".join(characters)
    return [unit.start() for unit in found] + [len(stream.data)], written


@cache
def _character(data: bytes) -> str:
    return data.decode("gbk", "ignore") or data.decode("gb18030", "ignore") or "\ufffd"


def _windows(stream: Stream, offsets: list[int], text: str, traits: Traits) -> Iterator[tuple[int, int]]:
    """The stretches to look at, as numbers of characters (start, end), in order and apart."""
    if not text:
        return
    suspect = improbable(language_model.load().costs(text))
    suspect[list(_lookouts(text, traits))] = True
    starts = np.asarray(offsets[:-1])
    places = [*stream.options, *stream.halves]
    suspect[np.searchsorted(starts, places, "right") - 1] = True
    numbers = np.flatnonzero(suspect)
    if not len(numbers):
        return
    gaps = np.flatnonzero(np.diff(numbers) > LEFT + RIGHT)
    for first, last in zip(np.append(0, gaps + 1), np.append(gaps, len(numbers) - 1), strict=True):
        start, end = max(0, int(numbers[first]) - LEFT), min(len(text), int(numbers[last]) + RIGHT + 1)
        if end - start <= LONGEST and text.count("\ufffd", start, end) <= MOST_UNKNOWN * (end - start):
            yield start, end


def _lookouts(text: str, traits: Traits) -> Iterator[int]:
    """What to look at on a page with these traits, however probable it is."""
    patterns = [BROKEN] + [WIDE] * (not traits.wide) + [ASKED] * traits.stops_lost
    for pattern in patterns:
        yield from (found.start() for found in pattern.finditer(text))
    if traits.stops_lost and not traits.marked:
        yield from unended(text, traits.spaced)
    if traits.stop_lost:
        yield from _unclosed(text)


def unended(text: str, spaced: bool) -> Iterator[int]:
    """Where a line ends, or with ``spaced`` a sentence may, and a full stop may have been."""
    if spaced:
        yield from (found.start() for found in SENTENCE_SPACE.finditer(text))
        return
    start = 0
    for line in text.split("\n"):
        body = line.rstrip()
        if len(body) >= LEAST_LINE and body[-1] not in ENDS and ("，" in body or "," in body):
            yield min(start + len(body), len(text) - 1)
        start += len(line) + 1


def _unclosed(text: str) -> Iterator[int]:
    """The exclamation marks that end a clause in a line whose quotation is not closed: ``。”`` may have become one."""
    start = 0
    for line in text.split("\n"):
        if line.count("“") > line.count("”"):
            yield from (start + found.start() for found in EXCLAMATION.finditer(line))
        start += len(line) + 1


def improbable(costs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which characters stand in a stretch that no one would write, by what each costs."""
    costs = np.minimum(costs, 150)
    if len(costs) < SPAN:
        return costs > SUSPECT
    sums = np.convolve(costs, np.ones(SPAN, np.int64))[SPAN - 1 :]
    high = sums > SUSPECT * SPAN
    marked = high.copy()
    for shift in range(1, SPAN):
        marked[shift:] |= high[:-shift]
    return marked


def _slots(stream: Stream, start: int, end: int, traits: Traits) -> Iterator[Slot]:
    """The bytes from ``start`` to ``end``, a slot for each character of the damaged text: bytes got lost between."""
    origins = stream.origins
    starts = [place for place in range(start, end) if place == start or origins[place] != origins[place - 1]]
    for first, last in pairwise([*starts, end]):
        yield Slot(first, last, _arcs(stream, first, last, traits))
    if end == len(stream.data):
        yield Slot(end, end, arcs.of_end(traits))


def _arcs(stream: Stream, first: int, last: int, traits: Traits) -> tuple[Arc, ...]:
    data = bytes(stream.data[first:last])
    if first in stream.foreign:
        return (arc(stream.foreign[first]),)
    if first in stream.heard:
        return arcs.of_reading(stream.heard[first], traits)
    if first in stream.halves:
        leads = stream.options.get(first, data[:1])
        return tuple(arc for lead in leads for arc in arcs.of_half((lead, *data[1:]), traits))
    if data in (b"?", bytes((UNKNOWN,))):
        closed = stream.data[last : last + 1] in (b"", b"\n", b" ")
        return arcs.of_mark(data, closed, traits)
    for place in range(first, last):
        if place in stream.options:
            head, tail = data[: place - first], data[place - first + 1 :]
            return tuple(arc((*head, other, *tail), 0, True) for other in stream.options[place])
    return arcs.of_bytes(data, first in stream.torn, traits)


@cache
def _reader(wide: bool) -> Reader:
    spellings = {written: tuple((one, 0) for one in may_be) for written, may_be in script.simplified().items()}
    spellings["\u3000"] = (("\u3000", BLANK),)
    if not wide:
        spellings |= {letter: ((letter, ODD),) for letter in map(chr, range(0xFF01, 0xFF5F)) if letter.isalnum()}
    return Reader("gbk", spellings, width=WIDTH, guesses=GUESSES)
