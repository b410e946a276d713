"""Bytes read one by one, with a table of 256 characters: every byte became a character and can be written back."""

import re
from functools import cache, lru_cache

REMEMBERED = 32  # texts and tables: every channel of single bytes asks for the same ones
HOLES = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # undefined in windows-1252; browsers make C1 controls of them
NO_BYTE = "\uffff"


def table(codec: str) -> str:
    """What ``codec`` reads each byte as. As in browsers, no byte is an error: holes are C1 controls.

    >>> table("cp1252")[0x80:0x82]
    '€\\x81'
    """
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in range(256))


LATIN_1 = table("latin-1")
WINDOWS_1252 = table("cp1252")
WESTERN = (LATIN_1, WINDOWS_1252, table("cp1254"))  # Turkish has six letters of its own
"""No character stands for one byte here and for another there, so that all are written back at once."""

OTHERS = {
    "iso-8859-15": "iso8859-15",
    "iso-8859-2": "iso8859-2",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "koi8-r": "koi8-r",
    "macintosh": "mac_roman",
    "ibm437": "cp437",
    "ibm850": "cp850",
}
"""Python's codecs of tables that take stronger proof: nearly any table makes something of some of the letters."""


def read(data: bytes, wrong: str) -> str:
    """``data`` read with the table ``wrong``."""
    return "".join([wrong[byte] for byte in data])


@lru_cache(REMEMBERED)
def as_bytes(text: str, tables: tuple[str, ...] = WESTERN) -> str:
    """``text`` with each character that one of ``tables`` has for a byte as U+0000 to U+00FF; others stay.

    >>> as_bytes("€中")
    '\\x80中'
    """
    found, to_byte = _unlike(tables)
    return found.sub(lambda found: to_byte[found[0]], text)


def has_own(text: str, tables: tuple[str, ...]) -> bool:
    """Whether anything in ``text`` is another byte in ``tables`` than in the Western ones, or only there."""
    return bool(_own(tables).search(text))


@cache
def _own(tables: tuple[str, ...]) -> re.Pattern[str]:
    western, to_byte = _unlike(WESTERN)[1], _unlike(tables)[1]
    own = [one for one, byte in to_byte.items() if byte not in (NO_BYTE, western.get(one, one))]
    return re.compile(f"[{''.join(map(re.escape, own))}]")


@cache
def _unlike(tables: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """The characters that are not the byte of their own number, and what byte each is."""
    to_byte = {one[byte]: chr(byte) for one in tables for byte in range(0x80, 0x100)}
    bare = {chr(number): NO_BYTE for number in range(0x80, 0x100)} | to_byte
    unlike = {character: byte for character, byte in bare.items() if character != byte}
    return re.compile(f"[{''.join(map(re.escape, unlike))}]"), unlike
