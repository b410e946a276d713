"""What bytes cost in an encoding: the language models' costs of the characters, and a price for each unread byte.

All encodings explain the same bytes, so that their prices compare as they are.
"""

from dataclasses import dataclass

from scraper import language_model
from scraper.decoding import foreign
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import UTF16, read

GOOD = 70  # tenths of a nat; a reading that costs no more than this a character is right
BAD = 130  # of a byte or character that is given up: a common character costs about 40, a rare one 110
CHANGE = 300  # of a change to another encoding than the page's: must save more than one odd character can
CHANGE_BACK = 30
DOUBTED = 3  # damage is sparse: factor on the price of bad bytes where they outnumber the longer characters
CHINESE = ("utf-8", "gb18030", "big5")


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
    costs = []
    if name in CHINESE or name in UTF16:
        model = language_model.load()
        costs.append(int((model.costs(good) if fine else model.bigram_costs(good)).sum()))
    if name not in ("gb18030", "big5"):
        costs.append(foreign.load().cost(good))
    return Price(name, min(costs) + BAD * bad * (1 if bad <= longer else DOUBTED), len(good))
