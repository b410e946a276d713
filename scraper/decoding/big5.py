"""Big5 as it occurs: code page 950, the Hong Kong characters, and two orders of kana.

Rows C6 to C8 hold kana, Cyrillic and circled digits, at other places in Python's ``cp950`` than in the ETEN extension,
which ``big5hkscs`` and the WHATWG standard follow. Pages of both kinds exist, so a model that knows kana chooses.
"""

import codecs

import numpy as np

from scraper.decoding import foreign

REPLACEMENT = "\ufffd"
# Characters that both orders have, at different places: (first, how many).
DISPUTED = ((0x3041, 0xC0), (0x0401, 0x51), (0x2460, 0x1E))


def _pair_in(codec: str, error: UnicodeError) -> tuple[str, int]:
    """A pair that the first codec has nothing for, in ``codec``; U+FFFD for one byte where that has nothing either."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    try:
        return error.object[error.start : error.start + 2].decode(codec), error.start + 2
    except UnicodeDecodeError:
        return REPLACEMENT, error.start + 1


codecs.register_error("else-hkscs", lambda error: _pair_in("big5hkscs", error))
codecs.register_error("else-cp950", lambda error: _pair_in("cp950", error))


def read_big5(body: bytes) -> str:
    """``body`` as Big5, with U+FFFD for bytes that have no reading.

    >>> read_big5(bytes.fromhex("A4A4FA40"))
    '中𠕇'
    """
    text = body.decode("cp950", "else-hkscs")
    units = np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16)
    if any((units - np.uint16(first) < count).any() for first, count in DISPUTED):
        other = body.decode("big5hkscs", "else-cp950")
        model = foreign.load()
        return min(text, other, key=model.cost)
    return text
