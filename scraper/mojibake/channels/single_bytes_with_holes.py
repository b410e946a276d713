"""UTF-8 or GBK read as Latin-1 or windows-1252, and then tidied: bytes that became spaces or controls are gone.

windows-1252 has no character for 81, 8D, 8F, 90 and 9D; A0 and 85 count as white space, AD is the soft hyphen. What
such a byte was, the language model has to choose.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from scraper.mojibake.channels.channel import Change, Repair, changes_of, make_steps
from scraper.mojibake.channels.single_bytes import HOLES, WINDOWS_1252, as_bytes, read
from scraper.mojibake.citation import is_citation, speaks_of_encodings
from scraper.mojibake.garbled import garbled, is_credible
from scraper.mojibake.lattice import Slot, arc, search
from scraper.mojibake.reader import reader_of
from scraper.mojibake.scan import Sign

_STRETCH = re.compile("[\x81-\xfe](?:[\x09\x20-\x7e]*[\x80-\xff\ufffd])*[\x40-\x7e]?")
_HAN = re.compile("[\u4e00-\u9fff]")

LEAST = 12  # letters in a stretch
WHOLE = 0.4  # of them in what looks like characters of the right codec, at least
HAN = 0.6  # of the characters beyond ASCII

TURKISH = {"Ž": 0x8E, "ž": 0x9E}  # windows-1254 is windows-1252 without these, as far as Chinese in UTF-8 can tell
SPACES = b"\x85\xa0"
SILENT = bytes([*HOLES, 0x85, 0xA0, 0xAD])
# Prices in tenths of a nat.
AT_A_SPACE, WITHOUT_A_MARK, SPARED = 20, 40, 60


@dataclass(frozen=True, slots=True)
class SingleBytesWithHoles:
    """``characters`` is the pattern of whole characters of ``right``, where bytes follow each other undisturbed."""

    id: str
    right: str
    characters: str
    signs: Sign = Sign.LATIN
    exact: bool = False

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read as windows-1252 without the controls, and perhaps with plain white space."""
        wrong = read(text.encode(self.right, "ignore"), WINDOWS_1252)
        kept = "".join(character for character in wrong if not "\x7f" < character < "\xa0")
        return kept.replace("\xa0", " ") if rng.random() < 0.5 else kept

    def judge(self, text: str) -> Repair | None:
        """Letters that are mostly text in the right codec, and become credible Chinese with what is missing.

        Where nothing is missing anywhere, the channel without holes does it.
        """
        stretches = [stretch[0] for stretch in _STRETCH.finditer(as_bytes(text)) if self._may_be(stretch[0])]
        if all(_is_whole(stretch, "utf-8") or _is_whole(stretch, self.right) for stretch in stretches):
            return None
        subject = partial(speaks_of_encodings, text)
        marked = bytes([*HOLES, *(byte for letter, byte in TURKISH.items() if letter not in text)])
        return lambda block: make_steps(self.id, block, self._changes(block, marked, subject))

    def _may_be(self, stretch: str) -> bool:
        letters = len(stretch) - len(stretch.encode("ascii", "ignore"))
        return letters >= LEAST and sum(map(len, re.findall(self.characters, stretch))) >= WHOLE * letters

    def _changes(self, block: str, marked: bytes, subject: Callable[[], bool]) -> Iterator[Change]:
        for stretch in _STRETCH.finditer(as_bytes(block)):
            if not self._may_be(stretch[0]):
                continue
            slots = list(_slots(stretch[0], stretch.start(), marked))
            pieces = search(slots, reader_of(self.right), after=block[stretch.end() : stretch.end() + 2] or "\n") or ()
            after = "".join(piece.text for piece in pieces)
            han = len(_HAN.findall(after)) >= HAN * sum(character > "\x7f" for character in after)
            if (
                han
                and is_credible(after)
                and not is_citation(block, stretch.span(), length=len(after), subject=subject)
            ):
                yield from changes_of(block, pieces)


def _slots(stretch: str, start: int, marked: bytes) -> Iterator[Slot]:
    missing = () if "\ufffd" in stretch else ((SILENT,), (SILENT, SILENT))
    for at, character in enumerate(stretch):
        byte = ord(character)
        if character == "\ufffd":
            arcs = [arc((marked,), 0, True)]
        else:
            arcs = [arc((byte,)), *(arc((*lost, byte), WITHOUT_A_MARK * len(lost), True) for lost in missing)]
        if character == " ":
            arcs.append(arc((SPACES,), AT_A_SPACE, True))
        elif "\x7f" < character < "\u0100":
            arcs.append(arc(character, SPARED))
        if at == len(stretch) - 1:
            arcs += [arc((byte, *lost), WITHOUT_A_MARK * len(lost), True) for lost in missing]
        yield Slot(start + at, start + at + 1, tuple(arcs))


def _is_whole(stretch: str, codec: str) -> bool:
    """Whether the bytes of ``stretch`` can be read, but for a character that is cut off at its end.

    Double bytes can where one is lost, but what follows is garbled.
    """
    try:
        text = getincrementaldecoder(codec)().decode(stretch.encode("latin-1"))
    except UnicodeError:
        return False
    return codec == "utf-8" or not garbled(text)


CHANNELS = (
    SingleBytesWithHoles(
        id="utf-8 as windows-1252, bytes lost",
        right="utf-8",
        characters="[\xe2-\xe9\xef][\x80-\xbf]{2}|\xc2[\x80-\xbf]",  # Chinese and its punctuation
    ),
    SingleBytesWithHoles(
        id="gbk as windows-1252, bytes lost",
        right="gbk",
        characters="(?:[\xb0-\xf7][\xa1-\xfe]|\xa3[\xa1-\xfe]|\xa1[\xa2-\xbf]){2,}",  # GB 2312, two in a row
    ),
)
