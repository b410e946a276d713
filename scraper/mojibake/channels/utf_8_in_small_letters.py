"""UTF-8 read as windows-1252 and then lower-cased, as keys and search words are: Š, Œ and Ž became š, œ and ž.

So three bytes stand for three others as well, and the language model has to choose; Ÿ is the only one for ÿ.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from scraper.model import Step
from scraper.mojibake.channels.channel import Change, Repair, changes_of, make_steps
from scraper.mojibake.channels.single_bytes import WINDOWS_1252, as_bytes, read
from scraper.mojibake.channels.utf_8_as_single_bytes import CHARACTER, STRETCH
from scraper.mojibake.citation import is_citation, speaks_of_encodings
from scraper.mojibake.garbled import is_credible
from scraper.mojibake.lattice import Slot, arc, search
from scraper.mojibake.reader import reader_of
from scraper.mojibake.scan import Sign

_CAPITAL = re.compile("[A-ZÀ-ÖØ-ÞŠŒŽŸ]")
_LOWERED = {0x9A: 0x8A, 0x9C: 0x8C, 0x9E: 0x8E}
_SMALL = re.compile("[šœžÿ]")
LEAST = 2  # letters that may have been capitals, where none is left
FEWEST = 6  # characters
CAPITAL = 25  # tenths of a nat for one: by chance, a headline in which none was lost may have none


class Utf8InSmallLetters:
    """Texts without a single capital letter."""

    id = "utf-8 as windows-1252, lower-cased"
    signs = Sign.LATIN
    exact = False

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read wrongly, in small letters."""
        return read(text.encode("utf-8", "ignore"), WINDOWS_1252).lower()

    def judge(self, text: str) -> Repair | None:
        """Stretches of UTF-8 in letters among which the likes of š are, and no capitals are."""
        if _CAPITAL.search(text) or len(_SMALL.findall(text)) < LEAST:
            return None
        subject = partial(speaks_of_encodings, text)
        return lambda block: self._repair(block, subject)

    def _repair(self, block: str, subject: Callable[[], bool]) -> list[Step]:
        return make_steps(self.id, block, self._changes(block, subject))

    def _changes(self, block: str, subject: Callable[[], bool]) -> Iterator[Change]:
        for stretch in STRETCH.finditer(as_bytes(block).replace("\xff", "\x9f")):
            if len(CHARACTER.findall(stretch[0])) < FEWEST:
                continue
            pieces = search(list(_slots(stretch[0], stretch.start())), reader_of("utf-8")) or ()
            after = "".join(piece.text for piece in pieces)
            if is_credible(after) and not is_citation(block, stretch.span(), length=len(after), subject=subject):
                yield from changes_of(block, pieces)


def _slots(stretch: str, start: int) -> Iterator[Slot]:
    for at, character in enumerate(stretch, start):
        byte = ord(character)
        capital = _LOWERED.get(byte)
        arcs = (arc((byte,)),) if capital is None else (arc((byte,), 0, True), arc((capital,), CAPITAL, True))
        yield Slot(at, at + 1, arcs)


CHANNELS = (Utf8InSmallLetters(),)
