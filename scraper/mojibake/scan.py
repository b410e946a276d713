"""The fast look that every text gets: is there any sign of damage, and of which family?

One pass over the code points finds the characters of the families that damage is made of: few in clean text, close
together in damaged text. What a clean text costs is this pass and a few comparisons.
"""

import re
from enum import Flag, auto
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scraper import language_model
from scraper.mojibake.garbled import garbled, is_garbled


class Sign(Flag):
    """Families of signs; a channel names those without which it cannot have been at work."""

    LATIN = auto()  # U+0080 to U+00FF, close together
    ALPHABET = auto()  # Greek, Cyrillic or frames, close together
    REFERENCE = auto()  # &#20013; or &amp;#20013;
    ESCAPE = auto()  # \u4e2d, %u4e2d, <U+4E2D>, \xe4\xb8\xad, u4e2d
    GARBLED = auto()  # rare Han, kana, boxes, private use, U+FFFD, such as nobody writes: double bytes read wrongly
    READING = auto()  # ASCII brackets, control characters: what spider pools insert


NO_SIGN = Sign(0)

OTHER, RARE, ALPHABET, LATIN, AMPERSAND, BACKSLASH, PERCENT, LESS, READING = range(9)
# (family, ranges), a later row overrides an earlier one. Beyond ASCII, what is dear to the language model is RARE;
# so is all of ALPHABET.
FAMILIES: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = (
    (OTHER, ((0x00, 0x7F),)),
    (LATIN, ((0x80, 0xB6), (0xB8, 0xFF))),  # without the middle dot of names
    (ALPHABET, ((0x370, 0x45F), (0x2500, 0x257F))),
    (AMPERSAND, ((0x26, 0x26),)),
    (BACKSLASH, ((0x5C, 0x5C),)),
    (PERCENT, ((0x25, 0x25),)),
    (LESS, ((0x3C, 0x3C),)),
    (READING, ((0x28, 0x28), (0x05, 0x08))),
)

REFERENCES = ("&#", "&amp;", ";&")
ESCAPES = ((BACKSLASH, "\\u"), (BACKSLASH, "\\x"), (PERCENT, "%u"), (LESS, "<U+"))
BARE_ESCAPE = "u5"  # any sentence has one: every fourth Han character in use is from U+5000 to U+5FFF
RARE_COST = 105  # tenths of a nat, after a rare character: all but the 2,000 most frequent Han
WINDOW = 8
DENSE_LATIN, DENSE_RARE = 3, 5  # so many in a window of WINDOW characters are a sign

LEAST_TONES = 4
TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
OTHER_READING = re.compile(f"[（\\[【{{〔][a-zA-Z]{{0,4}}[{TONED}][a-zA-Z]{{0,4}} ?[）\\]】}}〕]")
LOST_SHARE = 0.25
LOST_LEAST = 4
LOST_QUESTION_SHARE = 0.4
LOST_QUESTIONS = 20


def scan(text: str) -> Sign:
    """The signs of damage in ``text``; none for nearly every clean text.

    >>> scan("记者从会上了解到")
    <Sign: 0>
    >>> scan("浠婂ぉ涓嬮洦浜嗐") is Sign.GARBLED
    True
    """
    bare = Sign.ESCAPE if BARE_ESCAPE in text else NO_SIGN
    points = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    places = _is_of_a_family().take(points).nonzero()[0]
    if not len(places):
        return bare
    special = points.take(places)
    families = _families().take(special)
    present = families.tobytes()
    found = bare
    if present.count(LATIN) >= DENSE_LATIN and len(_dense(places[families == LATIN], DENSE_LATIN)):
        found |= Sign.LATIN
    alphabet = present.count(ALPHABET)
    if alphabet >= DENSE_RARE and len(_dense(places[families == ALPHABET], DENSE_RARE)):
        found |= Sign.ALPHABET
    rare = places[(families == RARE) | (families == ALPHABET)] if alphabet else places[families == RARE]
    if len(rare) >= DENSE_RARE and len(dense := _dense(rare, DENSE_RARE)):
        beyond_bmp = len(points) > len(text)  # places are not those of the text then
        if garbled(text) if beyond_bmp else is_garbled(text, dense):
            found |= Sign.GARBLED
    if AMPERSAND in present and any(mark in text for mark in REFERENCES):
        found |= Sign.REFERENCE
    if any(family in present and mark in text for family, mark in ESCAPES):
        found |= Sign.ESCAPE
    if READING in present:
        found |= Sign.READING
    elif len(rare) + present.count(LATIN) >= LEAST_TONES and np.count_nonzero(_is_toned().take(special)) >= LEAST_TONES:
        found |= Sign.READING if OTHER_READING.search(text) else NO_SIGN
    return found


def is_lost(text: str) -> bool:
    """Whether bytes were replaced by U+FFFD throughout ``text``, or became 锟斤拷 (U+FFFD in UTF-8 read as GBK).

    >>> is_lost("锟斤拷锟斤拷锟叫癸拷锟斤拷锟斤拷"), is_lost("锟斤拷是中文网页常见的乱码")
    (True, False)
    """
    marks = max(text.count("\ufffd"), 3 * text.count("锟斤拷"))
    if marks >= LOST_LEAST and marks >= LOST_SHARE * sum(character > "\x7f" for character in text):
        return True
    questions = text.count("?")  # what converters make of U+FFFD
    return questions >= LOST_QUESTIONS and questions >= LOST_QUESTION_SHARE * len(text)


def _dense(places: NDArray[np.intp], least: int) -> NDArray[np.intp]:
    """Which of ``places`` begin a window in which ``least`` of them lie."""
    return places[: 1 - least][places[least - 1 :] - places[: 1 - least] < WINDOW]


@cache
def _is_of_a_family() -> NDArray[np.bool_]:
    return _families() != OTHER


@cache
def _is_toned() -> NDArray[np.bool_]:
    table = np.zeros(0x10000, bool)
    table[[ord(letter) for letter in TONED]] = True
    return table


@cache
def _families() -> NDArray[np.uint8]:
    model = language_model.load()
    numbers = {name: number for number, (name, _, _) in enumerate(language_model.CLASSES)}
    table = np.full(0x10000, OTHER, np.uint8)
    table[model.bigram[numbers["rare han"]][model.codes[:0x10000]] >= RARE_COST] = RARE
    for family, ranges in FAMILIES:
        for low, high in ranges:
            table[low : high + 1] = family
    return table
