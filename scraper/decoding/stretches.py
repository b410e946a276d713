"""The stretches of a body that are not ASCII, and which encoding each is likeliest to be in.

Bytes below 0x30 and from 0x3A to 0x3F are no part of a longer character in any encoding of the web. They cut the bytes
into stretches that can be read each by itself, so that damage in one does not spoil the next.
"""

import re

import numpy as np
from numpy.typing import NDArray

from scraper import language_model
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import read
from scraper.decoding.pricing import BAD, CHANGE, CHANGE_BACK

PRICED = 4096  # bytes of a stretch that are priced

STRETCH = re.compile(rb"[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")


def likeliest(stretches: list[bytes], names: tuple[str, ...], current: str) -> list[str]:
    """The encoding of each stretch, one of ``names``, of which the first is the page's own.

    Text from another system comes in one piece, so that a change of encoding has its price. ``current`` is the encoding
    before the first stretch. Viterbi's search over the stretches.
    """
    if len(names) == 1 or not stretches:
        return [names[0]] * len(stretches)
    changes = np.full((len(names), len(names)), CHANGE)  # from, to
    changes[:, 0] = CHANGE_BACK
    np.fill_diagonal(changes, 0)
    costs = changes[names.index(current)]
    choices = []
    for prices in np.stack([_prices(stretches, name) for name in names], axis=1):
        costs = costs + prices
        ways = costs[:, None] + changes
        choices.append(ways.argmin(axis=0))
        costs = ways.min(axis=0)
    at = int(costs.argmin())
    found = []
    for choice in reversed(choices):
        at = int(choice[at])
        found.append(names[at])
    return found[::-1]


def _prices(stretches: list[bytes], name: str) -> NDArray[np.int64]:
    """What each stretch costs in the encoding ``name``."""
    texts = [read(stretch[:PRICED], name) for stretch in stretches]
    bad = np.array([text.count(REPLACEMENT) for text in texts])
    sizes = np.array([len(text) + 1 for text in texts])
    costs = language_model.load().bigram_costs("\n".join(texts) + "\n").astype(np.int64)
    costs[np.frombuffer(("\n".join(texts) + "\n").encode("utf-32-le"), np.uint32) == ord(REPLACEMENT)] = 0
    totals = np.concatenate(([0], np.cumsum(costs)))
    ends = np.cumsum(sizes)
    return totals[ends] - totals[ends - sizes] + BAD * bad
