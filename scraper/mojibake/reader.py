"""Bytes, some of them unknown, read as the characters of a codec."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scraper import language_model

Element = int | bytes
"""A known byte, or (a ``bytes`` object) all that an unknown one may be."""

ANY = bytes(range(0x80, 0xFF))
"""An unknown byte of a character outside ASCII."""

RARE = len(language_model.CLASSES)
"""Codes of the language model below this one are classes: characters that it does not know by name."""

WIDTH, GUESSES = 160, 24


class Character(NamedTuple):
    """A character that a pattern of bytes can be: its text, its code in the language model, and a price."""

    text: str
    code: int
    price: int


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The characters that one pattern of bytes can be. Two of them are equal only where they are the same object."""

    characters: tuple[Character, ...] = ()

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """Their codes in the language model."""
        return np.array([character.code for character in self.characters], np.int64)


Split = tuple[tuple[Alternatives, ...], tuple[Element, ...]]
"""Characters read, each with its alternatives, and the bytes left over."""

Spellings = Callable[[str], Iterable[tuple[str, int]]]
"""What a character that was read may be written as, each with a price: for Traditional that must become Simplified."""


def as_read(character: str) -> Iterable[tuple[str, int]]:
    """The spelling of codecs that need no change of script: the character itself."""
    return ((character, 0),)


class Reader:
    """Cuts bytes, some of them unknown, into the characters of a codec.

    ``codec`` is ``utf-8`` or a double-byte codec of Python in which a byte above 0x80 leads (``gbk``, ``cp950``).
    Unknown bytes are only ever filled to characters that the language model knows by name. Readings are remembered, so
    keep the reader (functools.cache on the function that makes it). ``width`` is how much dearer than the cheapest
    hypothesis another may be and live on, ``guesses`` how many characters are tried for unknown bytes: the fewer bytes
    are missing, the less it takes of both.
    """

    def __init__(
        self, codec: str, spellings: Spellings = as_read, *, width: int = WIDTH, guesses: int = GUESSES
    ) -> None:
        self.codec = codec
        self.width = width
        self.guesses = guesses
        self.spellings = spellings
        self.model = language_model.load()
        self.feed = lru_cache(maxsize=1 << 16)(self._feed)
        self.literal = lru_cache(maxsize=1 << 15)(self._literal)
        self.characters = lru_cache(maxsize=1 << 15)(self._characters)
        self.likely = lru_cache(maxsize=1 << 15)(self._likely)

    def length(self, first: Element) -> int:
        """How many bytes a character has whose first byte is ``first``; an unknown one begins a Han character."""
        if isinstance(first, bytes):
            return 3 if self.codec == "utf-8" else 2
        if first < 0x80:
            return 1
        if self.codec != "utf-8":
            return 2
        return 4 if first >= 0xF0 else 3 if first >= 0xE0 else 2

    def _feed(self, pending: tuple[Element, ...], data: tuple[Element, ...] | str) -> Split | None:
        """What is read when ``data`` follows the bytes ``pending``; None where it cannot follow them."""
        if isinstance(data, str):
            return None if pending else (self.literal(data), ())
        return self._split(pending + data)

    def _literal(self, text: str) -> tuple[Alternatives, ...]:
        """``text`` as it stands, in the form that ``split`` gives."""
        return tuple(Alternatives((Character(character, self.model.code(character), 0),)) for character in text)

    def _characters(self, pattern: tuple[Element, ...]) -> Alternatives:
        if all(isinstance(element, int) for element in pattern):
            try:
                character = bytes(pattern).decode(self.codec)  # type: ignore[arg-type]
            except UnicodeDecodeError:
                return Alternatives()
            spelled = self.spellings(character)
            return Alternatives(tuple(Character(text, self.model.code(text), price) for text, price in spelled))
        data, characters = self._nameable[len(pattern)]
        fits = np.ones(len(data), bool)
        for column, element in enumerate(pattern):
            fits &= _members(element)[data[:, column]]
        return Alternatives(tuple(characters[index] for index in np.flatnonzero(fits)))

    def _likely(self, last: int, alternatives: Alternatives) -> tuple[Character, ...]:
        """The few of many ``alternatives`` that are likeliest after a character with the code ``last``."""
        costs = self.model.bigram[last][alternatives.codes]
        return tuple(alternatives.characters[at] for at in costs.argpartition(self.guesses)[: self.guesses])

    @cached_property
    def _nameable(self) -> dict[int, tuple[NDArray[np.uint8], list[Character]]]:
        """By length in bytes: the bytes of every character that the language model knows by name, and the character."""
        rows: dict[int, list[bytes]] = {1: [], 2: [], 3: [], 4: []}
        characters: dict[int, list[Character]] = {1: [], 2: [], 3: [], 4: []}
        for point in chain(range(0x80, 0xD800), range(0xF900, 0xFFFE)):
            data = chr(point).encode(self.codec, "ignore")
            for text, price in self.spellings(chr(point)) if data else ():
                if (code := self.model.code(text)) >= RARE:
                    rows[len(data)].append(data)
                    characters[len(data)].append(Character(text, code, price))
        return {
            length: (np.frombuffer(b"".join(rows[length]), np.uint8).reshape(-1, length), characters[length])
            for length in rows
        }

    def _split(self, data: tuple[Element, ...]) -> Split | None:
        """The characters that ``data`` begins with, each with its alternatives, and the bytes left over.

        None where they cannot be read.
        """
        read = []
        while data and len(data) >= (length := self.length(data[0])):
            characters = self.characters(data[:length])
            if not characters.characters:
                return None
            read.append(characters)
            data = data[length:]
        return tuple(read), data


@cache
def _members(element: Element) -> NDArray[np.bool_]:
    """Which byte values ``element`` stands for, shape (256,)."""
    members = np.zeros(256, bool)
    members[[element] if isinstance(element, int) else list(element)] = True
    return members
