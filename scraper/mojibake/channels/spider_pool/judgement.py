"""Whether a page comes from a spider pool. This is what keeps clean text clean.

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

from scraper.mojibake.channels.spider_pool import readings, script
from scraper.mojibake.channels.spider_pool.readings import Fit, Stream

HAN = re.compile("[\u4e00-\u9fff]")
CONTROL = "\x05\x06\x07\x08"
CONTROLS = re.compile(f"[{CONTROL}]+(?=[，。、；：？！])")
ANNOTATED = re.compile(rf"([\u4e00-\u9fff])[(]([{readings.LETTERS}]+) ?[)]")
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
LEAST_CONVERTED = 0.1  # share of the Han characters, for the text to be a converted one


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


def is_spider_pool(text: str) -> bool:
    """Whether the readings of ``text``, or its control characters, were inserted by a machine.

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
    if tally.fitting < LEAST_FIT * tally.readings:
        return False
    missing = sum(map(text.count, tally.annotated)) - tally.annotated.total()
    if tally.plain > (1 - LEAST_FIT) * tally.readings:
        return _is_plain_pool(text, tally, missing)
    if tally.frequent + tally.straddling < LEAST_READINGS:
        return False
    if tally.straddling < LEAST_READINGS and missing > MOST_MISSING * (missing + tally.annotated.total()):
        return False
    return _evidence(tally, missing) + TEACHING * bool(ABOUT_READINGS.search(text)) >= LEAST_EVIDENCE


def _is_reader(text: str) -> bool:
    """Whether most readings, with tones, stand after characters that nobody converted: a cheap look at textbooks."""
    annotated = ANNOTATED.findall(text)
    converted = script.simplified()
    plain = sum(character not in converted for character, _ in annotated)
    return 2 * plain > len(annotated) and not all(syllable.isascii() for _, syllable in annotated)


def _evidence(tally: Tally, missing: int) -> float:
    """How far the readings speak for a machine; ``missing`` occurrences of the characters that have them have none."""
    characters = len(tally.annotated)
    return (
        FREQUENT * (tally.frequent - 2 * tally.plain)
        + CONVERTED * (tally.converted - tally.frequent)
        + STRADDLING * tally.straddling
        + REPEATED * (tally.annotated.total() - characters)
        + OTHER_READING * (len(tally.heard) - characters)
        + MISSING * missing
    )


def _has_controls(text: str) -> bool:
    present = any(control in text for control in CONTROL)  # far faster than a search that finds none
    return present and len(CONTROLS.findall(text)) >= LEAST_CONTROLS and _is_converted(text)


def _is_converted(text: str) -> bool:
    converted = sum(map(script.simplified().__contains__, text))
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
