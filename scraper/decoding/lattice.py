"""Damaged or mixed bytes: of all the ways to read a stretch, the one that the language model finds most likely.

At every position a reader may take the next character of one of the encodings, an ASCII byte, or give a byte up; after an
overwritten byte it thereby finds the beat again, and where another encoding begins it changes over. The search is
Viterbi's over (encoding, last character), with the model's bigrams; its time is linear in the bytes, at a few microseconds each,
so it is meant for the stretches that cannot be read otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from scraper import language_model
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import read
from scraper.language_model import SPACE

# Prices in units of the language model, tenths of a nat. A common character costs about 40, a rare one 110. A change of
# encoding must save more than one odd character can.
BAD = 130
NEEDLESS = 150  # on top, for giving up a byte that could be read, unless the byte before it was given up too
CHANGE = 300
CHANGE_BACK = 30
BEAM = 4

Step = Callable[[bytes, int], tuple[str, int] | None]


@dataclass(frozen=True, slots=True)
class Token:
    """One character as it was read: in which encoding, from how many bytes. ``bad``: they were given up, and text is U+FFFD."""

    encoding: str
    text: str
    size: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The best way to read a stretch and its price."""

    tokens: tuple[Token, ...]
    cost: int


def _utf8_step(data: bytes, at: int) -> tuple[str, int] | None:
    lead = data[at]
    size = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
    try:
        return (data[at : at + size].decode(), size) if size else None
    except UnicodeDecodeError as error:
        return REPLACEMENT, max(1, error.end - error.start)


@cache
def _table(name: str) -> dict[bytes, str]:
    """All characters of one and two bytes of a legacy encoding."""
    units = [bytes([high]) for high in range(0x80, 0x100)]
    units += [bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF) if low != 0x7F]
    pairs = ((unit, read(unit, name)) for unit in units)
    return {unit: text for unit, text in pairs if len(text) == 1 and text != REPLACEMENT}


def _pair_step(table: dict[bytes, str], four: bool, data: bytes, at: int) -> tuple[str, int] | None:
    pair = data[at : at + 2]
    if (character := table.get(pair)) is not None:
        return character, 2
    if four and len(pair) == 2 and 0x30 <= pair[1] <= 0x39:
        character = data[at : at + 4].decode("gb18030", "ignore")
        return (character, 4) if len(character) == 1 and ord(character) >= 0x80 else None
    return (character, 1) if (character := table.get(pair[:1])) is not None else None


@cache
def _step(name: str) -> Step:
    if name == "utf-8":
        return _utf8_step
    return partial(_pair_step, _table(name), name == "gb18030")


def best(data: bytes, names: tuple[str, ...]) -> Reading:
    """The cheapest reading of ``data`` in the encodings ``names``, of which the first is the page's own."""
    model = language_model.load()
    rows, code = model.bigram_rows, model.code
    steps = [_step(name) for name in names]
    # fronts[i]: (encoding, code of the last character) -> (cost, back pointer); a back pointer is a chain of
    # (encoding, text, size, bad, back pointer before).
    fronts: list[dict | None] = [None] * (len(data) + 4)
    fronts[0] = {(0, SPACE): (0, None)}

    def offer(at: int, key: tuple[int, int], cost: int, link: tuple) -> None:
        front = fronts[at]
        if front is None:
            fronts[at] = {key: (cost, link)}
        elif key not in front or front[key][0] > cost:
            front[key] = (cost, link)

    for at in range(len(data)):
        front = fronts[at]
        fronts[at] = None
        if not front:
            continue
        hypotheses = sorted(front.items(), key=lambda item: item[1][0])[:BEAM]
        if data[at] < 0x80:
            character = chr(data[at])
            number = code(character)
            for (ruler, last), (cost, link) in hypotheses:
                offer(at + 1, (ruler, number), cost + rows[last][number], (ruler, character, 1, False, link))
            continue
        for ruler, step in enumerate(steps):
            found = step(data, at)
            character, size = found or (REPLACEMENT, 1)
            number = code(character)
            for (before, last), (cost, link) in hypotheses:
                price = cost + (0 if before == ruler else CHANGE_BACK if ruler == 0 else CHANGE)
                if character != REPLACEMENT:
                    offer(at + size, (ruler, number), price + rows[last][number], (ruler, character, size, False, link))
                if before == ruler:
                    lost = size if character == REPLACEMENT else 1
                    needless = character != REPLACEMENT and not (link and link[3])
                    price = cost + BAD + (NEEDLESS if needless else 0)
                    offer(at + lost, (ruler, last), price, (ruler, REPLACEMENT, lost, True, link))
    cost, link = min((fronts[len(data)] or {}).values(), key=lambda item: item[0])
    tokens = []
    while link is not None:
        ruler, text, size, bad, link = link
        tokens.append(Token(names[ruler], text, size, bad))
    return Reading(tuple(reversed(tokens)), cost)
