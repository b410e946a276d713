"""Text read with a codec of double bytes that was not its own: UTF-8 or Big5 as GBK, UTF-8 or GBK as Big5.

Where the wrong codec had no character for the bytes, they became U+FFFD and are lost: the lattice offers what can have
stood there, and the language model chooses.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from random import Random

from scraper import language_model
from scraper.model import Step
from scraper.mojibake.channels.channel import Repair, make_step
from scraper.mojibake.citation import is_citation, speaks_of_encodings
from scraper.mojibake.garbled import garbled, is_credible
from scraper.mojibake.lattice import Arc, Piece, Reader, Slot, search
from scraper.mojibake.scan import Sign

LOST = "\ufffd"
BORDER = 5  # characters beyond a garbled stretch that may belong to it, and within it that may not
CREDIBLE = 9.5  # nats a character at most, once read rightly
GAIN = 3.0  # nats a garbled character at least, and
CHANGED = 0.6  # of a garbled stretch at least
LEAST_GAIN = 40.0  # in all: four rare characters in a row may be a name
KNOWN = 0.3  # of the bytes at least: where fewer are left the language model would be telling tales
LEAST_KNOWN = 4  # characters
STRANGE = 0.1  # by the character: some that the wrong codec does not have, or breaches of the right one's form
HOLE = "\0"
# Chinese in UTF-8 is one of E2 to E9 or EF, then two of 80 to BF; a hole may stand for any of them.
_NOT_UTF_8 = re.compile(
    rb"[\x01-\x3e\x40-\x7f][\x80-\xbf]|[\xe2-\xef][^\x80-\xbf\0]|[\xe2-\xef][\x80-\xbf][^\x80-\xbf\0]|[\x80-\xbf]{3}|[\xc0\xc1\xc4-\xe1\xf1-\xff]"
)


@dataclass(frozen=True, slots=True)
class DoubleBytes:
    """``right`` is the codec that the bytes were written in, ``wrong`` those they may have been read with."""

    id: str
    right: str
    wrong: tuple[str, ...]
    signs: Sign = Sign.RARE
    exact: bool = False

    @property
    def encoder(self) -> str:
        """The largest relative of the wrong codec."""
        return self.wrong[-1]

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read wrongly, with U+FFFD for what the wrong codec does not know."""
        return text.encode(self.right, "ignore").decode(rng.choice(self.wrong), "replace")

    def judge(self, text: str) -> Repair | None:
        """Garbled stretches whose bytes look like the right codec, and become credible when they are read in it."""
        if not any(self._may_be(text[slice(*span)]) for span in garbled(text)):
            return None
        subject = speaks_of_encodings(text)

        def repair(block: str) -> list[Step]:
            spans = [span for span in garbled(block) if self._may_be(block[slice(*span)])]
            return [step for span in spans for step in self._repair(block, span, subject)]

        return repair

    def _may_be(self, stretch: str) -> bool:
        """Whether the bytes behind ``stretch``, as far as they are known, could be text in the right codec."""
        data = stretch.replace(LOST, HOLE).encode(self.encoder, "ignore")
        kept = data.decode(self.encoder)
        known = _beyond_ascii(kept)
        strange = len(stretch) - len(kept)
        if known < max(LEAST_KNOWN, KNOWN * (known + stretch.count(LOST) / 2)) or strange > STRANGE * known:
            return False
        if self.right == "utf-8":
            return len(_NOT_UTF_8.findall(data)) <= STRANGE * known
        return is_credible(data.decode(self.right, "ignore"))

    def _repair(self, block: str, span: tuple[int, int], subject: bool) -> list[Step]:
        start, end = max(0, span[0] - BORDER), min(len(block), span[1] + BORDER)
        slots = list(self._slots(block, (start, end), span))
        pieces = search(slots, _reader(self.right), before=block[:start], after=block[end:])
        steps = list(self._steps(block, pieces or ()))
        if not steps:
            return []
        whole = (steps[0].start, steps[-1].end)
        after = "".join(step.after for step in steps)
        gain = sum(step.gain for step in steps)
        credible = -language_model.load().mean_log_probability(after) < CREDIBLE
        changed = sum(_beyond_ascii(step.before) for step in steps)
        if (
            not credible
            or gain < max(LEAST_GAIN, GAIN * changed)
            or changed < CHANGED * _beyond_ascii(block[slice(*span)])
        ):
            return []
        return [] if is_citation(block, whole, length=len(after), subject=subject) else steps

    def _slots(self, block: str, place: tuple[int, int], span: tuple[int, int]) -> Iterator[Slot]:
        written, unreadable = _written(self.wrong), _unreadable(self.wrong[0])
        for at in range(*place):
            character = block[at]
            if character == LOST:
                following = written.get(block[at + 1 : at + 2], ())
                arcs = [Arc((unreadable[following[0][0] if following else -1],), 0, True)]
            else:
                arcs = [Arc(tuple(data)) for data in written.get(character, ())]
            inside = min(at - span[0], span[1] - 1 - at)
            if (inside < BORDER and character > "\x7f") or not arcs:
                arcs.append(Arc(character))
            yield Slot(at, at + 1, tuple(arcs))

    def _steps(self, block: str, pieces: Sequence[Piece]) -> Iterator[Step]:
        """One step for each run of changed pieces that are alike in being guessed or not."""

        def kind(piece: Piece) -> tuple[bool, bool]:
            return piece.text != block[piece.start : piece.end], piece.guessed

        for (changed, guessed), found in groupby(pieces, kind):
            if changed:
                run = list(found)
                after = "".join(piece.text for piece in run)
                yield make_step(self.id, block, (run[0].start, run[-1].end), after, guessed=guessed)


def _beyond_ascii(text: str) -> int:
    return sum(character > "\x7f" for character in text)


@cache
def _reader(codec: str) -> Reader:
    return Reader(codec)


@cache
def _written(codecs: tuple[str, ...]) -> dict[str, tuple[bytes, ...]]:
    """The bytes of every character that any of ``codecs`` reads from one or two bytes."""
    found: dict[str, dict[bytes, None]] = {}
    singles = [bytes([byte]) for byte in range(256)]
    pairs = [bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF)]
    for codec in codecs:
        for data in singles + pairs:
            with suppress(UnicodeDecodeError):
                found.setdefault(data.decode(codec), {})[data] = None
    return {character: tuple(data) for character, data in found.items()}


@cache
def _unreadable(codec: str) -> dict[int, bytes]:
    """By the byte that follows (-1: unknown), the bytes that ``codec`` cannot read before it, one at a time."""
    found = {-1: bytes(range(0x80, 0xFF))}
    for following in range(256):
        found[following] = bytes(
            lead for lead in range(0x80, 0xFF) if bytes([lead, following]).decode(codec, "replace")[:1] == LOST
        )
    return found


CHANNELS = (
    DoubleBytes(id="utf-8 as gbk", right="utf-8", wrong=("gbk", "gb18030")),
    DoubleBytes(id="utf-8 as big5", right="utf-8", wrong=("big5", "cp950")),
    DoubleBytes(id="big5 as gbk", right="cp950", wrong=("gbk", "gb18030")),
    DoubleBytes(id="gbk as big5", right="gbk", wrong=("cp950", "big5")),
)
