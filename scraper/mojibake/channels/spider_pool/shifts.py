"""Stretches of a stream in which bytes are missing, so that pairs shift: found by their look, read by the lattice.

Everything else is read as GBK and turned Simplified by table.
"""

import re
from collections.abc import Iterator, Set
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper import language_model
from scraper.mojibake import lattice
from scraper.mojibake.channels.spider_pool import script
from scraper.mojibake.channels.spider_pool.readings import FOREIGN, UNKNOWN, Stream, likeliest
from scraper.mojibake.lattice import ANY, Arc, Element, Reader, Slot

UNIT = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x00-\xff]")
HALF_WIDTH = {byte: bytes((0xA3, byte | 0x80)) for byte in range(0x21, 0x7F)}

# Prices in tenths of a nat, chosen on news_xwlb and news_rmrb of the corpora.
STOP_GONE = 5  # both bytes of a full stop, where lines or numbers follow on pages that lose them
STOP_LOST_OFTEN = 15  # the first byte of a full stop, on such pages
STOP_LOST_SOMETIMES = 20  # the same on pages where it happened before
STOP_LOST = 40  # the first byte of a full stop, before A3
MARKED = 5  # a byte, where a mark stands for it
MARKED_ODDLY = 25  # a byte that is not of a full stop, where a mark stands for it that usually stands for those
TORN = 25  # a byte, where something was inserted
LEFT_ALONE = 5  # the second byte of a character that ASCII follows
NO_LEAD = 25  # a byte that cannot lead, which some decoders drop alone
WIDTH = 80  # of the search: 160 is no better and takes three times as long
BLANK = 40  # U+3000
ODD = 50  # a full-width letter or digit
WIDENED = 2  # a half-width mark that was full-width
VANISHED = 25  # a pair that is no character
SWALLOWED = 30  # a byte, together with the ASCII after it
MOST_HEARD = 12  # characters to try where only a reading is left
STOP = (0xA1, 0xA3)
LOW = bytes(range(0x81, 0xA1))
LEADS_LOW = bytes(range(0xA1, 0xA8))  # with a byte of LOW after them: no character
LEADS_HIGH = bytes((*range(0xAA, 0xB0), *range(0xF8, 0xFF)))  # with a byte of HIGH after them: no character
HIGH = bytes(range(0xA1, 0xFF))
VANISHING: tuple[tuple[tuple[Element, ...], int], ...] = (  # pairs of no character: GBK leaves them to its users
    ((0xAC, HIGH), 10),  # the end of a comma
    ((0xAC, HIGH, bytes(range(0xF8, 0xFF)), HIGH), 10 + VANISHED),
    ((bytes((0xA2, *range(0xA4, 0xAA))), HIGH), VANISHED + 20),  # smaller holes among the symbols
    ((bytes((0xAA, 0xAB, 0xAD, 0xAE, 0xAF)), HIGH), VANISHED),
    ((bytes(range(0xF8, 0xFF)), HIGH), VANISHED),
    ((LEADS_LOW, bytes(range(0x40, 0xA1))), VANISHED + 10),
)
DROPPED = 90  # a byte that should not be there

UNENDED = re.compile(
    r"(?m)^(?=.{20}).*[，,].*[^\s。！？…!?:：]\s?$"
    r"|(?<=[\u4e00-\u9fff”）]) (?=[\u4e00-\u9fff“])"
    r"|(?<=[\u4e00-\u9fff])[0-9]"
)
EXCLAMATION = re.compile(r"[!！](?=\s|$)")
BROKEN = re.compile("[\ufffd\ue000-\uf8ff０-９＂-＇＊＋－-／＜-＞＠-～]")
ASKED = re.compile(rf"[?]|{BROKEN.pattern}")
SUSPECT = 75  # mean cost of a character over SPAN, above which a stretch is looked at
SPAN = 4
LEFT, RIGHT = 3, 3


class Traits(NamedTuple):
    """What is known of the whole page.

    ``half_width``: so is its punctuation. ``stops_lost``: many of its full stops lost bytes. ``stop_lost``: some
    did. ``marked``: something stands wherever a byte was left alone. ``swallows``: and it took the next byte with it.
    """

    half_width: bool = False
    stops_lost: bool = False
    stop_lost: bool = False
    marked: bool = False
    swallows: bool = False


class Reading(NamedTuple):
    """What a stretch of the stream, ``start`` to ``end``, means. ``guessed`` where bytes were missing."""

    start: int
    end: int
    text: str
    guessed: bool = False


def read(stream: Stream, traits: Traits, familiar: Set[str] = frozenset()) -> list[Reading]:
    """The whole stream as Simplified text, in stretches. ``familiar`` are rare characters that the page uses."""
    offsets, written = units(stream)
    text = script.convert(written)
    readings: list[Reading] = []
    position = 0
    for start, end in _windows(stream, offsets, text, traits):
        readings += map(Reading, offsets[position:start], offsets[position + 1 :], text[position:start])
        before = "".join(reading.text for reading in readings[-200:])
        slots = list(_slots(stream, offsets[start], offsets[end], traits))
        after = text[end : text.find("\n", end) + 1 or None] or "\n"
        pieces = lattice.search(slots, _reader(), before=before, after=after, familiar=familiar)
        if pieces is None:
            readings += map(Reading, offsets[start:end], offsets[start + 1 :], text[start:end])
        else:
            readings += map(Reading._make, pieces)
        position = end
    readings += map(Reading, offsets[position:], offsets[position + 1 :], text[position:])
    return readings


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
    suspect = improbable(text)
    suspect[[found.start() for found in (ASKED if traits.stops_lost else BROKEN).finditer(text)]] = True
    if traits.stops_lost and not traits.marked:
        suspect[[found.end() - 1 for found in UNENDED.finditer(text)]] = True
    if traits.stop_lost:
        suspect[list(_unclosed(text))] = True
    starts = np.asarray(offsets[:-1])
    places = [*stream.options, *stream.halves]
    suspect[np.searchsorted(starts, places, "right") - 1] = True
    numbers = np.flatnonzero(suspect)
    if not len(numbers):
        return
    gaps = np.flatnonzero(np.diff(numbers) > LEFT + RIGHT)
    for first, last in zip(np.append(0, gaps + 1), np.append(gaps, len(numbers) - 1), strict=True):
        yield max(0, int(numbers[first]) - LEFT), min(len(text), int(numbers[last]) + RIGHT + 1)


def _unclosed(text: str) -> Iterator[int]:
    """The exclamation marks that end a clause in a line whose quotation is not closed: ``。”`` may have become one."""
    start = 0
    for line in text.split("\n"):
        if line.count("“") > line.count("”"):
            yield from (start + found.start() for found in EXCLAMATION.finditer(line))
        start += len(line) + 1


def improbable(text: str) -> NDArray[np.bool_]:
    """Which characters of ``text`` stand in a stretch that no one would write."""
    costs = np.minimum(language_model.load().costs(text), 150)
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
    for _, group in groupby(range(start, end), stream.origins.__getitem__):
        places = list(group)
        first, last = places[0], places[-1] + 1
        data = bytes(stream.data[first:last])
        if first in stream.foreign:
            arcs: tuple[Arc, ...] = (Arc(stream.foreign[first]),)
        elif first in stream.heard:
            arcs = _arcs_of_reading(stream.heard[first], traits)
        elif first in stream.halves:
            arcs = tuple(
                arc for lead in stream.options.get(first, data[:1]) for arc in _arcs_of_half((lead, *data[1:]), traits)
            )
        else:
            if data in (b"?", bytes((UNKNOWN,))):
                arcs = _marked(data, stream.data[last : last + 1] in (b"", b"\n", b" "), traits)
            else:
                arcs = _arcs(data, first in stream.torn, traits)
            for place in set(places) & stream.options.keys():
                head, tail = data[: place - first], data[place - first + 1 :]
                arcs += tuple(Arc((*head, other, *tail)) for other in stream.options[place][1:])
        yield Slot(first, last, arcs)
    if end == len(stream.data):
        yield Slot(end, end, _arcs_of_end(traits))


@cache
def _arcs(data: bytes, torn: bool, traits: Traits) -> tuple[Arc, ...]:
    own = tuple(data)
    arcs = [Arc(own)]
    if torn:
        arcs.append(Arc((ANY, *own), TORN, True))
    elif data[0] < 0x40:
        arcs.append(Arc((ANY, *own), LEFT_ALONE, True))
    elif data[0] >= 0x80:
        arcs.append(Arc((LEADS_LOW if own[0] <= 0xA0 else LEADS_HIGH, *own), NO_LEAD, True))
    stop_lost = STOP_LOST_OFTEN if traits.stops_lost else STOP_LOST_SOMETIMES if traits.stop_lost else STOP_LOST
    if data[0] == 0xA3:
        arcs.append(Arc((0xA1, *own), stop_lost, True))
    elif data[-1] == 0xA3 and traits.stops_lost:
        arcs.append(Arc((own[0], *STOP), stop_lost, True))
    elif traits.stops_lost and not traits.marked and (torn or data[0] < 0x80):
        arcs.append(Arc((*STOP, *own), STOP_GONE, True))
    if traits.half_width and (full := HALF_WIDTH.get(data[0])):
        price = WIDENED + ODD * chr(data[0]).isalnum()
        arcs += [
            Arc(tuple(full), price),
            Arc((0xA1, *full), price + stop_lost, True),
            Arc((ANY, *full), price + TORN, True),
        ]
    arcs += [Arc((*pair, *own), price, True) for pair, price in VANISHING]
    if traits.stops_lost:
        arcs.append(Arc((*STOP, LOW, *own), STOP_LOST_OFTEN, True))
    return tuple(arcs)


@cache
def _arcs_of_end(traits: Traits) -> tuple[Arc, ...]:
    arcs = (Arc(()), Arc((ANY,), TORN, True))
    return (*arcs, Arc(STOP, STOP_GONE, True)) if traits.stops_lost and not traits.marked else arcs


@cache
def _marked(data: bytes, closed: bool, traits: Traits) -> tuple[Arc, ...]:
    """For ``?`` and U+FFFD: a byte, a byte with what it swallowed, a pair that is no character, or only itself.

    ``closed`` says that nothing was swallowed, since what ends a line or a word still follows.
    """
    odd = MARKED_ODDLY if traits.stops_lost else MARKED
    arcs = [Arc((0xA1,), MARKED, True), Arc((ANY,), odd if data == b"?" else MARKED, True), Arc((), DROPPED, True)]
    arcs += [Arc(pair, price, True) for pair, price in VANISHING]
    if traits.stops_lost:
        arcs.append(Arc(STOP, STOP_GONE, True))
    if data != b"?":
        return (*arcs, Arc("\ufffd", DROPPED))
    arcs += [Arc((ord("?"),), odd - MARKED), Arc((0xA3, 0xBF), WIDENED), Arc((ANY, 0xA3, 0xBF), WIDENED + TORN, True)]
    if traits.swallows:
        arcs += [Arc((ANY, swallowed), SWALLOWED, True) for swallowed in b"<0123456789"]
    if traits.swallows and traits.stops_lost and not closed:
        arcs += [Arc((*STOP, swallowed), STOP_GONE, True) for swallowed in b"\n 0123456789"]
        arcs += [Arc((*STOP[1:], swallowed), STOP_GONE, True) for swallowed in b"\n 0123456789"]
    return tuple(arcs)


@cache
def _arcs_of_half(own: tuple[int, ...], traits: Traits) -> tuple[Arc, ...]:
    """For a character whose first byte vanished, and with it the byte before that."""
    before = LEADS_LOW if own[0] <= 0xA0 else LEADS_HIGH
    arcs = [Arc(own, TORN, True), Arc((before, *own), MARKED, True)]
    arcs += [Arc((*pair, before, *own), price, True) for pair, price in VANISHING]
    if traits.stops_lost and own[0] <= 0xA0:
        arcs.append(Arc((*STOP, *own), MARKED, True))
    return tuple(arcs)


@cache
def _arcs_of_reading(syllable: str, traits: Traits) -> tuple[Arc, ...]:
    """For a character of which only the reading is left."""
    arcs = [arc for pair in likeliest(syllable)[:MOST_HEARD] for arc in _arcs_of_half(tuple(pair), traits)]
    return (*arcs, Arc((), DROPPED, True))


@cache
def _reader() -> Reader:
    return Reader("gbk", _spellings, width=WIDTH)


def _spellings(character: str) -> tuple[tuple[str, int], ...]:
    if character == "\u3000":
        return ((character, BLANK),)
    if "！" < character <= "～":
        return ((character, ODD * character.isalnum()),)
    return tuple((simplified, 0) for simplified in script.simplified().get(character, character))
