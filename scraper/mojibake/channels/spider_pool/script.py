"""Which characters the pages of a spider pool write for Simplified ones, and how each character is read aloud."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache

from opencc import OpenCC

from scraper import language_model, tables

DOUBTED = 40  # what it takes, in tenths of a nat, to overrule OpenCC on a character with several origins
TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))


@cache
def simplified() -> dict[str, str]:
    """By character: the Simplified characters that it may have been, likeliest first, the frequent characters first.

    >>> simplified()["國"], simplified()["乾"]
    ('国', '干乾')
    """
    return {row[0]: row[1] for row in _rows("simplified.tsv")}


@cache
def traditional() -> dict[str, str]:
    """By Simplified character: what converters write for it, the most frequent first.

    >>> traditional()["为"]
    '為爲'
    """
    found: dict[str, str] = defaultdict(str)
    for written, may_be in simplified().items():
        found[may_be[0]] += written
    return dict(found)


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """By character of GBK: its readings with tone marks, the first of a dictionary first where it is a converted one.

    >>> readings()["長"]
    ('zhǎng', 'cháng', 'zhàng')
    """
    found: dict[str, list[str]] = defaultdict(list)
    for written, _, first in _rows("simplified.tsv"):
        found[written] += [first] * bool(first)
    for syllable, characters in _rows("readings.tsv"):
        for character in characters:
            if syllable not in found[character]:
                found[character].append(syllable)
    return {character: tuple(syllables) for character, syllables in found.items()}


def toneless(syllable: str) -> str:
    """The syllable without its tone mark.

    >>> toneless("lǜ"), toneless("guó")
    ('lü', 'guo')
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", syllable).translate(TONES))


@cache
def pairs_read(syllable: str) -> frozenset[bytes]:
    """The pairs of bytes in GBK of all characters that are read ``syllable``, with or without its tone mark."""
    data = read_aloud()[syllable].encode("gbk")
    return frozenset(data[start : start + 2] for start in range(0, len(data), 2))


@cache
def read_aloud() -> dict[str, str]:
    """By syllable, with and without its tone mark: all characters that are read so."""
    heard: dict[str, str] = defaultdict(str)
    for written, _, first in _rows("simplified.tsv"):
        heard[first] += written
    for syllable, characters in _rows("readings.tsv"):
        heard[syllable] += characters
    heard.pop("", None)
    found: dict[str, str] = defaultdict(str)
    for syllable, characters in heard.items():
        plain = toneless(syllable)
        for spelled in {syllable, plain, plain.replace("ü", "v"), plain.replace("ü", "u")}:
            found[spelled] += characters
    return dict(found)


def convert(written: str) -> str:
    """``written`` in Simplified characters, one for one. Phrases decide where a character has several origins.

    >>> convert("取得顯著成效，隨著時間")
    '取得显著成效，随着时间'
    """
    text = written.translate(to_simplified())
    places = [found.start() for found in ambiguous().finditer(written)]
    if not places:
        return text
    characters = list(text)
    for place in places:
        characters[place] = _by_phrase(written[max(0, place - 4) : place + 4], min(place, 4))
    return "".join(characters)


def _by_phrase(written: str, place: int) -> str:
    may_be = simplified()[written[place]]
    converted = _phrases()(written)
    choice = converted[place] if len(converted) == len(written) and converted[place] in may_be else may_be[0]
    text = written.translate(to_simplified())
    model = language_model.load()
    costs = {c: int(model.costs(text[:place] + c + text[place + 1 :]).sum()) + DOUBTED * (c != choice) for c in may_be}
    return min(may_be, key=costs.__getitem__)


@cache
def _phrases() -> Callable[[str], str]:
    return OpenCC("tw2s").convert


@cache
def to_simplified() -> dict[int, str]:
    """For ``str.translate``: each character that converters write, to the likeliest Simplified one."""
    return {ord(written): may_be[0] for written, may_be in simplified().items()}


@cache
def ambiguous() -> re.Pattern[str]:
    """Finds the characters that may have been one of several Simplified ones."""
    return re.compile("[" + "".join(written for written, may_be in simplified().items() if len(may_be) > 1) + "]")


def _rows(name: str) -> Iterable[list[str]]:
    return (line.split("\t") for line in tables.path("mojibake", name).read_text("utf-8").splitlines())
