"""What a kind of damage is to the rest of the program: one channel."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from random import Random
from typing import Protocol

from scraper import language_model
from scraper.model import Step
from scraper.mojibake.lattice import Piece
from scraper.mojibake.scan import Sign

Repair = Callable[[str], list[Step]]
"""The repair of one block: its steps, ordered, without overlap, offsets into it; none where it is not damaged."""


class Channel(Protocol):
    """One way in which bytes were read with the wrong ruler: how it damages, how that is recognised and undone.

    ``id`` names it in every step. ``signs`` are what the fast scan must have seen before ``judge`` is worth its time.
    ``exact`` says that no byte is lost, so that the repair of ``damage(text, rng)`` is ``text``.
    """

    id: str
    signs: Sign
    exact: bool

    def damage(self, text: str, rng: Random) -> str:
        """``text`` as it looks after this damage. Characters that the wrong path cannot carry are dropped first."""
        ...

    def judge(self, text: str) -> Repair | None:
        """How to repair a block of a page whose whole text is ``text`` (all blocks and metadata, joined by "\\n").

        None where the page does not carry this damage. The judgement is what keeps clean text clean: in doubt, None.
        """
        ...


def make_step(channel: str, text: str, span: tuple[int, int], after: str, *, guessed: bool = False) -> Step:
    """The step that makes ``after`` of ``text[span[0]:span[1]]``, with what the language model gains by it, in nats."""
    model = language_model.load()
    before = text[span[0] : span[1]]
    costs = model.costs(f"{before}  {after}")  # after two spaces a text begins anew
    gain = int(costs[: len(before)].sum() - costs[len(before) + 2 :].sum()) / language_model.UNITS_PER_NAT
    return Step(channel=channel, start=span[0], end=span[1], before=before, after=after, gain=gain, guessed=guessed)


def steps_of(channel: str, block: str, pieces: Iterable[Piece]) -> Iterator[Step]:
    """One step for each run of pieces that change ``block`` and are alike in being guessed or not."""

    def kind(piece: Piece) -> tuple[bool, bool]:
        return piece.text != block[piece.start : piece.end], piece.guessed

    for (changed, guessed), found in groupby(pieces, kind):
        if changed:
            run = list(found)
            span = (run[0].start, run[-1].end)
            yield make_step(channel, block, span, "".join(piece.text for piece in run), guessed=guessed)
