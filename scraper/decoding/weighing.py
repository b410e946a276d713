"""How likely the bytes are in each encoding: a sample, read in every candidate, priced by the language model.

All candidates explain the same bytes, so their prices compare as they are: the sum of the characters' costs, and a price
for each byte that has no reading.
"""

from dataclasses import dataclass

import numpy as np

from scraper.decoding import lattice
from scraper.decoding.encodings import REPLACEMENT, read
from scraper.decoding.patchwork import MULTI_BYTE, STRETCH
from scraper.language_model import LanguageModel

WINDOWS = 12
WINDOW = 4096
SAMPLE = 1500  # bytes
LONGEST = 400  # bytes of a stretch in the sample
FIRST_LOOK = 300  # bytes of it that every candidate is priced on
ODDS = 1000
GOOD = 70  # a reading that costs no more than this a character is right, whatever damage the others may have suffered
DOUBTED = 3  # damage is sparse: factor on the price of bad bytes where they outnumber the characters that were read

_UTF16_HIGH = np.zeros(256, np.bool_)
_UTF16_HIGH[[0x00, 0x20, 0x30, 0xFF, *range(0x4E, 0xA0)]] = True


@dataclass(frozen=True, slots=True)
class Price:
    """What the sample costs in an encoding, in tenths of a nat, and how many characters it has there."""

    encoding: str
    cost: int
    characters: int


def sample(body: bytes) -> bytes:
    """Some ``SAMPLE`` bytes of the stretches that are not ASCII, from all over the body."""
    step = len(body) // WINDOWS
    if step > WINDOW:
        windows = b"\n".join(body[at : at + WINDOW] for at in range(0, len(body), step))
        if len(found := _stretches(windows)) >= SAMPLE // 5:
            return found
    return _stretches(body[: 1 << 20])


def _stretches(data: bytes) -> bytes:
    stretches = [stretch[:LONGEST] for stretch in STRETCH.findall(data)]
    stride = max(1, sum(map(len, stretches)) // SAMPLE)
    return b"\n".join(stretches[::stride])[: 2 * SAMPLE]


def utf16_pattern(body: bytes) -> tuple[str, bool] | None:
    """Which UTF-16 the bytes may be, from where NUL and the high bytes of Chinese stand; and whether NUL settles it."""
    data = np.frombuffer(body[:WINDOW], np.uint8)
    data = data[: len(data) // 2 * 2].reshape(-1, 2)
    if not len(data):
        return None
    even, odd = (data == 0).mean(axis=0)
    if max(even, odd) > 0.1 and len(data) > 40 and min(even, odd) < max(even, odd) / 5:
        return ("utf-16le" if odd > even else "utf-16be"), True
    even, odd = _UTF16_HIGH[data].mean(axis=0)
    if max(even, odd) < 0.85:
        return None
    return ("utf-16le" if odd > even else "utf-16be"), False


def price(data: bytes, name: str, model: LanguageModel, *, fine: bool = True) -> Price:
    """The price of ``data`` in the encoding ``name``."""
    text = read(data, name)
    bad = text.count(REPLACEMENT)
    good = text.replace(REPLACEMENT, "") if bad else text
    longer = len(good) - len(good.encode("ascii", "ignore"))
    cost = int(model.costs(good).sum()) if fine else int(model.bigram_costs(good).sum())
    return Price(name, cost + lattice.BAD * bad * (1 if bad <= longer else DOUBTED), len(good))


def price_with_damage(data: bytes, name: str, model: LanguageModel) -> Price:
    """As ``price``, but after a bad byte the beat is found again."""
    cost = characters = 0
    for line in data.split(b"\n"):
        plain = price(line, name, model)
        if REPLACEMENT in read(line, name):
            reading = lattice.best(line, (name,), model)
            plain = Price(name, min(plain.cost, reading.cost), len(reading.tokens))
        cost += plain.cost
        characters += plain.characters
    return Price(name, cost, characters)


def weigh(data: bytes, names: tuple[str, ...], model: LanguageModel) -> list[Price]:
    """The prices of ``data`` in the encodings ``names``, lowest first; only those that a first look leaves in the race."""
    first = data[:FIRST_LOOK]
    prices = [price(first, name, model, fine=False) for name in names]
    limit = 2 * min(found.cost for found in prices) + ODDS
    names = tuple(found.encoding for found in prices if found.cost <= limit)
    prices = sorted((price(data, name, model) for name in names), key=lambda found: found.cost)
    if prices[0].cost <= GOOD * prices[0].characters:
        return prices
    for index, found in enumerate(prices):
        name = found.encoding
        if name in MULTI_BYTE and name != "utf-8" and REPLACEMENT in read(data, name):
            prices[index] = price_with_damage(data, name, model)
    return sorted(prices, key=lambda found: found.cost)
