"""Readings taken out of a text, on its bytes in GBK: before each stand the two bytes that it was inserted after.

Where a reading stood inside a character, the byte before it was left alone and is gone, often with the bracket:
``日?qǐng)?bào)`` is C8 D5, then 88 lost, then F3 lost. The byte before and the reading tell which byte it was.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache, lru_cache

from scraper.mojibake.channels.spider_pool import script

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿếề"
LETTERS = f"a-zA-ZüÜɡê{TONED}"
READING = re.compile(rf"(?P<bracket>\()?(?P<syllable>[{LETTERS}]{{1,7}})(?P<space> ?)\)")
LONGEST = 10  # characters that READING takes
OTHERWISE = re.compile(rf"[（\[【{{〔]([{LETTERS}]{{1,7}})( ?)[）\]】}}〕]")
ENDS = re.compile(rf"[)](?:(?<=[{LETTERS}][)])|(?<=[{LETTERS}] [)]))")  # the bracket first: that makes it fast
JUNK = re.compile("[\x05-\x08]+|[,，]+(?=[,，。、；：？！])|(?<=[。、；：？！])[,，]+")
REMEMBERED = 2  # texts: the judgement, the look at the page and the repair take the readings out of the same one
UNKNOWN, FOREIGN = 0xFF, 0x01
"""Bytes that text in GBK does not hold: what U+FFFD stands for, and a character that GBK does not have."""


class Fit(Enum):
    """What a reading fits."""

    CHARACTER = auto()  # the character before it
    HALVES = auto()  # two bytes of different characters, or one byte that is left of its character
    NOTHING = auto()


@dataclass(slots=True)
class Stream:
    """The bytes of a damaged text without its readings.

    ``origins`` is the offset in the damaged text from which each byte comes. ``torn`` are the offsets before which
    something was inserted, so that a byte may be missing there. ``options`` are the bytes that may stand at an offset
    where the reading leaves a choice, ``halves`` the offsets of first bytes that only the reading told, ``heard`` the
    readings of characters of which nothing is left, by the offset of the byte UNKNOWN that stands for them. ``fits``
    are the readings and how each fits; one that repeats the reading before it is not among them.
    """

    data: bytearray = field(default_factory=bytearray)
    origins: list[int] = field(default_factory=list)
    options: dict[int, bytes] = field(default_factory=dict)
    torn: set[int] = field(default_factory=set)
    halves: set[int] = field(default_factory=set)
    fits: list[tuple[re.Match[str], Fit]] = field(default_factory=list)
    heard: dict[int, str] = field(default_factory=dict)
    foreign: dict[int, str] = field(default_factory=dict)

    def append(self, byte: int, origin: int) -> None:
        """Append a byte, which comes from ``origin`` of the damaged text."""
        self.data.append(byte)
        self.origins.append(origin)

    def write(self, text: str, origin: int) -> None:
        """Append the bytes of ``text``, which stands at ``origin`` of the damaged text."""
        with suppress(UnicodeEncodeError):
            data = text.encode("gbk")
            origins = [number for number, character in enumerate(text, origin) for _ in range(1 + (character > "\x7f"))]
            if len(data) == len(origins) and FOREIGN not in data:
                self.data += data
                self.origins += origins
                return
        for number, character in enumerate(text, start=origin):
            data = encoded(character)
            if not data or data[0] == FOREIGN:
                self.foreign[len(self.data)] = character
                data = bytes((FOREIGN,))
            self.data += data
            self.origins += [number] * len(data)


@cache
def encoded(character: str) -> bytes:
    """The bytes of a character in GBK, its private use included; none where GBK has no such character."""
    if character == "\ufffd":
        return bytes((UNKNOWN,))
    data = character.encode("gbk", "ignore")
    if not data and "\ue000" <= character <= "\uf8ff":
        data = character.encode("gb18030")
    return data if len(data) <= 2 else b""


def in_round_brackets(text: str) -> str:
    """``text`` with the readings that stand in other brackets in these; nothing moves.

    >>> in_round_brackets("國（guó）慶[qìng]們（men）（WTO）")
    '國(guó)慶(qìng)們(men)（WTO）'
    """

    def written(found: re.Match[str]) -> str:
        before = encoded(found.string[found.start() - 1]) if found.start() else b""
        spelled = normal(found[1])
        fits = spelled in script.read_aloud() and (not spelled.isascii() or before in script.pairs_read(spelled))
        return f"({found[1]}{found[2]})" if fits else found[0]

    return OTHERWISE.sub(written, text)


def marks(text: str) -> Iterator[re.Match[str]]:
    """The readings in ``text``: ``(guó)``, and ``guó)`` where a mark stands for the bracket that was swallowed."""
    behind = 0
    for end in ENDS.finditer(text):
        found = READING.search(text, max(behind, end.end() - LONGEST), end.end())
        behind = end.end()
        if not found:
            continue
        before = text[found.start() - 1 : found.start()] if found.start() else ""
        spelled = normal(found["syllable"])
        if (found["bracket"] or before in ("?", "\ufffd")) and spelled in script.read_aloud():
            yield found


def normal(syllable: str) -> str:
    """The syllable as the tables spell it.

    >>> normal("ɡuó"), normal("Chan")
    ('guó', 'chan')
    """
    return syllable.lower().replace("ɡ", "g")


def are_toned(text: str) -> bool:
    """Whether most readings of ``text`` have tone marks, so that ``(a)`` or ``(he)`` is none of them."""
    toneless = [normal(found["syllable"]).isascii() for found in marks(text)]
    return 2 * sum(toneless) < len(toneless)


@lru_cache(REMEMBERED)
def take_out(text: str, toned: bool) -> Stream:
    """The bytes of ``text`` without the readings and what else was inserted.

    Where the readings are ``toned``, one without a tone mark is taken for a reading only where it fits.

    >>> bytes(take_out("法制日?qǐng)?bào)", toned=True).data).decode("gbk")
    '法制日報'
    """
    stream = Stream()
    position = 0
    last: tuple[int, str] | None = None
    for found in marks(text):
        syllable = normal(found["syllable"])
        _write_plain(stream, text[position : found.start()], position)
        position = found.start()
        if toned and syllable.isascii() and bytes(stream.data[-2:]) not in script.pairs_read(syllable):
            continue
        if last != (found.start(), syllable):
            whole = bool(found["bracket"]) and (last is None or last[0] != found.start())
            stream.fits.append((found, _settle(stream, syllable, found.start(), whole=whole)))
        position = found.end()
        last = position, syllable
    _write_plain(stream, text[position:], position)
    return stream


def _write_plain(stream: Stream, text: str, origin: int) -> None:
    position = 0
    for junk in JUNK.finditer(text):
        stream.write(text[position : junk.start()], origin + position)
        stream.torn.add(len(stream.data))
        position = junk.end()
    stream.write(text[position:], origin + position)


def _settle(stream: Stream, syllable: str, origin: int, *, whole: bool) -> Fit:
    """Complete the character that ``syllable`` reads, where its last byte is gone; how ``syllable`` fits.

    With ``whole`` the two bytes before may be that character as they stand. Not so where the bracket was swallowed,
    nor right after another reading.
    """
    pairs = script.pairs_read(syllable)
    data = stream.data
    if whole and bytes(data[-2:]) in pairs:
        return Fit.CHARACTER if stream.origins[-2] == stream.origins[-1] else Fit.HALVES
    if _choose(stream, pairs, syllable, whole=whole):
        return Fit.HALVES
    marked = bool(data) and data[-1] in (UNKNOWN, ord("?"))
    rest = bytes(data[:-1] if marked else data)[-1:]
    if trails := likeliest_trails(rest, syllable):
        if marked:
            del data[-1:], stream.origins[-1:]
        if len(trails) > 1:
            stream.options[len(data)] = trails
        stream.append(trails[0], origin)
        return Fit.HALVES
    in_a_word = data[-2:-1].isalpha()  # Monat(e)
    if not (marked or in_a_word) and (leads := likeliest_leads(rest, syllable)):
        place = len(data) - 1
        data.insert(place, leads[0])
        stream.origins.append(stream.origins[-1])
        stream.halves.add(place)
        if len(leads) > 1:
            stream.options[place] = leads
        return Fit.HALVES
    if marked:
        del data[-1:], stream.origins[-1:]
    stream.heard[len(data)] = syllable
    stream.append(UNKNOWN, origin)
    return Fit.NOTHING


def _choose(stream: Stream, pairs: frozenset[bytes], syllable: str, *, whole: bool) -> bool:
    """Where the byte before has options, take the one that ``syllable`` can follow; whether that settles it."""
    data = stream.data
    marked = bool(data) and data[-1] in (UNKNOWN, ord("?"))
    place = len(data) - 1 - marked
    for option in stream.options.get(place - 1, b"") if not marked else b"":
        if bytes((option, data[place])) in pairs:
            data[place - 1] = option
            return True
    for option in stream.options.get(place, b""):
        if whole and not marked and bytes((data[place - 1], option)) in pairs:
            data[place] = option
            return True
        if likeliest_trails(bytes((option,)), syllable):
            data[place] = option
            break
    return False


@cache
def likeliest(syllable: str) -> tuple[bytes, ...]:
    """The pairs of bytes of the converted characters that are read ``syllable``, the most frequent first."""
    pairs = script.pairs_read(syllable)
    return tuple(pair for character in script.simplified() if (pair := character.encode("gbk")) in pairs)


@cache
def likeliest_trails(lead: bytes, syllable: str) -> bytes:
    """The bytes that complete ``lead`` to a converted character read ``syllable``.

    >>> likeliest_trails("請".encode("gbk")[:1], "qǐng") == "請".encode("gbk")[1:]
    True
    """
    return bytes(pair[1] for pair in likeliest(syllable) if pair[:1] == lead and pair[1] >= 0x80)


@cache
def likeliest_leads(trail: bytes, syllable: str) -> bytes:
    """The bytes after which the letter ``trail`` is a converted character read ``syllable``.

    >>> "無".encode("gbk")[0] in likeliest_leads("無".encode("gbk")[1:], "wú")
    True
    """
    return bytes(pair[0] for pair in likeliest(syllable) if pair[1:] == trail and pair[1] < 0x80)
