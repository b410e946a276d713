"""Whether bytes are a picture, an archive or a document rather than text."""

from scraper.decoding.utf16 import certainly_utf16, possibly_utf16

WINDOW = 1 << 13
CONTROLS = 0.09  # share of control characters: noise has 0.11, pictures and programs more, damaged text less

MAGIC = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"PK\x03\x04",  # ZIP and the office formats
    b"\x1f\x8b\x08",  # gzip
    *(b"BZh%d1AY" % level for level in range(1, 10)),
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",  # Zstandard
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # old office formats
    b"\x00\x00\x01\x00",  # icon
    b"wOFF",
    b"wOF2",
    b"OggS",
    b"ID3\x02",
    b"ID3\x03",
    b"ID3\x04",
    b"fLaC",
    b"FLV\x01",
    b"\x7fELF",
    b"MZ\x90\x00",
    b"SQLite format 3\x00",
)
CONTAINERS = ((4, b"ftyp"), (8, b"WEBP"), (8, b"WAVEfmt"), (8, b"AVI "))  # (offset, bytes): MP4 and HEIC, RIFF

_CONTROL = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])


def looks_binary(body: bytes) -> bool:
    """Whether ``body`` is no text in any encoding: it begins like a binary format, or is full of control characters.

    UTF-16 of ASCII or Chinese is text; short UTF-16 of other languages may be taken for binary. Reads the first 8 KB.

    >>> looks_binary(b"%PDF-1.4 ..."), looks_binary("新闻".encode("utf-16-le")), looks_binary(b"")
    (True, False, False)
    """
    return has_magic(body) or has_controls(body)


def has_magic(body: bytes) -> bool:
    """Whether ``body`` begins like a known binary format."""
    return body.startswith(MAGIC) or any(body.startswith(magic, offset) for offset, magic in CONTAINERS)


def has_controls(body: bytes) -> bool:
    """Whether ``body`` is full of control characters, and not because it is UTF-16."""
    window = body[:WINDOW]
    controls = len(window) - len(window.translate(None, _CONTROL))
    return controls > CONTROLS * len(window) and not certainly_utf16(body) and not possibly_utf16(body)
