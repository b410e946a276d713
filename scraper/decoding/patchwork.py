"""A whole body in the encoding that was decided, also where bytes are damaged or another encoding begins.

Blocks that are sound are read at once, in others each stretch (``scraper.decoding.stretches``) by itself.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from scraper.decoding import lattice
from scraper.decoding.big5 import CP950, REPLACEMENT
from scraper.decoding.encodings import MULTI_BYTE, read, read_strictly
from scraper.decoding.stretches import STRETCH, likeliest

BLOCK = re.compile(rb"[\x00-\xff]{1,4096}[^\x00-\x2f\x3a-\x3f]*")

SLICE = 1024  # bytes given to the lattice at once
TAIL = 16  # of these, the last are read again with what follows them
BUDGET = 1 << 17  # bytes that the lattice reads in one body; the rest is left to the codec
MIXED_WITH = {"utf-8": ("gb18030", "big5"), "gb18030": ("utf-8",), "big5": ("utf-8",), CP950: ("utf-8",)}
FEWEST = 3  # characters of another encoding that make a body mixed
LONGEST_CITED = 12  # characters

# Words of texts about encodings, in whose examples GBK is read wrongly on purpose; not as they stand in markup.
_SUBJECT = re.compile(
    rb"(?<![\w=\"'/-])(?:GBK|GB-?2312|GB-?18030|Big-?5|UTF-?8)(?![\w\"'-])|"
    + b"|".join(
        re.escape(word.encode(codec, "ignore")) for word, codec in [("乱码", "gbk"), ("亂碼", "gbk"), ("亂碼", "big5")]
    ),
    re.IGNORECASE,
)

_UTF8_CLASSES = bytes(
    ord("L") if 0xE3 <= b <= 0xE9 or b == 0xEF else ord("T") if 0x80 <= b < 0xC0 else 0 for b in range(256)
)


def has_utf8_run(data: bytes, length: int = 4) -> bool:
    """Whether there are ``length`` Chinese characters of UTF-8 in a row; GBK and Big5 rarely have four by accident.

    >>> has_utf8_run("简体中文".encode()), has_utf8_run("简体中文".encode("gbk"))
    (True, False)
    """
    return b"LTT" * length in data.translate(_UTF8_CLASSES)


def may_be_cited(data: bytes) -> bool:
    """Whether what looks like UTF-8 in ``data`` is short, in a text that speaks of encodings.

    >>> may_be_cited("乱码“浣犲ソ锛屼笘鐣岋紒”的意思是你好，世界！".encode("gbk"))
    True
    """
    return _SUBJECT.search(data) is not None and not has_utf8_run(data, LONGEST_CITED + 1)


@dataclass
class Patchwork:
    """The text of a body in the encoding ``name`` while it is put together.

    ``lossy``: something could not be read; ``others`` counts the characters that were read in another encoding;
    ``current`` is the encoding of the last ones.
    """

    name: str
    parts: list[str] = field(default_factory=list)
    lossy: bool = False
    others: Counter[str] = field(default_factory=Counter)
    budget: int = BUDGET
    current: str = ""

    def __post_init__(self) -> None:
        self.current = self.name

    @property
    def text(self) -> str:
        """What was read so far."""
        return "".join(self.parts)

    @property
    def mixed(self) -> bool:
        """Whether enough was read in another encoding to be no accident."""
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
        if self._looks_mixed(data, self.name) or (text := read_strictly(data, self.name)) is None:
            return False
        self.parts.append(text)
        return True

    def _looks_mixed(self, data: bytes, name: str) -> bool:
        return name != "utf-8" and self.name in MIXED_WITH and has_utf8_run(data) and not may_be_cited(data)

    def _read_block(self, block: bytes) -> None:
        if self._read_self_synchronising(block):
            return
        names = self._possible(block)
        spans = [match.span() for match in STRETCH.finditer(block)]
        stretches = [block[start:end] for start, end in spans]
        at = 0
        for (start, end), data, name in zip(spans, stretches, likeliest(stretches, names, self.current), strict=True):
            self.parts.append(block[at:start].decode("ascii"))
            at = end
            if not self._read_in(name, data):
                self._read_damaged(data, names)
        self.parts.append(block[at:].decode("ascii"))

    def _possible(self, block: bytes) -> tuple[str, ...]:
        """The encodings that there may be in a block, this one first."""
        others = MIXED_WITH.get(self.name, ())
        if others == ("utf-8",) and self.current == self.name and not has_utf8_run(block, 2):
            others = ()
        return (self.name, *others)

    def _read_self_synchronising(self, data: bytes) -> bool:
        """Read UTF-8 that lost fewer bytes than ``FEWEST`` characters of another encoding have."""
        if self.name != "utf-8" or self.current != "utf-8":
            return False
        if (text := read(data, self.name)).count(REPLACEMENT) >= 2 * FEWEST:
            return False
        self.parts.append(text)
        self.lossy = True
        return True

    def _read_in(self, name: str, data: bytes) -> bool:
        """Read a stretch in ``name`` if it is in that from end to end."""
        if self._looks_mixed(data, name) or (text := read_strictly(data, name)) is None:
            return False
        self.parts.append(text)
        self.current = name
        if name != self.name:
            self.others[name] += len(text)
        return True

    def _read_damaged(self, data: bytes, names: tuple[str, ...]) -> None:
        """Read a stretch slice by slice; the slices that have damage, or a change of encoding, as a lattice."""
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
            reading = lattice.best(part, names, self.current)
            at += self._accept(reading.tokens, len(part) if last else len(part) - TAIL)

    def _sound_start(self, part: bytes) -> int:
        """Read a slice whose last character alone is incomplete; how many bytes were read."""
        sizes = range(len(part), len(part) - 4, -1)
        return next((size for size in sizes if self._read_in(self.current, part[:size])), 0)

    def _accept(self, tokens: tuple[lattice.Token, ...], end: int) -> int:
        """Take the tokens that begin before ``end``; how many bytes these are."""
        at = 0
        for token in tokens:
            if at >= end:
                break
            at += token.size
            self.parts.append(token.text)
            self.lossy |= token.bad
            self.current = token.encoding
            if token.encoding != self.name and not token.text.isascii():
                self.others[token.encoding] += 1
        return at
