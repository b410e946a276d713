"""The fast look that every text gets: is there any sign of damage, and of which family?

One pass over the code points counts the characters of each family; clean text costs this pass and a few comparisons.
"""

from enum import Flag, auto
from functools import cache

import numpy as np
from numpy.typing import NDArray


class Sign(Flag):
    """Families of signs; a channel names those without which it cannot have been at work."""

    LATIN = auto()  # U+0080 to U+00FF, more than the accents of a few names
    REFERENCE = auto()  # & and # as in &#20013; or &amp;#20013;
    ESCAPE = auto()  # \u4e2d
    RARE = auto()  # double bytes read wrongly: Han that text hardly uses, kana, boxes, private use, U+FFFD
    READING = auto()  # ASCII brackets, control characters, half-width marks in Chinese text


# (name, ranges), a later row overrides an earlier one
FAMILIES: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("other", ((0, 0xFFFF),)),
    ("latin", ((0x80, 0xFF),)),
    ("ampersand", ((0x26, 0x26),)),
    ("backslash", ((0x5C, 0x5C),)),
    ("han", ((0x4E00, 0x9FFF),)),
    ("broken", ((0xE000, 0xF8FF), (0xFFFD, 0xFFFD))),
    ("bracket", ((0x28, 0x28), (0x05, 0x08))),
)
NUMBER = {name: number for number, (name, _) in enumerate(FAMILIES)}

LOST_SHARE = 0.25
LOST_LEAST = 4


def scan(text: str) -> Sign:
    """The signs of damage in ``text``; none for nearly every clean text.

    >>> scan("记者从会上了解到")
    <Sign: 0>
    """
    counts = _count(text)
    found = Sign(0)
    if counts[NUMBER["latin"]] > 2:
        found |= Sign.LATIN
    if counts[NUMBER["ampersand"]]:
        found |= Sign.REFERENCE
    if counts[NUMBER["backslash"]]:
        found |= Sign.ESCAPE
    if counts[NUMBER["broken"]] or counts[NUMBER["han"]]:
        found |= Sign.RARE
    if counts[NUMBER["bracket"]]:
        found |= Sign.READING
    return found


def is_lost(text: str) -> bool:
    """Whether bytes were replaced by U+FFFD throughout ``text``, or became 锟斤拷 (U+FFFD in UTF-8 read as GBK).

    >>> is_lost("锟斤拷锟斤拷锟叫癸拷锟斤拷锟斤拷"), is_lost("锟斤拷是中文网页常见的乱码")
    (True, False)
    """
    marks = max(text.count("\ufffd"), 3 * text.count("锟斤拷"))
    return marks >= LOST_LEAST and marks >= LOST_SHARE * sum(character > "\x7f" for character in text)


def _count(text: str) -> NDArray[np.int64]:
    points = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
    return np.bincount(_families()[points], minlength=len(FAMILIES))


@cache
def _families() -> NDArray[np.uint8]:
    table = np.zeros(0x10000, np.uint8)
    for number, (_, ranges) in enumerate(FAMILIES):
        for low, high in ranges:
            table[low : high + 1] = number
    return table
