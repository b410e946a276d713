"""Bytes read one by one, as Latin-1 or windows-1252: every byte became a character and can be written back."""

import re
from functools import lru_cache

REMEMBERED = 8  # texts: every channel of single bytes asks for the same one
HOLES = (0x81, 0x8D, 0x8F, 0x90, 0x9D)  # undefined in windows-1252; browsers make C1 controls of them
WINDOWS_1252 = "".join(chr(byte) if byte in HOLES else bytes([byte]).decode("cp1252") for byte in range(256))
TO_BYTE = {character: chr(byte) for byte, character in enumerate(WINDOWS_1252) if character > "\xff"}
_BEYOND_LATIN_1 = re.compile(f"[{''.join(TO_BYTE)}]")


def read_latin_1(data: bytes) -> str:
    """ISO-8859-1 as it was before browsers took it for windows-1252."""
    return data.decode("latin-1")


def read_windows_1252(data: bytes) -> str:
    """windows-1252 as browsers read it: no byte is an error.

    >>> read_windows_1252(bytes([0x80, 0x81]))
    '€\\x81'
    """
    return "".join(WINDOWS_1252[byte] for byte in data)


@lru_cache(REMEMBERED)
def as_bytes(text: str) -> str:
    """``text`` with each character that stands for a byte, in either reading, as U+0000 to U+00FF; others stay.

    >>> as_bytes("€中")
    '\\x80中'
    """
    return _BEYOND_LATIN_1.sub(lambda found: TO_BYTE[found[0]], text)
