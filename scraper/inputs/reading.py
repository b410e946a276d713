"""Sources to pages, by kind."""

from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from typing import IO

from scraper.inputs import jsonl, parquet, warc
from scraper.inputs.opening import opened, plain, reason, sniffed
from scraper.inputs.record import MAX_PAGE, Fields, Meter, sized, unreadable
from scraper.inputs.runs import Cut
from scraper.inputs.sources import Source
from scraper.model import Page, Rejected

CONTENT_TYPES = {"html": "text/html", "text": "text/plain"}
PACKED = (
    (0, b"PK\x03\x04", "ZIP"),
    (4, b"1AY&SY", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "RAR"),
    (257, b"ustar", "tar"),
)
"""What pages may be packed in that is not undone here: where its magic bytes stand, these, its name."""


def pages(
    found: Sequence[Source], fields: Fields | None = None, meter: Meter | None = None
) -> Iterator[Page | Rejected]:
    """The pages of all sources in order; a record that cannot be read is a ``Rejected`` that names it.

    A file that breaks off in the middle gives the records before the break, and one ``Rejected`` for the rest.
    """
    fields, meter = fields or Fields(), meter or Meter()
    for source in found:
        yield from to_break(source.name, _records(source, fields, meter))
        meter.done, meter.file = meter.done + source.size, None


def to_break(name: str, found: Iterable[Page | Rejected]) -> Iterator[Page | Rejected]:
    """Records up to where reading them fails, in whatever way, and what is said of the rest. Raises ``Cut`` alone."""
    try:
        yield from found
    except Cut:
        raise
    except Exception as error:
        yield broken(name, error)


def broken(name: str, error: Exception) -> Rejected:
    """What is said of the rest of a file that breaks off."""
    return unreadable(name, f"cannot be read: {reason(error)}")


def _records(source: Source, fields: Fields, meter: Meter) -> Iterator[Page | Rejected]:
    if source.kind == "missing":
        yield unreadable(source.name, source.problem)
    elif source.kind == "parquet":
        yield from parquet.records(source.name, fields)
    else:
        with opened(source.name) as file:
            meter.file = file
            yield from records(file, source, fields)


def records(file: BufferedReader, source: Source, fields: Fields) -> Iterator[Page | Rejected]:
    """The records of one open file, which may lie anywhere; Parquet, which is not read from its start, apart.

    Raises, among others, one of ``opening.BROKEN`` where the file breaks off.
    """
    kind = kind_of(file, source)
    if kind == "warc":
        yield from warc.records(file, source.name, fields)
    elif kind == "jsonl":
        yield from jsonl.records(plain(file), source.name, fields)
    else:
        yield _whole(plain(file), source.name, kind, fields)


def kind_of(file: BufferedReader, source: Source) -> str:
    """What an open file holds: warc, jsonl, html, text or page."""
    return sniffed(file) if source.kind == "page" else source.kind


def _whole(file: IO[bytes], name: str, kind: str, fields: Fields) -> Page | Rejected:
    """A file that is one page."""
    body = file.read(MAX_PAGE + 1)
    for offset, magic, packed in PACKED:
        if body.startswith(magic, offset):
            return unreadable(name, f"packed with {packed}: unpack it first")
    return sized(
        Page(url=None, body=body, content_type=CONTENT_TYPES.get(kind), input=name, extra=fields.extra({}, name))
    )
