"""Big5 as it occurs: code page 950, the Hong Kong characters, and two orders of kana.

Rows C6 to C8 hold kana, Cyrillic and circled digits, in Python's ``cp950`` at other places than in the ETEN extension,
which ``big5hkscs`` and the WHATWG standard follow. Bodies of both kinds exist, so a model that knows kana chooses, once
for a body. In rows A1 and A2 ``big5hkscs`` has other forms of some signs than the standard, which follows page 950.
"""

import codecs

import numpy as np

from scraper.decoding import foreign

REPLACEMENT = "\ufffd"
ETEN, CP950 = "big5", "big5-cp950"  # the orders of kana; the first is the encoding of the WHATWG standard
# Characters that both orders have, at different places: (first, how many).
DISPUTED = ((0x3041, 0xC0), (0x0401, 0x51), (0x2460, 0x1E))
SIGNS = str.maketrans("•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡")


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


def read_big5(body: bytes, order: str = ETEN) -> str:
    """``body`` as Big5, with U+FFFD for bytes that have no reading.

    >>> read_big5(bytes.fromhex("A4A4FA40C6E7")), read_big5(bytes.fromhex("C6E7"), CP950)
    ('中𠕇ぁ', 'ゃ')
    """
    text = body.decode("cp950", "else-hkscs")
    if order == ETEN and _is_disputed(text):
        return body.decode("big5hkscs", "else-cp950").translate(SIGNS)
    return text


def order_of(body: bytes) -> str:
    """The order of kana in which ``body`` is likelier."""
    text = read_big5(body, CP950)
    model = foreign.load()
    return CP950 if _is_disputed(text) and model.cost(text) < model.cost(read_big5(body, ETEN)) else ETEN


def _is_disputed(text: str) -> bool:
    units = np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16)
    return any((units - np.uint16(first) < count).any() for first, count in DISPUTED)
