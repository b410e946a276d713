"""What a spider pool does to a stolen article, step by step, each step on bytes as the pools do it.

Simplified characters become Traditional one by one. In the GBK bytes, a reading is inserted after every occurrence of
the two bytes of certain characters, also where they are the end of one character and the beginning of the next;
likewise control characters before punctuation. Bytes get lost. Then the bytes are read as GBK again, and pairs that are
no character, or a byte left alone, vanish or become something else.
"""

import re
from dataclasses import dataclass
from random import Random
from typing import Literal

from scraper.mojibake.channels.spider_pool import script

FULL_STOP = "。".encode("gbk")
MARKS = tuple(mark.encode("gbk") for mark in "，。、；：？！")
HALF_WIDTH = str.maketrans("，！：；？（）", ",!:;?()")
FORMATS = ("({})", "({})", "({})", "({} )", "({0})({0})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one pool works. ``annotated`` are the characters that get readings, ``form`` how a reading is written.

    ``alone`` is what a byte left alone becomes: ``swallow`` a ``?`` together with the byte after it, or a ``?``, a
    U+FFFD, or nothing. ``undefined`` is what a pair without a character becomes: nothing, or a private-use character;
    or its ``first`` byte is taken for one left alone. ``lost`` is what stands for the byte lost at every second full
    stop: nothing, ``?``, or None where none is lost.
    """

    variant: int = 0
    annotated: frozenset[str] = frozenset()
    form: str = "({})"
    toned: bool = True
    capital: bool = False
    controls: float = 0.0
    lost: Literal["", "?"] | None = None
    alone: Literal["swallow", "?", "\ufffd", ""] = "swallow"
    undefined: Literal["vanish", "private", "first"] = "vanish"
    half_width: bool = False


def random_habits(rng: Random) -> Habits:
    """The habits of some pool that inserts readings with tone marks."""
    vocabulary = list(script.simplified())
    size = int(len(vocabulary) * rng.choice((0.05, 0.1, 0.2, 0.4, 1.0)))
    annotated = vocabulary[:size] if rng.random() < 0.5 else rng.sample(vocabulary[: 2 * size], size)
    return Habits(
        variant=rng.randrange(2),
        annotated=frozenset(annotated),
        form=rng.choice(FORMATS),
        controls=rng.choice((0.0, 0.0, 0.5)),
        lost=rng.choice((None, None, "", "?")),
        alone=rng.choice(("swallow", "?", "\ufffd", "")),
        undefined=rng.choice(("vanish", "private", "first")),
        half_width=rng.random() < 0.3,
    )


def damage(text: str, habits: Habits, rng: Random) -> str:
    """``text`` after a pool with these habits; characters outside GBK are dropped first."""
    written = {s: t[min(habits.variant, len(t) - 1)] for s, t in script.traditional().items()}
    data = text.translate({ord(s): t for s, t in written.items()}).encode("gbk", "ignore")
    for character in rng.sample(sorted(habits.annotated), len(habits.annotated)):
        pair = character.encode("gbk")
        if pair in data:
            data = data.replace(pair, pair + _reading(character, habits).encode("gbk"))
    if habits.controls:
        data = re.sub(b"|".join(MARKS), lambda mark: _controls(habits.controls, rng) + mark[0], data)
    if habits.lost is not None:
        parts = data.split(FULL_STOP)
        ends = [FULL_STOP, habits.lost.encode() + FULL_STOP[1:]]
        data = b"".join(part + ends[number % 2] for number, part in enumerate(parts[:-1])) + parts[-1]
    read = _read(data, habits)
    return read.translate(HALF_WIDTH) if habits.half_width else read


def _reading(character: str, habits: Habits) -> str:
    syllable = script.readings()[character][0]
    if not habits.toned:
        syllable = script.toneless(syllable)
    return habits.form.format(syllable.capitalize() if habits.capital else syllable)


def _controls(share: float, rng: Random) -> bytes:
    return bytes(rng.choices(range(5, 9), k=rng.randint(1, 5))) if rng.random() < share else b""


def _read(data: bytes, habits: Habits) -> str:
    out: list[str] = []
    position = 0
    while position < len(data):
        pair = data[position : position + 2]
        if pair[0] < 0x80:
            out.append(chr(pair[0]))
            position += 1
        elif len(pair) == 2 and (0x40 <= pair[1] < 0x7F or 0x80 <= pair[1] < 0xFF):
            character = _character(pair, habits)
            out.append(character if character is not None else habits.alone.replace("swallow", "?"))
            position += 2 if character is not None else 1
        else:
            out.append("?" if habits.alone == "swallow" else habits.alone)
            position += 1 + (habits.alone == "swallow")
    return "".join(out)


def _character(pair: bytes, habits: Habits) -> str | None:
    """The character of a pair; "" where it vanishes, None where only its first byte does."""
    try:
        return pair.decode("gbk")
    except UnicodeDecodeError:
        if habits.undefined == "first":
            return None
        private = pair.decode("gb18030", "ignore")
        return private if habits.undefined == "private" and "\ue000" <= private <= "\uf8ff" else ""
