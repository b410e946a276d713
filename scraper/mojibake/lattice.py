"""The one engine of the repair: bytes with alternatives, read by the right codec, judged by the language model.

A channel turns a damaged run into slots, one for each damaged character (or for a group such as ``(guó)``). Each slot
offers arcs: the bytes that may have stood there, with a price. An element of an arc's bytes is a known byte, or a
``bytes`` object that lists what an unknown byte may have been. ``Reader`` cuts the bytes into characters of the right
codec, and ``search`` keeps the reading that costs least: the language model's cost of the text plus the prices, both in
tenths of a nat.

>>> from scraper.mojibake.lattice import ANY, Reader, Slot, arc, search
>>> damaged = "浠婂ぉ涓嬮洦浜�"  # 今天下雨了 in UTF-8, read as GBK, the last byte lost
>>> slots = [Slot(i, i + 1, (arc(tuple(c.encode("gbk")) if c != "�" else (ANY,)),)) for i, c in enumerate(damaged)]
>>> "".join(piece.text for piece in search(slots, Reader("utf-8")))
'今天下雨了'

The search is a beam over (bytes not yet read, last two characters, quotation open or not). Where one reading is far
better than all others a single hypothesis survives. Do not give it undamaged text: that needs no search, and each
character costs microseconds.
"""

from collections.abc import Sequence, Set
from heapq import nsmallest
from operator import itemgetter
from typing import NamedTuple

from scraper.language_model import SPACE
from scraper.mojibake.reader import ANY, RARE, Alternatives, Element, Reader

__all__ = ["ANY", "Arc", "Element", "Piece", "Reader", "Slot", "arc", "search"]

BEAM = 12  # hypotheses that live on after each slot

# Costs and discounts in tenths of a nat, chosen on news_xwlb and news_rmrb of the corpora.
PENDING = 25  # for bytes that still wait to become a character, which will have to be paid
UNBALANCED = 40  # a quotation mark that opens what is open, or closes what is not
UNCLOSED = 40  # a line that ends inside a quotation
FAMILIAR = -60  # a rare character that the page uses elsewhere


# Plain tuples, here and below: a search makes thousands of them, and the garbage collector learns to pass them over.
Arc = tuple[tuple[Element, ...] | str, int, bool]
"""One thing that may have stood in a slot: bytes or a text, its price, and whether bytes were guessed; see ``arc``."""


def arc(data: tuple[Element, ...] | str, price: int = 0, guessed: bool = False) -> Arc:
    """What may have stood in a slot: ``data`` are its bytes, or (a string) a text that is taken as it stands.

    ``price`` is in tenths of a nat; negative prices are allowed. ``guessed`` marks bytes that the language model had to
    choose. A literal text cannot stand where bytes of a character are still open.
    """
    return data, price, guessed


class Slot(NamedTuple):
    """The damaged characters ``start`` to ``end`` (offsets into the damaged text) and what may have stood there."""

    start: int
    end: int
    arcs: tuple[Arc, ...]


class Piece(NamedTuple):
    """``text`` is what stood at ``start`` to ``end`` of the damaged text; ``guessed`` where bytes were missing."""

    start: int
    end: int
    text: str
    guessed: bool


_Node = tuple["_Node | None", int, str, bool, bool]
"""A step of a hypothesis: the step before it, its slot's number, what it wrote up to there, whether that was guessed,
and whether no byte was pending after it."""

_State = tuple[int, bool, tuple[Element, ...]]
"""What the rest of a hypothesis depends on: the last two characters, an open quotation, bytes not yet read."""


def search(
    slots: Sequence[Slot], reader: Reader, *, before: str = "", after: str = "", familiar: Set[str] = frozenset()
) -> list[Piece] | None:
    """What stood in ``slots``, as one piece for each stretch between two points where no byte was pending.

    ``before`` and ``after`` are the text around, repaired where it was damaged; they are not part of the result. Give
    their whole lines, for the balance of quotation marks. ``familiar`` are rare characters that the page uses
    elsewhere.
    None where the bytes cannot be read whatever is assumed: offer more arcs.
    """
    score, feed, spare = _Score(reader, familiar), reader.feed, reader.width + PENDING
    hypotheses: dict[_State, tuple[int, _Node]] = {(*score.start(before), ()): (0, (None, -1, "", False, True))}
    for number, slot in enumerate(slots):
        extended: dict[_State, tuple[int, _Node]] = {}
        limit = float("inf")
        for (context, quoting, pending), (cost, node) in hypotheses.items():
            for data, price, guessed in slot.arcs:
                if cost + price > limit or (split := feed[pending, data]) is None:
                    continue
                read, left = split
                for total, last, quoted, text in score.extend(cost + price, context, quoting, read):
                    state = last, quoted, left
                    known = extended.get(state)
                    if known is None or total < known[0]:
                        extended[state] = total, (node, number, text, guessed, not left)
                        if total + spare < limit:
                            limit = total + spare
        hypotheses = _best(extended, reader.width)
    closing, goes_on = reader.literal[after[:2]], _is_quotation(after)
    ends = [
        (total + UNCLOSED * (quoting != goes_on), node)
        for (context, quoting, pending), (cost, node) in hypotheses.items()
        if not pending
        for total, *_ in score.extend(cost, context, quoting, closing)
    ]
    return _pieces(min(ends, key=itemgetter(0))[1], slots) if ends else None


def _is_quotation(after: str) -> bool:
    """Whether ``after`` begins inside quotation marks, as its first line shows."""
    line = after[: after.find("\n")] if "\n" in after else after
    closed, opened = line.find("”"), line.find("“")
    return closed >= 0 and not 0 <= opened < closed


def _best(hypotheses: dict[_State, tuple[int, _Node]], width: int) -> dict[_State, tuple[int, _Node]]:
    """The BEAM cheapest, none dearer than the cheapest by ``width``; bytes that wait to be read are charged PENDING."""
    if len(hypotheses) < 2:
        return hypotheses
    charged = [cost + PENDING if state[2] else cost for state, (cost, _) in hypotheses.items()]
    limit = min(charged) + width
    ranked = [(cost, state) for cost, state in zip(charged, hypotheses, strict=True) if cost <= limit]
    ranked.sort(key=itemgetter(0))
    return {state: hypotheses[state] for _, state in ranked[:BEAM]}


def _pieces(node: _Node, slots: Sequence[Slot]) -> list[Piece]:
    pieces: list[Piece] = []
    text, guessed, end = "", False, node[1]
    last: _Node | None = node
    while last is not None:
        before, number, wrote, chosen, settled = last
        if settled and number < end:
            pieces.append(Piece(slots[number + 1].start, slots[end].end, text, guessed))
            text, guessed, end = "", False, number
        text, guessed = wrote + text, guessed or chosen
        last = before
    return pieces[::-1]


class _Score:
    """The language model in the form that a search needs: costs character by character."""

    def __init__(self, reader: Reader, familiar: Set[str]) -> None:
        model = self.model = reader.model
        self.most = reader.guesses
        self.likely = reader.likely
        self.familiar = familiar
        self.size = model.size
        self.bigrams = model.bigrams
        self.trigrams = model.trigrams
        self.backoffs = model.backoffs
        self.delicate = frozenset((*range(RARE), model.code("“"), model.code("”")))

    def start(self, before: str) -> tuple[int, bool]:
        """The context after ``before``."""
        line = before[before.rfind("\n") + 1 :]
        first, second = ([SPACE, SPACE] + [self.model.code(character) for character in before[-2:]])[-2:]
        return first * self.size + second, line.rfind("“") > line.rfind("”")

    def extend(
        self, cost: int, context: int, quoting: bool, read: tuple[Alternatives, ...]
    ) -> list[tuple[int, int, bool, str]]:
        """(cost, context, quotation open, text) of every way to go on with the characters ``read``."""
        size, bigrams, trigram, delicate = self.size, self.bigrams, self.trigrams.get, self.delicate
        found = [(cost, context, quoting, "")]
        for characters in read:
            if isinstance(characters, int):
                characters = self.likely[min(found)[1] % size, characters]
            extended = []
            for total, context, quoting, text in found:
                pair, last = context * size, context % size * size
                backoff = self.backoffs.get(context)
                for written, code, price in characters:
                    step = bigrams[last + code]
                    if backoff is not None:  # else no trigram begins so
                        step = trigram(pair + code, step + backoff)
                    after = quoting
                    if code in delicate:
                        price, after = self.settle(written, price, quoting)
                    extended.append((total + step + price, last + code, after, text + written))
            found = extended if len(extended) <= self.most else nsmallest(self.most, extended)
        return found

    def settle(self, written: str, price: int, quoting: bool) -> tuple[int, bool]:
        """The price of a quotation mark, a line's end or a rare character, and whether a quotation is open after it."""
        if written == "“":
            return price + UNBALANCED * quoting, True
        if written == "”":
            return price + UNBALANCED * (not quoting), False
        if written == "\n":
            return price + UNCLOSED * quoting, False
        return price + FAMILIAR * (written in self.familiar), quoting
