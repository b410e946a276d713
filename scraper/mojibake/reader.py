"""Bytes, some of them unknown, read as the characters of a codec."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from types import MappingProxyType
from typing import NamedTuple, TypeVar

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
MOST_REMEMBERED = 1 << 14

K = TypeVar("K")
V = TypeVar("V")


Character = tuple[str, int, int]
"""A character that a pattern of bytes can be: its text, its code in the language model, and a price."""


class Crowd(NamedTuple):
    """The characters that a pattern of bytes can be, where they are too many to try: those of ``named`` at ``places``.

    ``codes`` are their codes in the language model.
    """

    named: Sequence[Character]
    places: NDArray[np.intp]
    codes: NDArray[np.uint16]


Alternatives = tuple[Character, ...] | int
"""The characters that one pattern of bytes can be; or the number of a crowd, for ``Reader.likely``."""

Split = tuple[tuple[Alternatives, ...], tuple[Element, ...]]
"""Characters read, each with its alternatives, and the bytes left over."""

Spellings = Mapping[str, tuple[tuple[str, int], ...]]
"""What characters that were read may be written as, each with a price, where that is not the character itself: for
Traditional that must become Simplified."""

AS_READ: Spellings = MappingProxyType({})


class _Named(NamedTuple):
    """Characters, their first bytes, second bytes and so on (``columns``), and their codes."""

    columns: NDArray[np.uint8]
    characters: list[Character]
    codes: NDArray[np.uint16]


class Memo(dict[K, V]):
    """What a function gives for each key, remembered; all is forgotten when it becomes too much.

    Faster to ask than ``functools.lru_cache``, and to pass over for the garbage collector.
    """

    def __init__(self, function: Callable[[K], V]) -> None:
        self.function = function

    def __missing__(self, key: K) -> V:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        value = self[key] = self.function(key)
        return value


class Reader:
    """Cuts bytes, some of them unknown, into the characters of a codec.

    ``codec`` is ``utf-8`` or a double-byte codec of Python in which a byte above 0x80 leads (``gbk``, ``cp950``).
    Unknown bytes are only ever filled to characters that the language model knows by name. Readings are remembered, so
    keep the reader, as ``reader_of`` does. ``width`` is how much dearer than the cheapest
    hypothesis another may be and live on, ``guesses`` how many characters are tried for unknown bytes: the fewer bytes
    are missing, the less it takes of both.
    """

    def __init__(
        self, codec: str, spellings: Spellings = AS_READ, *, width: int = WIDTH, guesses: int = GUESSES
    ) -> None:
        self.codec = codec
        self.width = width
        self.guesses = guesses
        self.spellings = spellings
        self.model = language_model.load()
        self._crowds: list[Crowd] = []
        self._numbers: dict[tuple[Element, ...], int] = {}
        self.feed = Memo(self._feed)
        self.literal = Memo(self._literal)
        self.characters = Memo(self._characters)
        self.likely = Memo(self._likely)

    def length(self, first: Element) -> int:
        """How many bytes a character has whose first byte is ``first``; an unknown one begins a Han character."""
        if isinstance(first, bytes):
            return 3 if self.codec == "utf-8" else 2
        if first < 0x80:
            return 1
        if self.codec != "utf-8":
            return 2
        return 4 if first >= 0xF0 else 3 if first >= 0xE0 else 2

    def _feed(self, both: tuple[tuple[Element, ...], tuple[Element, ...] | str]) -> Split | None:
        """What is read when the second of ``both`` follows the first, bytes; None where it cannot follow them."""
        pending, data = both
        if isinstance(data, str):
            return None if pending else (self.literal[data], ())
        return self._split(pending + data)

    def _literal(self, text: str) -> tuple[Alternatives, ...]:
        """``text`` as it stands, in the form that ``split`` gives."""
        return tuple(((character, self.model.code(character), 0),) for character in text)

    def _characters(self, pattern: tuple[Element, ...]) -> Alternatives:
        if all(isinstance(element, int) for element in pattern):
            try:
                character = bytes(pattern).decode(self.codec)  # type: ignore[arg-type]
            except UnicodeDecodeError:
                return ()
            return self._spelled(character)
        named = self._named[len(pattern)]
        fits = np.ones(len(named.codes), bool)
        for column, element in zip(named.columns, pattern, strict=True):
            fits &= column == element if isinstance(element, int) else _members(element).take(column)
        places = fits.nonzero()[0]
        if len(places) > self.guesses:
            number = self._numbers.setdefault(pattern, len(self._crowds))
            if number == len(self._crowds):
                self._crowds.append(Crowd(named.characters, places, named.codes[places]))
            return number
        return tuple(named.characters[place] for place in places.tolist())

    def _spelled(self, character: str) -> tuple[Character, ...]:
        spellings = self.spellings.get(character)
        if spellings is None:
            return ((character, self.model.code(character), 0),)
        return tuple((text, self.model.code(text), price) for text, price in spellings)

    def _likely(self, both: tuple[int, int]) -> tuple[Character, ...]:
        """The few of a crowd that are likeliest after a character; ``both`` are its code and the crowd's number."""
        last, number = both
        crowd = self._crowds[number]
        costs = self.model.bigram[last][crowd.codes]
        chosen = crowd.places[costs.argpartition(self.guesses)[: self.guesses]]
        return tuple(crowd.named[place] for place in chosen.tolist())

    @cached_property
    def _named(self) -> dict[int, _Named]:
        """By length in bytes: every character that the language model knows by name."""
        spelled = [
            (character.encode(self.codec, "ignore"), text, price)
            for character in sorted({*self.model.characters, *self.spellings})
            for text, price in self.spellings.get(character, ((character, 0),))
        ]
        codes = self.model.encode("".join(text for _, text, _ in spelled)).tolist()
        by_length: dict[int, list[tuple[bytes, Character]]] = {1: [], 2: [], 3: [], 4: []}
        for (data, text, price), code in zip(spelled, codes, strict=True):
            if code >= RARE and data:
                by_length[len(data)].append((data, (text, code, price)))
        return {
            length: _Named(
                np.frombuffer(b"".join(data for data, _ in rows), np.uint8).reshape(-1, length).T.copy(),
                [character for _, character in rows],
                np.array([code for _, (_, code, _) in rows], np.uint16),
            )
            for length, rows in by_length.items()
        }

    def _split(self, data: tuple[Element, ...]) -> Split | None:
        """The characters that ``data`` begins with, each with its alternatives, and the bytes left over.

        None where they cannot be read.
        """
        read = []
        while data and len(data) >= (length := self.length(data[0])):
            characters = self.characters[data[:length]]
            if characters == ():
                return None
            read.append(characters)
            data = data[length:]
        return tuple(read), data


@cache
def reader_of(codec: str) -> Reader:
    """The reader of a codec in which every character is written as it was read."""
    return Reader(codec)


@cache
def _members(element: bytes) -> NDArray[np.bool_]:
    """Which byte values are in ``element``, shape (256,)."""
    members = np.zeros(256, bool)
    members[list(element)] = True
    return members
