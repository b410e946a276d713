"""Where a text reads like nothing anyone writes: the stretches that the language model finds incredible.

Chinese of any kind costs 2 to 9 nats a character, double bytes read with the wrong codec 12 to 17. Japanese, rare names
and classical texts reach 12 as well: being garbled is a reason to look closer, no proof of damage.
"""

import numpy as np

from scraper import language_model

INCREDIBLE = 105  # tenths of a nat a character: dearer characters speak for damage, cheaper ones against it
WINDOW = 6
DROP = 300  # how far the evidence may fall before a stretch ends: about five characters of plain text
LEAST = 90


def garbled(text: str) -> list[tuple[int, int]]:
    """The stretches of ``text`` that are incredible, as (start, end), in order. ASCII speaks neither for nor against.

    >>> garbled("记者了解到")
    []
    >>> garbled("记者了解到，浠婂ぉ涓嬮洦浜嗐")
    [(6, 14)]
    """
    evidence = language_model.load().bigram_costs(text).astype(np.int64) - INCREDIBLE
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    evidence[points < 0x80] = 0
    totals = np.concatenate(([0], np.cumsum(evidence)))
    window = min(WINDOW, len(text))
    if not window or (totals[window:] - totals[:-window]).max() < LEAST:
        return []
    found = []
    start, total, best, end = 0, 0, 0, 0
    for place, value in enumerate(evidence.tolist()):
        total += value
        if total > best:
            best, end = total, place + 1
        elif total <= 0 or total < best - DROP:
            if best >= LEAST:
                found.append((start, end))
            start, total, best = place + 1, 0, 0
    if best >= LEAST:
        found.append((start, end))
    return found
