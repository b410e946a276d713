"""Whether a page comes from a spider pool, and by which habits. This is what keeps clean text clean.

Nobody writes control characters before punctuation: two are enough. Readings need more thought.

A teacher annotates the characters that a reader may not know, or all of them, or the first of each; a dictionary gives
each its reading once. A pool annotates the frequent characters that its own conversion made, every occurrence of them,
in the middle of sentences, always with the same reading; and where it hits two halves of characters, nobody can have
meant it.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from scraper import language_model
from scraper.mojibake.channels.spider_pool import readings, script, shifts
from scraper.mojibake.channels.spider_pool.arcs import Traits
from scraper.mojibake.channels.spider_pool.readings import Fit, Stream
from scraper.mojibake.reader import RARE

HAN = re.compile("[\u4e00-\u9fff]")
HALF_WIDTH, FULL_WIDTH = re.compile("[\u4e00-\u9fff][,!?;]"), re.compile("[\u4e00-\u9fff][，！？；]")
MARKS = frozenset("！：；？!:;?")
WIDE_RUN = re.compile("[０-９Ａ-Ｚａ-ｚ]{2}")
STOP_AND_LINE, STOP_AND_SPACE = re.compile(r"(?m)。\s?$"), re.compile("。 (?=[\u4e00-\u9fff“])")
CONTROLS = re.compile("(?<=[\u4e00-\u9fff])[\x05-\x08]+(?=[，。、；：？！])")
SWALLOWED = re.compile(rf"[?][{readings.LETTERS}]+[)]")
ASKED_STOP = re.compile(
    "(?<=[\u4e00-\u9fff”’）%0-9])(?:[?\ufffd]{1,2}(?=\\s|$|[\u4e00-\u9fff“《0-9])|[?\ufffd][！-～])(?![?\ufffd])"
)
GOES_ON = re.compile(rf"(?:[(][{readings.LETTERS}]+ ?[)])?[\u4e00-\u9fff]")
ABOUT_READINGS = re.compile("拼音|[读讀发發注]音|多音字|[Pp]inyin")

# What a reading adds to the evidence, in nats.
FREQUENT = 2.0  # it fits a frequent converted character in the middle of a sentence
CONVERTED = 0.8  # it fits a converted character
STRADDLING = 5.0  # it fits two bytes of different characters, or what is left of them
REPEATED = 1.0  # it stands after another occurrence of the same character as well
MISSING = -2.0  # an occurrence of the same character has none
OTHER_READING = -6.0  # the same character has another reading elsewhere
TEACHING = -4.0  # the text speaks about readings
LEAST_EVIDENCE = 6.0
LEAST_READINGS = 2
LEAST_CONTROLS = 2

MOST_FREQUENT = 700  # how many of the converted characters count as frequent
MOST_MISSING = 0.1  # share of the occurrences of the characters with readings that have none
LEAST_FIT = 0.85  # share of readings that must fit
LEAST_PLAIN = 12  # readings needed where they have no tones or stand after characters that nobody converted
MOST_PLAIN_SHARE = 0.6  # of the Han characters that carry them there: more is a reader for children
ORDINARY = 60  # tenths of a nat a character
GARBAGE = 105  # tenths of a nat a character: what no one writes
LEAST_CONVERTED = 0.1  # share of the Han characters, for the text to be a converted one
LEAST_STOPS = 2  # that lost a byte, and their share, for the page to be one that loses them
LEAST_SHARE_OF_STOPS = 0.3
LEAST_SENTENCES = 4
LEAST_LINES = 3  # that end without and with a full stop, about as many, for half of the stops to be lost there


@dataclass(slots=True)
class Tally:
    """The readings of a text: how many fit which way. ``heard`` counts (character, reading) where they fit."""

    readings: int = 0
    straddling: int = 0
    converted: int = 0
    frequent: int = 0
    plain: int = 0
    toned: int = 0
    capital: int = 0
    doubled: int = 0
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def fitting(self) -> int:
        return self.straddling + self.converted + self.plain


def count(text: str, stream: Stream) -> Tally:
    """How the readings of ``text``, which were taken out to ``stream``, fit what stands before them."""
    frequent = set(list(script.simplified())[:MOST_FREQUENT])
    tally = Tally(readings=len(stream.fits), doubled=sum(1 for _ in readings.marks(text)) - len(stream.fits))
    for found, fit in stream.fits:
        tally.toned += not found["syllable"].isascii()
        tally.capital += found["syllable"].istitle()
        tally.straddling += fit is Fit.HALVES
        if fit is Fit.CHARACTER:
            before = text[found.start() - 1]
            tally.heard[before, readings.normal(found["syllable"])] += 1
            tally.plain += before not in script.simplified()
            tally.converted += before in script.simplified()
            tally.frequent += before in frequent and bool(GOES_ON.match(text, found.end()))
    return tally


def is_spider_pool(text: str) -> bool:
    """Whether the readings of ``text``, or its control characters, were inserted by a machine.

    >>> is_spider_pool("法制日?qǐng)?bào)記者從當(dāng)地公安局了解到，案件發(fā)生後")
    True
    >>> is_spider_pool("長(zhǎng)大、長(cháng)短：多音字舉例")
    False
    """
    if _has_controls(text):
        return True
    if sum(1 for _ in islice(readings.marks(text), LEAST_READINGS)) < LEAST_READINGS:
        return False
    tally = count(text, readings.take_out(text))
    if tally.fitting < LEAST_FIT * tally.readings:
        return False
    occurrences = {character: text.count(character) for character, _ in tally.heard}
    annotated: Counter[str] = Counter()
    for (character, _), number in tally.heard.items():
        annotated[character] += number
    missing = sum(occurrences.values()) - annotated.total()
    if tally.plain > (1 - LEAST_FIT) * tally.readings:
        return _is_plain_pool(text, tally, missing)
    if tally.frequent + tally.straddling < LEAST_READINGS:
        return False
    if tally.straddling < LEAST_READINGS and missing > MOST_MISSING * (missing + annotated.total()):
        return False
    evidence = (
        FREQUENT * tally.frequent + CONVERTED * (tally.converted - tally.frequent) + STRADDLING * tally.straddling
    )
    evidence += REPEATED * (annotated.total() - len(annotated)) + MISSING * missing
    evidence += OTHER_READING * (len(tally.heard) - len(annotated)) - 2 * FREQUENT * tally.plain
    evidence += TEACHING * bool(ABOUT_READINGS.search(text))
    return evidence >= LEAST_EVIDENCE


def _has_controls(text: str) -> bool:
    return len(CONTROLS.findall(text)) >= LEAST_CONTROLS and _is_converted(text)


def _is_converted(text: str) -> bool:
    converted = sum(character in script.simplified() for character in text)
    return converted >= LEAST_CONVERTED * len(HAN.findall(text))


def _is_plain_pool(text: str, tally: Tally, missing: int) -> bool:
    """For readings without tones after characters that nobody converted, as in ``产(Chan)品(Pin)``.

    So write teachers too; that a machine did shows in capitals, doubled readings or a converted text.
    """
    han = len(HAN.findall(text))
    repeated = sum(number for number in tally.heard.values() if number > 1)
    return (
        tally.toned == 0
        and tally.readings >= LEAST_PLAIN
        and missing <= tally.readings // 10
        and repeated >= tally.readings // 4
        and tally.readings <= MOST_PLAIN_SHARE * han
        and (2 * max(tally.capital, tally.doubled) > tally.readings or _is_converted(text))
        and not ABOUT_READINGS.search(text)
    )


def _is_odd(unit: str, costs: NDArray[np.int64], place: int) -> bool:
    """Whether ``unit`` is a mark before garbage: what a full stop becomes with half the next character."""
    return unit in MARKS and len(costs) > place + 3 and bool(costs[place + 1 : place + 4].mean() >= GARBAGE)


def traits(text: str) -> tuple[Traits, frozenset[str]]:
    """What the page tells about the bytes that it lost, and the rare characters that it uses where none is lost."""
    stream = readings.take_out(text)
    _, written = shifts.units(stream)
    simple = script.convert(written)
    suspect = shifts.improbable(simple)
    costs = language_model.load().costs(simple)
    wide = bool(WIDE_RUN.search(written))
    odd = [place for place, unit in enumerate(written) if _is_odd(unit, costs, place)]
    odd += [
        found.start()
        for found in shifts.WIDE.finditer(written)
        if not (wide and found[0].isdigit()) and suspect[found.end() : found.end() + 3].all()
    ]
    asked = len(ASKED_STOP.findall(simple))
    lost = asked + sum(written[place - 1 : place] not in ("?", "\ufffd") for place in odd)
    marked = "\ufffd" in text or bool(SWALLOWED.search(text)) or 2 * asked >= max(1, lost)
    stops, spaced = written.count("。"), len(STOP_AND_SPACE.findall(written)) >= LEAST_STOPS
    if not marked:
        unended = sum(1 for _ in shifts.unended(simple, spaced))
        ended = 0 if spaced else len(STOP_AND_LINE.findall(simple))
        if lost >= LEAST_STOPS or (min(unended, ended) >= LEAST_LINES and 0.5 <= unended / ended <= 2):
            lost += unended
    found = Traits(
        half_width=len(HALF_WIDTH.findall(text)) > len(FULL_WIDTH.findall(text)),
        stop_lost=lost >= LEAST_STOPS,
        stops_lost=lost >= max(LEAST_STOPS, LEAST_SHARE_OF_STOPS * stops) and stops + lost >= LEAST_SENTENCES,
        marked=marked,
        swallows=bool(SWALLOWED.search(text)),
        wide=wide,
        spaced=spaced,
    )
    rare = np.flatnonzero(language_model.load().encode(simple) < RARE)
    return found, frozenset(simple[place] for place in rare if _is_at_home(costs, int(place)))


def _is_at_home(costs: NDArray[np.int64], place: int) -> bool:
    """Whether what surrounds a rare character is ordinary text. Its own cost and the next one's say nothing."""
    around = np.concatenate((costs[max(0, place - 2) : place], costs[place + 2 : place + 4]))
    return bool(len(around)) and float(around.mean()) < ORDINARY
