"""A whole body in the encoding that was decided, also where bytes are damaged or another encoding begins.

Bytes below 0x30 and from 0x3A to 0x3F are no part of a longer character in any encoding of the web. They cut the body
into stretches that are read each by itself, so that damage in one does not spoil the next.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from scraper.decoding import lattice
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import MULTI_BYTE, read, read_strictly
from scraper.decoding.pricing import GOOD, price

STRETCH = re.compile(rb"[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")
BLOCK = re.compile(rb"[\x00-\xff]{1,4096}[^\x00-\x2f\x3a-\x3f]*")

SLICE = 1024  # bytes given to the lattice at once
TAIL = 16  # of these, the last are read again with what follows them
BUDGET = 1 << 18  # bytes that the lattice reads in one body; the rest is left to the codec
MIXED_WITH = {"utf-8": ("gb18030", "big5"), "gb18030": ("utf-8",), "big5": ("utf-8",)}
FEWEST = 3  # characters of another encoding that make a body mixed

_UTF8_CLASSES = bytes(
    ord("L") if 0xE3 <= b <= 0xE9 or b == 0xEF else ord("T") if 0x80 <= b < 0xC0 else 0 for b in range(256)
)


def has_utf8_run(data: bytes, length: int = 4) -> bool:
    """Whether there are ``length`` Chinese characters of UTF-8 in a row; GBK and Big5 rarely have four by accident.

    >>> has_utf8_run("简体中文".encode()), has_utf8_run("简体中文".encode("gbk"))
    (True, False)
    """
    return b"LTT" * length in data.translate(_UTF8_CLASSES)


@dataclass
class Patchwork:
    """The text of a body in the encoding ``name`` while it is put together.

    ``lossy``: something could not be read; ``others`` counts the characters that were read in another encoding.
    """

    name: str
    parts: list[str] = field(default_factory=list)
    lossy: bool = False
    others: Counter[str] = field(default_factory=Counter)
    budget: int = BUDGET

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def mixed(self) -> bool:
        return self.others.total() >= FEWEST

    def read(self, body: bytes) -> None:
        """Read all of ``body``: whole if nothing looks damaged or mixed, else block by block, stretch by stretch."""
        if self._read_sound(body):
            return
        if self.name not in MULTI_BYTE:
            self.read_anyhow(body)
            return
        at = 0
        for block in BLOCK.finditer(body):
            if self.budget <= 0:
                break
            at = block.end()
            if not self._read_sound(block[0]):
                self._read_block(block[0])
        self.read_anyhow(body[at:])

    def read_anyhow(self, data: bytes) -> None:
        """Read ``data`` as the codec does, with U+FFFD for what it cannot read."""
        if not self._read_sound(data):
            self.parts.append(read(data, self.name))
            self.lossy = True

    def _read_sound(self, data: bytes) -> bool:
        """Read ``data`` at the codec's speed, unless something in it looks damaged or mixed."""
        if self.name in ("gb18030", "big5") and has_utf8_run(data):
            return False
        if (text := read_strictly(data, self.name)) is None:
            return False
        self.parts.append(text)
        return True

    def _read_block(self, block: bytes) -> None:
        at = 0
        for match in STRETCH.finditer(block):
            self.parts.append(block[at : match.start()].decode("ascii"))
            at = match.end()
            readings = (self._read_sound, self._read_self_synchronising, self._read_foreign)
            if not any(reading(match[0]) for reading in readings):
                self._read_damaged(match[0])
        self.parts.append(block[at:].decode("ascii"))

    def _read_self_synchronising(self, data: bytes) -> bool:
        """Read a stretch of UTF-8 that lost fewer bytes than ``FEWEST`` characters of another encoding have."""
        if self.name != "utf-8" or (text := read(data, self.name)).count(REPLACEMENT) >= 2 * FEWEST:
            return False
        self.parts.append(text)
        self.lossy = True
        return True

    def _read_foreign(self, data: bytes) -> bool:
        """Read a stretch that is in another encoding from end to end."""
        if self.name == "utf-8" and has_utf8_run(data, 2):
            return False
        for other in MIXED_WITH.get(self.name, ()):
            start = price(data[:SLICE], other, fine=False)
            text = read_strictly(data, other) if start.cost <= GOOD * start.characters else None
            if text and len(text) >= FEWEST:
                self.parts.append(text)
                self.others[other] += len(text)
                return True
        return False

    def _read_damaged(self, data: bytes) -> None:
        """Read a stretch slice by slice; the slices that have damage, or a change of encoding, as a lattice."""
        names = (self.name, *MIXED_WITH.get(self.name, ()))
        if self.name != "utf-8" and not has_utf8_run(data):
            names = names[:1]
        at = 0
        while at < len(data):
            part = data[at : at + SLICE]
            last = at + len(part) == len(data)
            if not last and (sound := self._sound_start(part)):
                at += sound
                continue
            if self.budget <= 0:
                self.read_anyhow(data[at:])
                return
            self.budget -= len(part)
            at += self._accept(lattice.best(part, names).tokens, len(part) if last else len(part) - TAIL)

    def _sound_start(self, part: bytes) -> int:
        """Read a slice whose last character alone is incomplete; how many bytes were read."""
        return next((size for size in range(len(part), len(part) - 4, -1) if self._read_sound(part[:size])), 0)

    def _accept(self, tokens: tuple[lattice.Token, ...], end: int) -> int:
        """Take the tokens that begin before ``end``; how many bytes these are."""
        at = 0
        for token in tokens:
            if at >= end:
                break
            at += token.size
            self.parts.append(token.text)
            self.lossy |= token.bad
            if token.encoding != self.name and not token.text.isascii():
                self.others[token.encoding] += 1
        return at
