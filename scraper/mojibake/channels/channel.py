"""What a kind of damage is to the rest of the program: one channel."""

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, groupby
from random import Random
from typing import NamedTuple, Protocol

import numpy as np

from scraper import language_model
from scraper.model import Step
from scraper.mojibake.lattice import Piece
from scraper.mojibake.scan import Sign

ANEW = "  "
"""After it the language model takes a text to begin."""

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


class Change(NamedTuple):
    """``after`` is to stand for what is at ``start`` to ``end``; ``guessed`` where bytes were missing."""

    start: int
    end: int
    after: str
    guessed: bool = False


def make_steps(channel: str, text: str, changes: Iterable[Change]) -> list[Step]:
    """The steps that make ``changes`` to ``text``, each with what the language model gains by it, in nats."""
    changes = list(changes)
    if not changes:
        return []
    befores = [text[change.start : change.end] for change in changes]
    both = [part for before, change in zip(befores, changes, strict=True) for part in (before, change.after)]
    costs = np.cumsum(language_model.load().costs(ANEW.join(["", *both]))).tolist()
    ends = list(accumulate(len(ANEW) + len(part) for part in both))
    totals = [costs[end - 1] - costs[end - len(part) - 1] for end, part in zip(ends, both, strict=True)]
    return [
        Step(
            channel=channel,
            start=change.start,
            end=change.end,
            before=before,
            after=change.after,
            gain=(cost_before - cost_after) / language_model.UNITS_PER_NAT,
            guessed=change.guessed,
        )
        for change, before, cost_before, cost_after in zip(changes, befores, totals[::2], totals[1::2], strict=True)
    ]


def changes_of(block: str, pieces: Iterable[Piece]) -> Iterator[Change]:
    """One change for each run of pieces that differ from ``block`` and are alike in being guessed or not."""

    def kind(piece: Piece) -> tuple[bool, bool]:
        return piece.text != block[piece.start : piece.end], piece.guessed

    for (changed, guessed), found in groupby(pieces, kind):
        if changed:
            run = list(found)
            yield Change(run[0].start, run[-1].end, "".join(piece.text for piece in run), guessed)
