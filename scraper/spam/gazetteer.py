"""The names of China's administrative units, and how a word may stand for one: in full, without suffix, or cut."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from opencc import OpenCC

from scraper import tables

SUFFIXES = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "特区", *"省市区县旗州盟乡镇岛")
_LONGEST = 15
_SHORTEST_TO_CUT = 4


class Match(IntEnum):
    """How a word stands for a place, from the weakest to the strongest evidence."""

    CUT = 1
    SHORT = 2
    FULL = 3


@dataclass(frozen=True, slots=True)
class Place:
    """What a word says when it is read as a place.

    ``provinces`` by the first two digits of GB/T 2260; ``county`` where it is never more than a county.
    """

    match: Match
    county: bool
    provinces: frozenset[str]


@dataclass(frozen=True)
class Gazetteer:
    """Words by the place they stand for: ``full`` official names, ``short`` without suffix, ``cuts`` beginnings.
    ``traditional``: the characters of names that Traditional Chinese writes otherwise. In both scripts: ``beginnings``,
    the first two characters of names, and ``endings``, the last ones of official names.
    """

    full: dict[str, Place]
    short: dict[str, Place]
    cuts: frozenset[str]
    traditional: frozenset[str]
    beginnings: frozenset[str]
    endings: frozenset[str]

    def find(self, word: str) -> Place | None:
        """The place that ``word`` names, in Simplified or Traditional characters; None where it names none.

        >>> [gazetteer().find(word).match.name for word in ("長治縣", "耿马", "察哈尔右")]
        ['FULL', 'SHORT', 'CUT']
        >>> gazetteer().find("记者")
        """
        if not 2 <= len(word) <= _LONGEST:
            return None
        place = self._find(word)
        return place if place or self.traditional.isdisjoint(word) else self._find(_simplified(word))

    def _find(self, word: str) -> Place | None:
        place = self.full.get(word) or self.short.get(word)
        if place is None and word in self.cuts:
            return Place(Match.CUT, True, frozenset())
        return place

    def full_name_before(self, end: int, text: str, shortest: int = 3) -> int:
        """Where the longest official name begins that ends before ``text[end]``; -1 where there is none of ``shortest``
        characters.

        >>> gazetteer().full_name_before(8, "发展前景翁牛特旗。")
        4
        """
        if text[end - 1 : end] not in self.endings:
            return -1
        tail = _simplified(text[max(0, end - _LONGEST) : end])
        for length in range(len(tail), shortest - 1, -1):
            if tail[-length:] in self.full:
                return end - length
        return -1


def without_suffix(name: str) -> str:
    """The name as people say it; a name of two characters stays whole.

    >>> without_suffix("榆中县"), without_suffix("香港特别行政区"), without_suffix("义县")
    ('榆中', '香港', '义县')
    """
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of ``data/places.tsv``."""
    full: dict[str, Place] = {}
    short: dict[str, Place] = {}
    cuts: set[str] = set()
    with tables.path("places.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            name, county = row["name"], row["level"] == "county"
            provinces = frozenset(filter(None, row["provinces"].split(",")))
            if row["status"] != "short":
                full[name] = Place(Match.FULL, county, provinces)
            place = Place(Match.SHORT, county, provinces)
            _add_short(short, without_suffix(name), place)
            if row["status"] == "short":  # 焉耆 and 恩施 are also called 焉耆县 and 恩施州
                _add_short(short, name + ("县" if county else "州"), place)
            if len(name) >= _SHORTEST_TO_CUT:
                cuts.update(name[:length] for length in range(2, len(name)))
    official, spoken = _in_both_scripts(full), _in_both_scripts(short)
    return Gazetteer(
        full,
        short,
        frozenset(cuts),
        traditional=frozenset("".join([*official, *spoken])).difference("".join([*full, *short])),
        beginnings=frozenset(name[:2] for name in [*official, *spoken]),
        endings=frozenset(name[-1] for name in official),
    )


def _in_both_scripts(names: Iterable[str]) -> list[str]:
    return [*names, *OpenCC("s2t").convert("\n".join(names)).split("\n")]


def _add_short(short: dict[str, Place], word: str, place: Place) -> None:
    known = short.get(word, place)
    short[word] = Place(Match.SHORT, known.county and place.county, known.provinces | place.provinces)


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def _simplified(text: str) -> str:
    return _converter().convert(text)
