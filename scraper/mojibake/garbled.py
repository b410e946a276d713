"""Where a text reads like nothing anyone writes: the stretches that the language model finds incredible.

Chinese of any kind costs 2 to 9 nats a character, double bytes read with the wrong codec 12 to 17. Japanese, rare names
and classical texts reach 12 as well: being garbled is a reason to look closer, no proof of damage.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scraper import language_model

REMEMBERED = 8  # texts: the scan and each channel of double bytes look at the same one
INCREDIBLE = 105  # tenths of a nat a character: dearer characters speak for damage, cheaper ones against it
WINDOW = 6
HALF_WIDTH = 20  # what half-width kana speak for damage at least: Japanese has few in a row
LEAST_WINDOW = 90  # evidence in a window, to begin with
LEAST = 200  # in all: a rare name reaches 150
NEAR = 16  # characters around dense rare ones
FAR = 40  # characters: numbers and Latin names in damaged text stay as they were
DROP = 150  # of evidence: two or three characters of plain text
CREDIBLE = 95  # tenths of a nat a character, read without the lattice: 95 % of damaged headlines, no Japanese
PAIRS = 2
KOREAN = 0.1  # Han by the hangul: Korean has fewer, bytes of Chinese read as EUC-KR mostly 0.2 and more
JAPANESE = 0.3  # share of hiragana beyond ASCII: Japanese has 0.4 and more, Big5 read as GBK up to 0.2


@lru_cache(REMEMBERED)
def garbled(text: str) -> tuple[tuple[int, int], ...]:
    """The stretches of ``text`` that are incredible, as (start, end), in order. ASCII speaks neither for nor against.

    >>> garbled("记者了解到")
    ()
    >>> garbled("记者了解到，浠婂ぉ涓嬮洦浜嗐")
    ((6, 14),)
    """
    found = _stretches(text)
    if found and _is_japanese(text):
        return ()
    return tuple(span for span in found if not _is_korean(text[slice(*span)]))


def is_garbled(text: str, places: NDArray[np.intp]) -> bool:
    """Whether ``text`` is garbled, where at most what surrounds ``places`` is: a look at these costs less."""
    if len(places) * NEAR > len(text):
        return bool(garbled(text))
    gaps = (np.diff(places) > 2 * NEAR).nonzero()[0]
    firsts, lasts = places[np.append(0, gaps + 1)], places[np.append(gaps, -1)]
    spans = zip(firsts.tolist(), lasts.tolist(), strict=True)
    near = "\n".join(text[max(0, first - NEAR) : last + NEAR] for first, last in spans)
    return bool(_stretches(near) and garbled(text))


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _stretches(text: str) -> tuple[tuple[int, int], ...]:
    """What is incredible of ``text``, in whatever language it is."""
    evidence = language_model.load().bigram_costs(text).astype(np.int32)
    evidence -= INCREDIBLE
    points = _points(text)
    evidence *= points >= 0x80
    halves = (points >= 0xFF61) & (points <= 0xFF9F)
    if halves.any():
        evidence[halves] = np.maximum(evidence[halves], HALF_WIDTH)
    totals = np.zeros(WINDOW + len(text), np.int32)
    evidence.cumsum(dtype=np.int32, out=totals[WINDOW:])
    # The last characters of incredible windows, and between which of them the text is credible or far too long.
    ends = (totals[WINDOW:] - totals[:-WINDOW] >= LEAST_WINDOW).nonzero()[0]
    if not len(ends):
        return ()
    between = np.maximum(ends[1:], ends[:-1] + WINDOW)
    fallen = totals[ends[:-1] + WINDOW] - totals[between] > DROP
    breaks = np.flatnonzero(fallen | (np.diff(ends) > FAR))
    firsts, lasts = ends[np.concatenate(([0], breaks + 1))], ends[np.concatenate((breaks, [-1]))]
    enough = totals[lasts + WINDOW] - totals[firsts] >= LEAST
    found: list[tuple[int, int]] = []
    for first, last in zip(firsts[enough].tolist(), lasts[enough].tolist(), strict=True):
        behind = found[-1][1] if found else 0
        head, tail = first + 1, max(behind, last + 1 - WINDOW)
        start = head - _reach(evidence[max(behind, head - FAR) : head][::-1])
        end = tail + _reach(evidence[tail : tail + FAR])
        if start < end:
            found.append((start, end))
    return tuple(found)


def _is_japanese(text: str) -> bool:
    points = _points(text)
    hiragana = np.count_nonzero((points >= 0x3041) & (points <= 0x3096))
    return bool(hiragana > JAPANESE * np.count_nonzero(points >= 0x80))


def _is_korean(text: str) -> bool:
    points = _points(text)
    hangul = np.count_nonzero((points >= 0xAC00) & (points <= 0xD7A3))
    han = np.count_nonzero((points >= 0x4E00) & (points <= 0x9FFF))
    return bool(hangul and han < KOREAN * hangul)


def _reach(evidence: NDArray[np.int32]) -> int:
    """How many characters to go on: as far as the evidence, summed, is at its highest before it has fallen by DROP."""
    total = highest = reach = 0
    for step, value in enumerate(evidence.tolist(), start=1):
        total += value
        if total > highest:
            highest, reach = total, step
        elif total < -DROP:
            break
    return reach


def is_credible(text: str) -> bool:
    """Whether the characters of ``text`` that follow each other, ASCII aside, are what people write.

    Each pair of different characters counts once: repetition is likely in any script.
    """
    pairs = {a + b for a, b in pairwise(text) if a != b and a > "\x7f" and b > "\x7f"}
    if len(pairs) < PAIRS:
        return False
    return float(language_model.load().bigram_costs("".join(pairs))[1::2].mean()) < CREDIBLE
