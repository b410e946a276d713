"""Whether a page comes from a spider pool. This is what keeps clean text clean.

Nobody writes control characters before punctuation: two are enough. Readings need more thought.

A teacher annotates the characters that a reader may not know, or all of them, or the first of each; a dictionary gives
each its reading once, an editor glosses three names in a long article. A pool annotates the frequent characters that
its own conversion made, every occurrence of them, in the middle of sentences, always with the same reading; and where
it hits two halves of characters, nobody can have meant it. Its conversion gives it away, too: it goes by single
characters and leaves 于 and 并, for which a writer of Traditional writes 於 and 並. Where neither shows, readings prove
little: there must be many for the length of the text, and repeated.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from scraper.mojibake.channels.spider_pool import readings, script
from scraper.mojibake.channels.spider_pool.readings import Fit, Stream

HAN = re.compile("[\u4e00-\u9fff]")
CONTROL = "\x05\x06\x07\x08"
CONTROLS = re.compile(f"[{CONTROL}]+(?=[，。、；：？！])")
ANNOTATED = re.compile(rf"([\u4e00-\u9fff])[(]([{readings.LETTERS}]+) ?[)]")
GOES_ON = re.compile(rf"(?:[(][{readings.LETTERS}]+ ?[)])?[\u4e00-\u9fff]")
ABOUT_READINGS = re.compile("拼音|[读讀发發注]音|多音字|[Pp]inyin")
LEFT_SIMPLIFIED = re.compile("[于并采]|(?<![皇太王母天])后(?!妃)")  # not an empress
RUN = re.compile(r"\s+(?![)])")
TRADITIONAL = re.compile("[於並採後]")
TRADITIONAL_QUOTES = re.compile("[「『]")

# What a reading adds to the evidence, in nats.
STRADDLING = 5.0  # it fits two bytes of different characters, or what is left of them
CONVERTED = 0.8  # it fits a converted character
MISSING = -2.0  # an occurrence of the same character has none
OTHER_READING = -6.0  # the same character has another reading elsewhere
UNREAD = -0.1  # another converted character has none: a long text takes more of them, unless a machine wrote it
TEACHING = -4.0  # the text speaks about readings
LEAST_READINGS = 2
LEAST_CONTROLS = 2

MOST_FREQUENT = 700  # how many of the converted characters count as frequent
MOST_MISSING = 0.1  # share of the occurrences of the characters with readings that have none
LEAST_FIT = 0.85  # share of readings that must fit
LEAST_PLAIN = 12  # readings needed where they have no tones or stand after characters that nobody converted
MOST_PLAIN_SHARE = 0.6  # of the Han characters that carry them there: more is a reader for children
LEAST_CONVERTED = 0.1  # share of the Han characters, for the text to be a converted one
LEAST_LEFT = 0.01  # of the converted characters, for the text to be converted by a machine: writers leave 0.001


class Scale(NamedTuple):
    """What more a reading adds, and how much evidence it takes.

    ``frequent``: it fits a frequent converted character in the middle of a sentence. ``repeated``: it stands after
    another occurrence of the same character as well.
    """

    frequent: float
    repeated: float
    least: float


BY_A_MACHINE = Scale(frequent=2.0, repeated=1.0, least=6.0)
"""For a text whose conversion, or a byte of it, shows that no person wrote it so."""
STRICTER, LEAST_DIFFERENT = 3, 12
"""So many times the evidence, and different characters, for readings in brackets as people put them in Chinese."""
BY_ANYONE = Scale(frequent=1.0, repeated=3.0, least=9.0)


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
        """How many readings fit what stands before them."""
        return self.straddling + self.converted + self.plain

    @property
    def annotated(self) -> Counter[str]:
        """How many readings each character has."""
        annotated: Counter[str] = Counter()
        for (character, _), number in self.heard.items():
            annotated[character] += number
        return annotated


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


def is_spider_pool(text: str, *, strictly: bool = False) -> bool:
    """Whether the readings of ``text``, or its control characters, were inserted by a machine; ``strictly`` where
    it takes more to prove it, since people write them so.

    >>> is_spider_pool("法制日?qǐng)?bào)記者從當(dāng)地公安局了解到，案件發(fā)生後")
    True
    >>> is_spider_pool("長(zhǎng)大、長(cháng)短：多音字舉例")
    False
    """
    if _has_controls(text):
        return True
    if not readings.ENDS.search(text):
        return False
    if sum(1 for _ in islice(readings.marks(text), LEAST_READINGS)) < LEAST_READINGS or _is_reader(text):
        return False
    tally = count(text, readings.take_out(text, readings.are_toned(text)))
    if strictly and len(tally.annotated) < LEAST_DIFFERENT:
        return False
    if tally.fitting < LEAST_FIT * tally.readings:
        return False
    missing = sum(map(text.count, tally.annotated)) - tally.annotated.total()
    if tally.plain > (1 - LEAST_FIT) * tally.readings:
        return not strictly and _is_plain_pool(text, tally, missing)
    if tally.frequent + tally.straddling < LEAST_READINGS:
        return False
    if tally.straddling < LEAST_READINGS and missing > MOST_MISSING * (missing + tally.annotated.total()):
        return False
    teaching = TEACHING * bool(ABOUT_READINGS.search(text))
    evidence = _evidence(tally, missing, BY_A_MACHINE) + teaching
    if evidence >= BY_A_MACHINE.least and (tally.straddling >= LEAST_READINGS or _is_converted_by_a_machine(text)):
        return True
    if _is_list(tally) or (not tally.toned and tally.readings < LEAST_PLAIN):
        return False
    evidence = _evidence(tally, missing, BY_ANYONE) + teaching
    least = BY_ANYONE.least * (STRICTER if strictly else 1)
    if evidence < least:
        return False
    return evidence + UNREAD * (_converted(text) - tally.converted) >= least


def _is_reader(text: str) -> bool:
    """Whether most readings, with tones, stand after characters that nobody converted: a cheap look at textbooks."""
    annotated = ANNOTATED.findall(text)
    converted = script.simplified()
    plain = sum(character not in converted for character, _ in annotated)
    return 2 * plain > len(annotated) and not all(syllable.isascii() for _, syllable in annotated)


def _is_list(tally: Tally) -> bool:
    """Whether no character has a reading twice: so are lists of names and words to learn."""
    return tally.annotated.total() == len(tally.annotated)


def _evidence(tally: Tally, missing: int, scale: Scale) -> float:
    """How far the readings speak for a machine; ``missing`` occurrences of the characters that have them have none."""
    characters = len(tally.annotated)
    return (
        scale.frequent * (tally.frequent - 2 * tally.plain)
        + CONVERTED * (tally.converted - tally.frequent)
        + STRADDLING * tally.straddling
        + scale.repeated * (tally.annotated.total() - characters)
        + OTHER_READING * (len(tally.heard) - characters)
        + MISSING * missing
    )


def _has_controls(text: str) -> bool:
    present = any(control in text for control in CONTROL)  # far faster than a search that finds none
    return present and len(CONTROLS.findall(text)) >= LEAST_CONTROLS and _is_converted(text)


def _converted(text: str) -> int:
    return sum(map(script.simplified().__contains__, text))


def _simplified(text: str) -> int:
    return sum(map(script.traditional().__contains__, text))


def _is_converted(text: str) -> bool:
    return _converted(text) >= LEAST_CONVERTED * len(HAN.findall(text))


def _is_converted_by_a_machine(text: str) -> bool:
    """Whether ``text`` writes 于 where writers of Traditional write 於, and has readings where it is not Simplified."""
    left = len(LEFT_SIMPLIFIED.findall(text))
    if left <= len(TRADITIONAL.findall(text)) or TRADITIONAL_QUOTES.search(text):
        return False
    annotated = "".join(run for run in RUN.split(text) if readings.ENDS.search(run))
    return left >= LEAST_LEFT * _converted(text) and _converted(annotated) > _simplified(annotated)


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
