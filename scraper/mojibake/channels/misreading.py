"""What a wrong codec of double bytes leaves behind, and what can have stood there.

Bytes that it could not read are gone: decoders write U+FFFD for one byte or for a pair, or nothing at all; converters
make ``?`` of U+FFFD. Browsers read 80 as the euro sign.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from scraper.mojibake.lattice import Arc, Slot, arc

LOST = "\ufffd"
HIGH = bytes(range(0x80, 0xFF))
REMEMBERED = 256  # stretches: channels with the same wrong codec look at the same ones
NOTHING = -1  # what follows the last byte

# Prices in tenths of a nat.
PAIR = 40  # U+FFFD or ? for two bytes
QUESTION = 30  # ? is a question mark after all
END = 30  # the damage ends within a character
SPARED = 50  # a character inside the garbled stretch that is as it should be
SILENT = 60  # a byte lost without a mark


class Known(NamedTuple):
    """``data``: the bytes, NUL for what is not known. And how many characters beyond ASCII gave their bytes, are
    different, are not in the codec, or mark a loss.
    """

    data: bytes
    characters: int
    different: int
    strange: int
    lost: int


@dataclass(frozen=True, slots=True)
class Misreading:
    """``codecs``: the wrong codec and its relatives, the largest last."""

    codecs: tuple[str, ...]

    def known(self, stretch: str) -> Known:
        """What is left of the bytes behind ``stretch``."""
        return _known(self.codecs, stretch)

    def slots(self, block: str, place: tuple[int, int], *, border: int, silent: bool) -> Iterator[Slot]:
        """What each character of ``block[place[0]:place[1]]`` can have been: bytes or, within ``border``, itself.

        ``silent``: bytes may be missing without a mark.
        """
        stretch = _mark(block[slice(*place)])
        unreadable = _unreadable(self.codecs[0])
        pairs = "€" in stretch or LOST not in block
        for at, character in enumerate(stretch):
            near = min(at, len(stretch) - 1 - at) < border
            arcs = _arcs(self.codecs, character, silent)
            if character == LOST:
                following = self._written(stretch[at + 1 : at + 2])
                arcs = (arc((unreadable[following[0][0] if following else NOTHING],), 0, True),)
                if near:
                    arcs += (arc((HIGH,) if following else (), END, True),)
                if pairs:
                    arcs += (arc((HIGH, HIGH), PAIR, True),)
                if block[place[0] + at] == "?":
                    arcs += (arc("?", QUESTION),)
            elif silent and at == len(stretch) - 1:
                arcs += tuple(arc((*data, HIGH), SILENT, True) for data in self._written(character))
            if (near and character > "\x7f") or not arcs:
                outside = min(at, len(stretch) - 1 - at) < border // 2
                arcs += (arc(block[place[0] + at], 0 if outside else SPARED),)
            yield Slot(place[0] + at, place[0] + at + 1, arcs)

    def _written(self, character: str) -> tuple[bytes, ...]:
        return _written(self.codecs).get(character, ())


def _mark(stretch: str) -> str:
    """``stretch`` with U+FFFD for each ``?`` beside a character beyond ASCII, unless it has U+FFFD of its own."""
    return stretch if LOST in stretch else re.sub(r"(?<=[^\x00-\x7f])\?|\?(?=[^\x00-\x7f])", LOST, stretch)


@lru_cache(REMEMBERED)
def _known(codecs: tuple[str, ...], stretch: str) -> Known:
    marked = _mark(stretch)
    first = _first(codecs).get
    data = b"".join([first(character, b"\0") for character in marked])
    lost = marked.count(LOST)
    strange = data.count(0) - lost
    beyond = len(marked) - len(marked.encode("ascii", "ignore"))
    different = len(set(marked)) - len(set(marked.encode("ascii", "ignore"))) - bool(lost)
    return Known(data, beyond - strange - lost, different, strange, lost)


@cache
def _arcs(codecs: tuple[str, ...], character: str, silent: bool) -> tuple[Arc, ...]:
    """The bytes of ``character``; with ``silent`` also after a byte that is missing without a mark."""
    written = _written(codecs).get(character, ())
    arcs = tuple(arc(tuple(data), 0, choice > 0) for choice, data in enumerate(written))
    unreadable = _unreadable(codecs[0])
    silent_arcs = (arc((unreadable[data[0]], *data), SILENT, True) for data in written)
    return (*arcs, *silent_arcs) if silent else arcs


@cache
def _written(codecs: tuple[str, ...]) -> dict[str, tuple[bytes, ...]]:
    """The bytes of every character that any of ``codecs`` reads from one or two bytes."""
    found: dict[str, dict[bytes, None]] = {"€": {b"\x80": None}} if codecs[0] == "gbk" else {}
    singles = [bytes([byte]) for byte in range(256)]
    pairs = [bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF)]
    for codec in codecs:
        for data in singles + pairs:
            with suppress(UnicodeDecodeError):
                found.setdefault(data.decode(codec), {})[data] = None
    return {character: tuple(data) for character, data in found.items()}


@cache
def _first(codecs: tuple[str, ...]) -> dict[str, bytes]:
    """The first choice of ``_written``."""
    return {character: data[0] for character, data in _written(codecs).items()}


@cache
def _unreadable(codec: str) -> dict[int, bytes]:
    """By the byte that follows, the bytes that ``codec`` cannot read before it, one at a time."""
    found: dict[int, bytes] = {NOTHING: HIGH}
    for following in range(256):
        found[following] = bytes(lead for lead in HIGH if bytes([lead, following]).decode(codec, "replace")[:1] == LOST)
    return found
