"""Where a text reads like nothing anyone writes: the stretches that the language model finds incredible.

Chinese of any kind costs 2 to 9 nats a character, double bytes read with the wrong codec 12 to 17. Japanese, rare names
and classical texts reach 12 as well: being garbled is a reason to look closer, no proof of damage.
"""

import numpy as np

from scraper import language_model

INCREDIBLE = 105  # tenths of a nat a character: dearer characters speak for damage, cheaper ones against it
WINDOW = 6
LEAST = 90  # evidence in a window
PAIRS = 3
GAP = 10  # windows so far apart belong to one stretch: numbers and names stay as they were


def garbled(text: str) -> list[tuple[int, int]]:
    """The stretches of ``text`` that are incredible, as (start, end), in order. ASCII speaks neither for nor against.

    >>> garbled("记者了解到")
    []
    >>> garbled("记者了解到，浠婂ぉ涓嬮洦浜嗐")
    [(6, 14)]
    """
    if not text:
        return []
    evidence = language_model.load().bigram_costs(text).astype(np.int64) - INCREDIBLE
    evidence[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) < 0x80] = 0
    totals = np.concatenate((np.zeros(WINDOW, np.int64), np.cumsum(evidence)))
    ends = np.flatnonzero(totals[WINDOW:] - totals[:-WINDOW] >= LEAST)
    if not len(ends):
        return []
    breaks = np.flatnonzero(np.diff(ends) > WINDOW + GAP)
    found = []
    firsts, lasts = ends[np.concatenate(([0], breaks + 1))], ends[np.concatenate((breaks, [-1]))]
    for first, last in zip(firsts, lasts, strict=True):
        start = max(0, int(first) - WINDOW + 1)
        incredible = np.flatnonzero(evidence[start : last + 1] > 0)
        found.append((start + int(incredible[0]), start + int(incredible[-1]) + 1))
    return found


def is_credible(text: str) -> bool:
    """Whether the characters of ``text`` that follow each other, ASCII aside, are what people write. Holes are spaces."""
    costs = language_model.load().bigram_costs(text)
    beyond = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32) >= 0x80
    pairs = costs[1:][beyond[1:] & beyond[:-1]]
    return len(pairs) >= PAIRS and float(pairs.mean()) < INCREDIBLE
