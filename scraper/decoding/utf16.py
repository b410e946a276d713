"""Whether bytes without a mark are UTF-16: where their NULs and the high bytes of Chinese stand."""

import numpy as np
from numpy.typing import NDArray

WINDOW = 4096
FEWEST = 40  # characters below which a NUL or two prove nothing

_NUL = np.arange(256) == 0
_HIGH = np.zeros(256, np.bool_)  # high bytes in Chinese text: ASCII, punctuation and symbols, Han, full width
_HIGH[[0x00, *range(0x20, 0x27), 0x30, 0xFF, *range(0x4E, 0xA0)]] = True


def _shares(table: NDArray[np.bool_], body: bytes) -> tuple[float, float]:
    """The share of the even and of the odd bytes for which ``table`` is true; pairs of two NULs do not count."""
    data = np.frombuffer(body[:WINDOW], np.uint8)
    pairs = len(data) // 2
    if not pairs:
        return 0.0, 0.0
    even, odd = data[0 : pairs * 2 : 2], data[1 : pairs * 2 : 2]
    counted = (even | odd) != 0
    return np.count_nonzero(table[even] & counted) / pairs, np.count_nonzero(table[odd] & counted) / pairs


def certainly_utf16(body: bytes) -> str | None:
    """The UTF-16 that the NULs of ASCII characters prove, or None.

    >>> certainly_utf16(('<meta name="generator" content="新闻">' * 2).encode("utf-16-le"))
    'utf-16le'
    """
    even, odd = _shares(_NUL, body)
    if max(even, odd) > 0.1 and min(even, odd) < max(even, odd) / 5 and len(body) > 2 * FEWEST:
        return "utf-16le" if odd > even else "utf-16be"
    return None


def possibly_utf16(body: bytes) -> str | None:
    """The UTF-16 that Chinese in ``body`` would be in, if it is in one; the language model has to confirm it.

    >>> possibly_utf16("新闻".encode("utf-16-be"))
    'utf-16be'
    """
    even, odd = _shares(_HIGH, body)
    if max(even, odd) < 0.75 or (len(body) >= WINDOW and abs(even - odd) < 0.2):
        return None
    return "utf-16le" if odd > even else "utf-16be"
