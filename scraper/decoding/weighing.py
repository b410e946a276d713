"""How likely the bytes are in each encoding: a sample, read in every candidate, priced by the language model.

All candidates explain the same bytes, so their prices compare as they are: the sum of the characters' costs, and a price
for each byte that has no reading.
"""

from dataclasses import dataclass
from itertools import islice

import numpy as np

from scraper.decoding import lattice
from scraper.decoding.encodings import REPLACEMENT, read
from scraper.decoding.patchwork import MULTI_BYTE, STRETCH
from scraper.language_model import LanguageModel

WINDOW = 1 << 16
SAMPLE = 1500  # bytes
LONGEST = 400  # bytes of a stretch in the sample
FOREIGN = 60  # what a language other than Chinese is charged, in tenths of a nat

_UTF16_HIGH = np.zeros(256, np.bool_)
_UTF16_HIGH[[0x00, 0x20, 0x30, 0xFF, *range(0x4E, 0xA0)]] = True


@dataclass(frozen=True, slots=True)
class Price:
    """What the sample costs in an encoding, in tenths of a nat, and how many characters it has there."""

    encoding: str
    cost: int
    characters: int


def sample(body: bytes) -> bytes:
    """Up to about ``SAMPLE`` bytes of the stretches that are not ASCII, from the whole of the body's windows."""
    if len(body) > 3 * WINDOW:
        middle = len(body) // 2
        body = body[:WINDOW] + b"\n" + body[middle : middle + WINDOW] + b"\n" + body[-WINDOW:]
    stretches = [stretch[:LONGEST] for stretch in STRETCH.findall(body)]
    stride = max(1, sum(map(len, stretches)) // SAMPLE)
    return b"\n".join(islice(stretches, 0, None, stride))[: 2 * SAMPLE]


def utf16_pattern(body: bytes) -> tuple[str, bool] | None:
    """Which UTF-16 the bytes may be, from where NUL and the high bytes of Chinese stand; and whether NUL settles it."""
    data = np.frombuffer(body[:WINDOW], np.uint8)
    data = data[: len(data) // 2 * 2].reshape(-1, 2)
    if not len(data):
        return None
    even, odd = (data == 0).mean(axis=0)
    if max(even, odd) > 0.1 and min(even, odd) < max(even, odd) / 5:
        return ("utf-16le" if odd > even else "utf-16be"), True
    even, odd = _UTF16_HIGH[data].mean(axis=0)
    if max(even, odd) < 0.85:
        return None
    return ("utf-16le" if odd > even else "utf-16be"), False


def price(data: bytes, name: str, model: LanguageModel) -> Price:
    """The price of ``data`` in the encoding ``name``."""
    text = read(data, name)
    bad = text.count(REPLACEMENT)
    good = text.replace(REPLACEMENT, "") if bad else text
    return Price(name, int(model.costs(good).sum()) + lattice.BAD * bad, len(good))


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
    """The prices of ``data`` in the encodings ``names``, lowest first."""
    prices = [price(data, name, model) for name in names]
    limit = 2 * min(found.cost for found in prices)
    for index, found in enumerate(prices):
        name = found.encoding
        if name in MULTI_BYTE and name != "utf-8" and found.cost < limit and REPLACEMENT in read(data, name):
            prices[index] = price_with_damage(data, name, model)
    return sorted(prices, key=lambda found: found.cost)
