"""How likely a text is in the other languages whose legacy encodings occur among Chinese pages.

One bigram of letters over Japanese, Korean, Russian, French, German, Spanish, Italian and Portuguese together,
built like the Chinese model by ``data/build/foreign_letters.py``. It tells encodings apart and is not meant for more.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scraper import tables
from scraper.language_model import SPACE, code_table, dense_bigrams, unpack_keys

# Two scripts that no word mixes, and what it costs on top if one does.
SCRIPTS = (((0x41, 0x5A), (0x61, 0x7A)), ((0x410, 0x44F),))
WITHIN_A_WORD = 60


@dataclass(frozen=True)
class ForeignModel:
    """``codes``: code by code point, ``bigram[a, b]``: the cost of ``b`` after ``a``, tenths of a nat."""

    codes: NDArray[np.uint16]
    bigram: NDArray[np.uint8]

    def costs(self, text: str) -> NDArray[np.uint8]:
        """The cost of each character of ``text`` after the one before it, in tenths of a nat."""
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        x = np.concatenate(([SPACE], self.codes[np.minimum(points, 0x10000)].astype(np.int64)))
        return self.bigram[x[:-1], x[1:]]

    def cost(self, text: str) -> int:
        """The cost of ``text`` in tenths of a nat.

        >>> model = load()
        >>> model.cost("Правительство") < model.cost("оПЮБХРЕКЭЯРБН")  # the same bytes in windows-1251 and koi8-r
        True
        """
        return int(self.costs(text).sum())


@cache
def load() -> ForeignModel:
    """The model of ``data/encodings/foreign.npz``."""
    with np.load(tables.path("encodings", "foreign.npz")) as stored:
        codes = code_table("".join(map(chr, stored["vocabulary"])))
        table = dense_bigrams(
            stored["alone_costs"], stored["alone_backoffs"], unpack_keys(stored["bigram_keys"]), stored["bigram_costs"]
        )
    latin, cyrillic = (np.unique(np.concatenate([codes[low : high + 1] for low, high in script])) for script in SCRIPTS)
    for rows, columns in ((latin, cyrillic), (cyrillic, latin)):
        within = np.ix_(rows, columns)
        table[within] = np.minimum(table[within].astype(np.uint16) + WITHIN_A_WORD, 255)
    return ForeignModel(codes, table)
