"""How likely is this Chinese text: a trigram model of characters, Simplified and Traditional.

The alphabet is the frequent Han characters, the punctuation of Chinese text, and one class for everything alike
(digits, Latin letters, kana, private-use characters …). A class is charged ``ln(members)`` on top, so that a rare
character costs what one of 20,000 should. Half-width ``,;:!?()`` count as the full-width marks that they stand for.

Costs are negative log-probabilities in tenths of a nat, as small integers: tables of bytes, sums without rounding.
The counts come from ``data/build/language_model.py``: absolute discounting after Ney, Essen and Kneser (1994), pruned
by weighted difference after Seymore and Rosenfeld (1996).
"""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from scraper import tables
from scraper.ranks import Ranks

UNITS_PER_NAT = 10
SPACE = 1

# (name, how many characters share the class's probability, ranges); a later row overrides an earlier one.
CLASSES: tuple[tuple[str, int, tuple[tuple[int, int], ...]], ...] = (
    ("symbol", 2000, ((0x0000, 0xFFFF),)),
    ("space", 1, ((0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x3000, 0x3000))),
    ("digit", 10, ((0x30, 0x39),)),
    ("latin", 26, ((0x41, 0x5A), (0x61, 0x7A))),
    ("ascii", 32, ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E))),
    ("letter", 1000, ((0xA1, 0x52F),)),
    ("fullwidth", 62, ((0xFF10, 0xFF5A),)),
    ("kana", 170, ((0x3041, 0x30FF), (0xFF66, 0xFF9F))),
    ("hangul", 11000, ((0xAC00, 0xD7A3),)),
    ("rare han", 20000, ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))),
    ("private", 6400, ((0xE000, 0xF8FF),)),
    ("broken", 100, ((0x00, 0x08), (0x0B, 0x0C), (0x0E, 0x1F), (0x7F, 0x9F), (0xD800, 0xDFFF), (0xFFFD, 0xFFFF))),
    ("astral", 2000, ((0x10000, 0x10000),)),
)
PUNCTUATION = "，。、；：？！“”‘’（）《》〈〉【】「」『』—…·％"
HALF_WIDTH = dict(zip(",;:!?()", "，；：！？（）", strict=True))


def code_table(vocabulary: str) -> NDArray[np.uint16]:
    """The code of every character by code point; index 0x10000 stands for all characters beyond the BMP."""
    codes = np.zeros(0x10001, np.uint16)
    for number, (_, _, ranges) in enumerate(CLASSES):
        for low, high in ranges:
            codes[low : high + 1] = number
    for number, character in enumerate(PUNCTUATION + vocabulary, start=len(CLASSES)):
        codes[ord(character)] = number
    for half, full in HALF_WIDTH.items():
        codes[ord(half)] = codes[ord(full)]
    return codes


@dataclass(frozen=True)
class LanguageModel:
    """A loaded model; get it from ``load()``.

    ``codes``: code by code point, shape (0x10001,). ``bigram``: ``bigram[a, b]`` is the cost of ``b`` after ``a``,
    shape (size, size), uint8. ``trigram_keys`` (sorted) and ``trigram_costs``: the trigrams ``(a * size + b) * size +
    c`` that the model keeps. ``context_keys`` (sorted) and ``backoff_costs``: what is added to the bigram's cost
    after ``a * size + b`` where the trigram is not kept (may be negative); no kept trigram begins otherwise.
    """

    codes: NDArray[np.uint16]
    bigram: NDArray[np.uint8]
    trigram_keys: NDArray[np.int64]
    trigram_costs: NDArray[np.int16]
    context_keys: NDArray[np.int64]
    backoff_costs: NDArray[np.int16]

    @cached_property
    def size(self) -> int:
        """How many codes there are."""
        return int(self.bigram.shape[0])

    @cached_property
    def _codes(self) -> memoryview:
        return self.codes.data

    @cached_property
    def _indices(self) -> NDArray[np.intp]:
        """``codes`` in the type that numpy takes for indices without a conversion."""
        return self.codes.astype(np.intp)

    def encode(self, text: str) -> NDArray[np.intp]:
        """The codes of the characters of ``text``, one each.

        >>> load().encode("3a").tolist() == [2, 3]
        True
        """
        points = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
        if len(points) > len(text):  # characters beyond the BMP
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            points = np.minimum(points, 0x10000)
        return self._indices.take(points)

    def code(self, character: str) -> int:
        """The code of one character; for search loops that go character by character."""
        return self._codes[min(ord(character), 0x10000)]

    def costs(self, text: str) -> NDArray[np.int64]:
        """The cost of each character of ``text`` after the two before it; the text is taken to follow white space.

        About 40 for a character of news, above 90 for one of garbage.

        >>> model = load()
        >>> bool(model.costs("记者从会上了解到").mean() < model.costs("璁拌€呬粠浼氫笂浜嗚В鍒").mean())
        True
        """
        x = np.concatenate(([SPACE, SPACE], self.encode(text)))
        pairs = x[:-1] * self.size + x[1:]
        costs = self.bigram.take(pairs[1:]).astype(np.int64)
        backed, contexts = self._contexts.find(pairs[:-1])
        costs[backed] += self.backoff_costs.take(contexts)
        kept, trigrams = self._trigrams.find(contexts * self.size + x[2:].take(backed))
        costs[backed.take(kept)] = self.trigram_costs.take(trigrams)
        return costs

    def bigram_costs(self, text: str) -> NDArray[np.uint8]:
        """The cost of each character after the one before it: coarser than ``costs``, several times as fast."""
        x = np.concatenate(([SPACE], self.encode(text)))
        return self.bigram.take(x[:-1] * self.size + x[1:])

    @property
    def characters(self) -> list[str]:
        """The characters that the model knows by name, not as members of a class."""
        return [chr(point) for point in np.flatnonzero(self.codes[:0x10000] >= len(CLASSES)).tolist()]

    @cached_property
    def _contexts(self) -> Ranks:
        return Ranks(self.context_keys)

    @cached_property
    def _trigrams(self) -> Ranks:
        """The trigrams by the rank of their context: numbers a hundred times as small as ``trigram_keys``."""
        pairs, last = np.divmod(self.trigram_keys, self.size)
        contexts = np.cumsum(np.diff(pairs, prepend=pairs[:1]) != 0)  # each begins a trigram
        return Ranks(contexts * self.size + last)

    @cached_property
    def trigrams(self) -> dict[int, int]:
        """The kept trigrams as a dictionary, for search loops (about 100 MB; made at the first use)."""
        return dict(zip(self.trigram_keys.tolist(), self.trigram_costs.tolist(), strict=True))

    @cached_property
    def backoffs(self) -> dict[int, int]:
        """The back-off costs as a dictionary, for search loops."""
        return dict(zip(self.context_keys.tolist(), self.backoff_costs.tolist(), strict=True))

    @cached_property
    def bigrams(self) -> memoryview:
        """The bigram table as bytes, for search loops: ``bigrams[a * size + b]`` is faster than an array lookup."""
        return self.bigram.reshape(-1).data


def pack_keys(keys: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Sorted keys as the five byte planes of their differences, which compress well.

    >>> unpack_keys(pack_keys(np.array([3, 700, 2**33]))).tolist()
    [3, 700, 8589934592]
    """
    steps = np.diff(keys, prepend=0)
    return np.stack([(steps >> 8 * plane).astype(np.uint8) for plane in range(5)])


def unpack_keys(planes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The inverse of ``pack_keys``."""
    return np.cumsum(sum(row.astype(np.int64) << 8 * plane for plane, row in enumerate(planes)))


def dense_bigrams(
    alone: NDArray[np.uint8],
    backoff: NDArray[np.uint8],
    keys: NDArray[np.int64],
    costs: NDArray[np.uint8],
    *,
    charge: bool = True,
) -> NDArray[np.uint8]:
    """The full bigram table, shape (size, size): the kept bigrams, and back-off for the rest.

    ``charge`` adds to each class what one of its members costs.
    """
    members = np.zeros(len(alone), np.uint8)
    if charge:
        members[: len(CLASSES)] = [round(np.log(count) * UNITS_PER_NAT) for _, count, _ in CLASSES]
    charged = np.minimum(alone.astype(np.uint16) + members, 255).astype(np.uint8)
    table = charged[None, :] + backoff[:, None]
    table[table < charged[None, :]] = 255  # the sum went past a byte
    rows, columns = np.divmod(keys, len(alone))
    table[rows, columns] = np.minimum(costs.astype(np.uint16) + members[columns], 255)
    table[SPACE, SPACE] = 0  # a run of white space counts once
    return table


@cache
def load() -> LanguageModel:
    """The model of ``data/language_model.npz`` (about 80 MB in memory, a fraction of a second to load)."""
    with np.load(tables.path("language_model.npz")) as stored:
        vocabulary = "".join(map(chr, stored["vocabulary"]))
        table = dense_bigrams(
            stored["alone_costs"], stored["alone_backoffs"], unpack_keys(stored["bigram_keys"]), stored["bigram_costs"]
        )
        trigram_keys = unpack_keys(stored["trigram_keys"])
        trigram_costs = stored["trigram_costs"].astype(np.int16)
        last = trigram_keys % len(table)
        for number, (_, count, _) in enumerate(CLASSES):
            trigram_costs[last == number] += round(np.log(count) * UNITS_PER_NAT)
        return LanguageModel(
            codes=code_table(vocabulary),
            bigram=table,
            trigram_keys=trigram_keys,
            trigram_costs=trigram_costs,
            context_keys=unpack_keys(stored["context_keys"]),
            backoff_costs=stored["backoff_costs"].astype(np.int16),
        )
