"""The encodings of the WHATWG standard by name and label, and reading bytes in one of them.

The table is ``data/encodings/labels.json``: the standard's labels, and the names that chardet and Python use besides.
"""

import json
import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from scraper import tables
from scraper.decoding.big5 import CP950, ETEN, REPLACEMENT, read_big5

BIG5 = frozenset({ETEN, CP950})
MULTI_BYTE = BIG5 | {"utf-8", "gb18030", "shift_jis", "euc-jp", "euc-kr"}
UTF16 = frozenset({"utf-16le", "utf-16be"})
_PRIVATE = re.compile("[\ue78d-\ue864]")
ESCAPED = frozenset({"hz-gb-2312", "iso-2022-jp"})


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding: its WHATWG name, Python's codec for it, and the labels that mean it."""

    name: str
    codec: str
    labels: tuple[str, ...]


@cache
def encodings() -> dict[str, Encoding]:
    """All encodings that can be named, by WHATWG name."""
    rows = json.loads(tables.path("encodings", "labels.json").read_text("utf-8"))
    return {row["name"]: Encoding(row["name"], row["codec"], tuple(row["labels"])) for row in rows}


@cache
def _names() -> dict[str, str]:
    return {label: encoding.name for encoding in encodings().values() for label in encoding.labels}


def name_of(label: str) -> str | None:
    """The WHATWG name that a label means, or None.

    >>> name_of("GB2312"), name_of(" iso-8859-1 "), name_of("x-user")
    ('gb18030', 'windows-1252', None)
    """
    return _names().get(label.strip().lower())


def read(body: bytes, name: str) -> str:
    """``body`` in the encoding ``name``, with U+FFFD where a byte has no reading.

    Two encodings are read better than Python's codec does: gb18030 gives the characters of the standard's newer
    editions instead of private-use code points, and big5 knows Hong Kong's characters.

    >>> read(bytes.fromhex("A6D9"), "gb18030") == chr(0xFE10)
    True
    """
    if name in BIG5:
        return read_big5(body, name)
    text = body.decode(encodings()[name].codec, "replace")
    if name == "gb18030" and _has_private(text):
        standardised = _standardised()
        return _PRIVATE.sub(lambda found: standardised.get(found[0], found[0]), text)
    return text


def read_strictly(body: bytes, name: str) -> str | None:
    """As ``read``, but None where a byte has no reading."""
    if name == "utf-8":
        try:
            return body.decode()
        except UnicodeDecodeError:
            return None
    text = read(body, name)
    return None if REPLACEMENT in text and not _holds_replacement(body, name) else text


def _holds_replacement(body: bytes, name: str) -> bool:
    """Whether the replacement character is in the bytes, as in gb18030 and UTF-16 it can be, and is no damage."""
    if name in BIG5:
        return False
    try:
        body.decode(encodings()[name].codec)
    except UnicodeDecodeError:
        return False
    return True


def _has_private(text: str) -> bool:
    units = np.frombuffer(text.encode("utf-16-le", "replace"), np.uint16)
    return bool((units - np.uint16(0xE000) < 0x1900).any())


@cache
def _standardised() -> dict[str, str]:
    """Private-use characters of GB 18030-2000 and what the editions of 2005 and 2022 have in their places."""
    rows = json.loads(tables.path("encodings", "gb18030-private.json").read_text("utf-8"))
    return {chr(int(row["private"][2:], 16)): row["character"] for row in rows}
