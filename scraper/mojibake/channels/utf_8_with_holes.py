"""UTF-8 read as Latin-1 or windows-1252, and then tidied: bytes that became spaces or controls are gone.

windows-1252 has no character for 81, 8D, 8F, 90 and 9D; A0 and 85 count as white space, AD is the soft hyphen. What
such a byte was, the language model has to choose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from scraper import language_model
from scraper.model import Step
from scraper.mojibake.channels.channel import Repair, steps_of
from scraper.mojibake.channels.single_bytes import HOLES, as_bytes, read_windows_1252
from scraper.mojibake.citation import is_citation, speaks_of_encodings
from scraper.mojibake.lattice import Arc, Reader, Slot, search
from scraper.mojibake.scan import Sign

_STRETCH = re.compile("[\xc2-\xf4](?:[\x09\x20-\x7e]*[\x80-\xff\ufffd])*")
_CHARACTER = re.compile("[\xe2-\xe9\xef][\x80-\xbf]{2}|\xc2[\x80-\xbf]")  # Chinese and its punctuation
_HAN = re.compile("[\u4e00-\u9fff]")

LEAST = 4  # whole characters in a stretch
WHOLE = 0.4  # of its bytes at least
CREDIBLE = 9.5  # nats a character at most
HAN = 0.6  # of the characters beyond ASCII

MARKED = bytes(HOLES)
SPACES = b"\x85\xa0"
SILENT = bytes([*HOLES, 0x85, 0xA0, 0xAD])
# Prices in tenths of a nat.
AT_A_SPACE, WITHOUT_A_MARK, SPARED = 20, 40, 60


@dataclass(frozen=True, slots=True)
class Utf8WithHoles:
    """For stretches in which some characters are whole and some are not."""

    id: str = "utf-8 as windows-1252, bytes lost"
    signs: Sign = Sign.LATIN
    exact: bool = False

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read as windows-1252 without the controls, and with plain white space."""
        read = read_windows_1252(text.encode("utf-8", "ignore"))
        kept = "".join(character for character in read if not "\x7f" < character < "\xa0")
        return kept.replace("\xa0", " ") if rng.random() < 0.5 else kept

    def judge(self, text: str) -> Repair | None:
        """Latin letters that are mostly well-formed UTF-8, and become credible Chinese with what is missing."""
        subject = speaks_of_encodings(text)
        return lambda block: list(self._repair(block, subject))

    def _repair(self, block: str, subject: bool) -> Iterator[Step]:
        for stretch in _STRETCH.finditer(as_bytes(block)):
            whole = 3 * len(_CHARACTER.findall(stretch[0]))
            beyond = sum(character > "\x7f" for character in stretch[0])
            if not 3 * LEAST <= whole < beyond or whole < WHOLE * beyond:
                continue
            pieces = (
                search(list(_slots(stretch[0], stretch.start())), _reader(), after=block[stretch.end() :] or "\n") or ()
            )
            after = "".join(piece.text for piece in pieces)
            if not _is_credible(after) or is_citation(block, stretch.span(), length=len(after), subject=subject):
                continue
            yield from steps_of(self.id, block, pieces)


def _slots(stretch: str, start: int) -> Iterator[Slot]:
    missing = () if "\ufffd" in stretch else ((SILENT,), (SILENT, SILENT))
    for at, character in enumerate(stretch):
        byte = ord(character)
        if character == "\ufffd":
            arcs = [Arc((MARKED,), 0, True)]
        else:
            arcs = [Arc((byte,)), *(Arc((*bytes_, byte), WITHOUT_A_MARK * len(bytes_), True) for bytes_ in missing)]
        if character == " ":
            arcs.append(Arc((SPACES,), AT_A_SPACE, True))
        elif "\x7f" < character < "\u0100":
            arcs.append(Arc(character, SPARED))
            if at == len(stretch) - 1:
                arcs += [Arc((byte, *bytes_), WITHOUT_A_MARK * len(bytes_), True) for bytes_ in missing]
        yield Slot(start + at, start + at + 1, tuple(arcs))


def _is_credible(text: str) -> bool:
    beyond = sum(character > "\x7f" for character in text)
    han = len(_HAN.findall(text))
    return han >= HAN * beyond > 0 and -language_model.load().mean_log_probability(text) < CREDIBLE


@cache
def _reader() -> Reader:
    return Reader("utf-8")


CHANNELS = (Utf8WithHoles(),)
