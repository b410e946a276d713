"""Damaged or mixed bytes: of all the ways to read a stretch, the one that the language model finds most likely.

At every position a reader may take the next character of one of the encodings, an ASCII byte, or give a byte up; so it
finds the beat again after an overwritten byte, and changes over where another encoding begins. The search is Viterbi's
over (encoding, last character), with the model's bigrams. Its time is linear in the bytes, at a few microseconds each:
it is meant for the stretches that cannot be read otherwise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from operator import itemgetter
from typing import NamedTuple

from scraper import language_model
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import read
from scraper.decoding.pricing import BAD, CHANGE, CHANGE_BACK
from scraper.language_model import SPACE, LanguageModel

# Prices beside those of the language model, in tenths of a nat.
NEEDLESS = 150  # on top of BAD, for giving up a byte that could be read, unless the byte before it was given up too
BEAM = 4  # paths that are followed from a position
BEHIND = 600  # a path that costs so much more than one that is further on will not catch up
DEAREST = 1 << 40

Step = Callable[[bytes, int], tuple[str, int] | None]


@dataclass(frozen=True, slots=True)
class Token:
    """A character as it was read: in which encoding, from how many bytes. ``bad``: given up, and ``text`` is U+FFFD."""

    encoding: str
    text: str
    size: int
    bad: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """The best way to read a stretch and its price in tenths of a nat."""

    tokens: tuple[Token, ...]
    cost: int


class _Path(NamedTuple):
    """A way to read the bytes so far: its cost, its last token, and the path before that."""

    cost: int
    encoding: int
    code: int
    text: str
    size: int
    bad: bool
    before: "_Path | None"


def best(data: bytes, names: tuple[str, ...], current: str) -> Reading:
    """The cheapest reading of ``data`` in the encodings ``names``, of which the first is the page's own.

    ``current`` is the encoding of what stands before.
    """
    model = language_model.load()
    steps = [_step(name) for name in names]
    before = _Path(0, names.index(current), SPACE, "", 0, False, None)
    fronts: dict[int, dict[tuple[int, int], _Path]] = {0: {(before.encoding, SPACE): before}}
    for at in range(len(data)):
        beam = sorted(fronts.pop(at, {}).values(), key=itemgetter(0))[:BEAM]
        ahead = min((path.cost for front in fronts.values() for path in front.values()), default=DEAREST)
        if not beam or beam[0].cost > ahead + BEHIND:
            continue
        for path in _continued(data, at, beam, steps, model):
            front = fronts.setdefault(at + path.size, {})
            rival = front.get((path.encoding, path.code))
            if rival is None or path.cost < rival.cost:
                front[path.encoding, path.code] = path
    cheapest = min(fronts[len(data)].values(), key=itemgetter(0))
    tokens = []
    path = cheapest
    while path.before:
        tokens.append(Token(names[path.encoding], path.text, path.size, path.bad))
        path = path.before
    return Reading(tuple(reversed(tokens)), cheapest.cost)


def _continued(data: bytes, at: int, beam: list[_Path], steps: list[Step], model: LanguageModel) -> Iterator[_Path]:
    """Every path of ``beam`` with every token that can begin at ``at``."""
    bigrams, alphabet = model.bigrams, model.size
    if data[at] < 0x80:
        character = chr(data[at])
        code = model.code(character)
        for path in beam:
            cost = path.cost + bigrams[path.code * alphabet + code]
            yield _Path(cost, path.encoding, code, character, 1, False, path)
        return
    for encoding, step in enumerate(steps):
        text, size = step(data, at) or (REPLACEMENT, 1)
        readable = text != REPLACEMENT
        code = model.code(text)
        for path in beam:
            same = path.encoding == encoding
            if readable:
                cost = path.cost + bigrams[path.code * alphabet + code]
                price = cost + (0 if same else CHANGE if encoding else CHANGE_BACK)
                yield _Path(price, encoding, code, text, size, False, path)
            if same:
                price = path.cost + BAD + (NEEDLESS if readable and not path.bad else 0)
                yield _Path(price, encoding, path.code, REPLACEMENT, 1 if readable else size, True, path)


@cache
def _step(name: str) -> Step:
    """A function that reads the next character of an encoding, or None; it is asked at bytes from 0x80 up only."""
    return _utf8_step if name == "utf-8" else partial(_pair_step, _table(name), name == "gb18030")


def _utf8_step(data: bytes, at: int) -> tuple[str, int] | None:
    lead = data[at]
    size = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if 0xF0 <= lead < 0xF5 else 0
    try:
        return (data[at : at + size].decode(), size) if size else None
    except UnicodeDecodeError as error:
        return REPLACEMENT, max(1, error.end - error.start)  # the start of a character is one loss, not several


def _pair_step(table: dict[bytes, str], four: bool, data: bytes, at: int) -> tuple[str, int] | None:
    pair = data[at : at + 2]
    if (character := table.get(pair)) is not None:
        return character, 2
    if four and pair[1:].isdigit():
        character = data[at : at + 4].decode("gb18030", "ignore")
        return (character, 4) if len(character) == 1 and not character.isascii() else None
    return (character, 1) if (character := table.get(pair[:1])) is not None else None


@cache
def _table(name: str) -> dict[bytes, str]:
    """All characters of one and two bytes of a legacy encoding."""
    units = [bytes([high]) for high in range(0x80, 0x100)]
    units += [bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF) if low != 0x7F]
    characters = read(b"\n".join(units), name).split("\n")
    return {unit: text for unit, text in zip(units, characters, strict=True) if len(text) == 1 and text != REPLACEMENT}
