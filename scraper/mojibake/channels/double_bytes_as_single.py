"""GBK or Big5 read byte by byte, mostly as Latin-1 or windows-1252: 中 became ``ÖÐ`` or ``¤¤``. Every byte is there."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from random import Random

import numpy as np

from scraper import language_model
from scraper.mojibake.channels.channel import Change, Repair, make_steps
from scraper.mojibake.channels.single_bytes import OTHERS, WESTERN, as_bytes, has_own, read, table
from scraper.mojibake.citation import is_citation, speaks_of_encodings, surroundings
from scraper.mojibake.garbled import garbled, is_credible
from scraper.mojibake.scan import Sign

_PAIR = r"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9])"  # GB18030 has four bytes, too
_STRETCH = re.compile(f"{_PAIR}(?:[\\x00-\\x09\\x0b-\\x7f]*{_PAIR})*")
_CLOSE = re.compile("[\x80-\xff].?[\x80-\xff].?[\x80-\xff]")  # fewer high bytes are accents: spared the reading
_GB_2312 = re.compile("(?:[\\x00-\\x7f]|[\xa1-\xf7][\xa1-\xfe])+")
# Three in a row: names with accents pair up once or twice.
_RUN = re.compile("[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{3}")

_HIGH = re.compile("[\x80-\xff]")

GBK, BIG5 = ("gb18030",), ("cp950", "big5hkscs")
LEAST = 8  # characters beyond ASCII, where other alphabets than the Western one are read as pairs
THROUGHOUT = 40  # characters: on a page with so many a block may be a single one
LIKELY = -10.5  # nats a character: Chinese lies above (99.9 % of headlines at -9.8), letters read as pairs below -11.5


@dataclass(frozen=True, slots=True)
class DoubleBytesAsSingle:
    """``codecs``: the first writes the damage, each in turn is tried to read it. ``tables``: what misread it."""

    id: str
    codecs: tuple[str, ...]
    tables: tuple[str, ...] = WESTERN
    signs: Sign = Sign.LATIN
    exact: bool = True

    def damage(self, text: str, rng: Random) -> str:
        """``text`` read wrongly; what the codec cannot write is left out."""
        return read(text.encode(self.codecs[0], "ignore"), rng.choice(self.tables))

    def judge(self, text: str) -> Repair | None:
        """Letters that pair up into likely Chinese, three pairs in a row at least; other tables take longer ones."""
        if self.tables != WESTERN and not has_own(text, self.tables):
            return None
        subject = partial(speaks_of_encodings, text)
        found = list(self._changes(text, subject))
        throughout = sum(len(change.after) for change in found) >= THROUGHOUT
        return (lambda block: make_steps(self.id, block, self._changes(block, subject, throughout))) if found else None

    def _changes(self, block: str, subject: Callable[[], bool], throughout: bool = False) -> Iterator[Change]:
        written = as_bytes(block, self.tables)
        for stretch in _STRETCH.finditer(written):
            if not (throughout or _CLOSE.search(stretch[0])):
                continue
            if self.tables != WESTERN and not (_is_whole(written, stretch) and (throughout or _is_long(stretch[0]))):
                continue
            alone = throughout and "".join(surroundings(block, stretch.span())).isascii()
            # A character before the damage may pass for a lead byte: “ is 0x93.
            for start in (stretch.start(), stretch.start() + 1):
                after = self._read(stretch[0][start - stretch.start() :], alone, throughout)
                span = (start, stretch.end())
                if after and not is_citation(block, span, length=len(after), subject=subject):
                    yield Change(*span, after)
                    break

    def _read(self, written: str, alone: bool, throughout: bool) -> str | None:
        for codec in self.codecs:
            with suppress(UnicodeDecodeError):
                text = written.encode("latin-1").decode(codec)
                chinese = _RUN.search(text) or (alone and _GB_2312.fullmatch(written) and not text.isascii())
                if not chinese or _likelihood(text) <= LIKELY or garbled(text):
                    continue
                if self.tables == WESTERN or throughout or is_credible(text):
                    return text
        return None


def _is_whole(written: str, stretch: re.Match[str]) -> bool:
    """Whether a stretch is no part of a word in another alphabet."""
    start, end = stretch.span()
    return not _HIGH.search(written[max(0, start - 1) : start] + written[end : end + 1])


def _is_long(stretch: str) -> bool:
    return sum(character > "\x7f" for character in stretch) >= 2 * LEAST


def _likelihood(text: str) -> float:
    """The mean log-probability of the characters of ``text`` beyond ASCII, in nats."""
    beyond = np.fromiter((character > "\x7f" for character in text), bool, len(text))
    return -float(language_model.load().costs(text)[beyond].mean()) / language_model.UNITS_PER_NAT


CHANNELS = (
    DoubleBytesAsSingle(id="gbk as windows-1252", codecs=GBK),
    DoubleBytesAsSingle(id="big5 as windows-1252", codecs=BIG5),
    *(
        DoubleBytesAsSingle(
            id=f"{name} as {wrong}",
            codecs=codecs,
            tables=(table(codec),),
            signs=Sign.LATIN | Sign.ALPHABET,
        )
        for name, codecs in (("gbk", GBK), ("big5", BIG5))
        for wrong, codec in OTHERS.items()
    ),
)
