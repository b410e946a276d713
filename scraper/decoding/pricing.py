"""What bytes cost in an encoding: the language models' costs of the characters, and a price for each unread byte.

All encodings explain the same bytes, so that their prices compare as they are.
"""

from dataclasses import dataclass

import numpy as np

from scraper import language_model
from scraper.decoding import foreign
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import UTF16, read

GOOD = 70  # tenths of a nat; a reading that costs no more than this a character is right
BAD = 130  # of a byte or character that is given up: a common character costs about 40, a rare one 110
CHANGE = 300  # of a change to another encoding than the page's: must save more than one odd character can
CHANGE_BACK = 30
DOUBTED = 3  # damage is sparse: factor on the price of bad bytes where they outnumber the longer characters
DOUBLE_BYTE = ("gb18030", "big5")
CHINESE = ("utf-8", *DOUBLE_BYTE)
HAN = (0x3400, 0x9FFF)


@dataclass(frozen=True, slots=True)
class Price:
    """What the sample costs in an encoding, in tenths of a nat, and how many characters it has there."""

    encoding: str
    cost: int
    characters: int

    @property
    def nats(self) -> float:
        """The mean cost of a character in nats: about 4 to 6 for a right reading, above 9 for a wrong one."""
        return self.cost / max(1, self.characters) / language_model.UNITS_PER_NAT


def price(data: bytes, name: str, *, fine: bool = True) -> Price:
    """The price of ``data`` in the encoding ``name``; ``fine`` uses trigrams, which are better and slower."""
    text = read(data, name)
    good = text.replace(REPLACEMENT, "")
    bad = len(text) - len(good)
    longer = len(good) - len(good.encode("ascii", "ignore"))
    return Price(name, _cost(good, name, fine=fine) + BAD * bad * (1 if bad <= longer else DOUBTED), len(good))


def _cost(text: str, name: str, *, fine: bool) -> int:
    """What ``text`` costs, each line in the language in which it costs least.

    GBK and Big5 have the kana, Greek and Cyrillic letters of other encodings, often as the same bytes. What has Han
    in them must be Chinese: bytes of any encoding give some.
    """
    other = foreign.load().costs(text)
    if not text or (name not in CHINESE and name not in UTF16):
        return int(other.sum())
    model = language_model.load()
    chinese = model.costs(text) if fine else model.bigram_costs(text)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    starts = np.append(0, (points[1:] == ord("\n")).nonzero()[0] + 1)
    costs, others = (np.add.reduceat(each, starts, dtype=np.int64) for each in (chinese, other))
    least = np.minimum(costs, others)
    if name not in DOUBLE_BYTE:
        return int(least.sum())
    has_han = np.logical_or.reduceat((points >= HAN[0]) & (points <= HAN[1]), starts)
    return int(np.where(has_han, costs, least).sum())
