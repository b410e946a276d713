"""A whole body in the encoding that was decided, also where bytes are damaged or another encoding begins.

Bytes below 0x30 and from 0x3A to 0x3F are no part of a longer character in any encoding of the web. They cut the body into
stretches that can be read each by itself, so that damage in one does not spoil the next.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from scraper import language_model
from scraper.decoding import lattice
from scraper.decoding.big5 import REPLACEMENT
from scraper.decoding.encodings import MULTI_BYTE, read, read_strictly

STRETCH = re.compile(rb"[\x80-\xff][^\x00-\x2f\x3a-\x3f]*")
BLOCK = re.compile(rb"[\x00-\xff]{1,4096}[^\x00-\x2f\x3a-\x3f]*")

SLICE = 1024  # bytes given to the lattice at once
TAIL = 16  # of these, the last are read again with what follows them
BUDGET = 1 << 18  # bytes that the lattice reads in one body; the rest is read by the codec
FAMILIES = {"utf-8": ("gb18030", "big5"), "gb18030": ("utf-8",), "big5": ("utf-8",)}


RUN = 4
_LEAD = np.zeros(256, np.bool_)
_LEAD[[*range(0xE3, 0xEA), 0xEF]] = True
_TRAIL = np.zeros(256, np.bool_)
_TRAIL[0x80:0xC0] = True


@dataclass
class Body:
    """The text of a body while it is read: ``bad`` counts what was given up, ``others`` the characters of each other encoding."""

    parts: list[str] = field(default_factory=list)
    bad: int = 0
    others: Counter[str] = field(default_factory=Counter)
    budget: int = BUDGET

    @property
    def text(self) -> str:
        return "".join(self.parts)


def read_body(body: bytes, name: str) -> Body:
    """Read ``body``, which is mostly in the encoding ``name``."""
    result = Body()
    if name not in MULTI_BYTE:
        text = read(body, name)
        return Body([text], text.count(REPLACEMENT))
    if _plain(body, name, result):
        return result
    for block in BLOCK.findall(body):
        if not _plain(block, name, result):
            _read_block(block, name, result)
    return result


def utf8_runs(data: bytes) -> bool:
    """Whether there are ``RUN`` Chinese characters of UTF-8 in a row: rare in GBK and Big5 by accident.

    >>> utf8_runs("简体中文".encode()), utf8_runs("简体中文".encode("gbk"))
    (True, False)
    """
    values = np.frombuffer(data, np.uint8)
    leads = np.flatnonzero(_LEAD[values])
    leads = leads[leads < len(values) - 3 * RUN + 1]
    for character in range(RUN):
        at = leads + 3 * character
        leads = leads[_LEAD[values[at]] & _TRAIL[values[at + 1]] & _TRAIL[values[at + 2]]]
    return len(leads) > 0


def _plain(data: bytes, name: str, result: Body) -> bool:
    """Read ``data`` at the codec's speed if nothing in it looks damaged or mixed."""
    if name in FAMILIES and name != "utf-8" and utf8_runs(data):
        return False
    if (text := read_strictly(data, name)) is None:
        return False
    result.parts.append(text)
    return True


def _read_block(block: bytes, name: str, result: Body) -> None:
    at = 0
    for match in STRETCH.finditer(block):
        result.parts.append(block[at : match.start()].decode("ascii"))
        at = match.end()
        if not _plain(match[0], name, result):
            _read_stretch(match[0], name, result)
    result.parts.append(block[at:].decode("ascii"))


def _read_stretch(data: bytes, name: str, result: Body) -> None:
    names = (name, *_other(data, name))
    at = 0
    while at < len(data):
        part = data[at : at + SLICE]
        result.budget -= len(part)
        if result.budget < 0:
            text = read(data[at:], name)
            result.parts.append(text)
            result.bad += text.count(REPLACEMENT)
            return
        last = at + SLICE >= len(data)
        for token in _until(lattice.best(part, names).tokens, len(part) if last else len(part) - TAIL):
            at += token.size
            result.parts.append(token.text)
            result.bad += token.bad
            if token.encoding != name and not token.text.isascii():
                result.others[token.encoding] += 1


def _until(tokens: tuple[lattice.Token, ...], end: int) -> Iterator[lattice.Token]:
    done = 0
    for token in tokens:
        if done >= end:
            return
        done += token.size
        yield token


def _other(data: bytes, name: str) -> tuple[str, ...]:
    """The one encoding that may be mixed with ``name`` here."""
    candidates = FAMILIES.get(name, ())
    if len(candidates) < 2:
        return candidates
    model = language_model.load()
    costs = {other: int(model.costs(read(data[:SLICE], other)).sum()) for other in candidates}
    return (min(costs, key=lambda other: costs[other]),)
