"""Sources to pages, by kind."""

import re
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
NO_PAGE = (
    (0, re.compile(rb"PK\x03\x04"), "packed with ZIP: unpack it first"),
    (4, re.compile(rb"1AY&SY"), "packed with bzip2: unpack it first"),
    (0, re.compile(rb"\xfd7zXZ\0"), "packed with xz: unpack it first"),
    (0, re.compile(rb"7z\xbc\xaf\x27\x1c"), "packed with 7z: unpack it first"),
    (0, re.compile(rb"Rar!\x1a\x07"), "packed with RAR: unpack it first"),
    (257, re.compile(rb"ustar"), "packed with tar: unpack it first"),
    (0, re.compile(rb"filedesc:"), "an ARC file: make it WARC first (warcio recompress)"),
    (0, re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*\{\s*"'), "a JSON array: write each item as a line first (jq -c '.[]')"),
    (0, re.compile(rb"WARC/\d"), "a WARC archive: give it a name that ends in .warc"),
    (0, re.compile(rb"PAR1"), "Parquet: give it a name that ends in .parquet"),
    (
        0,
        re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"[^\n]*\}[ \t\r]*\n\s*\{\s*"'),
        "lines of JSON: give it a name that ends in .jsonl",
    ),
)
"""What may hold many pages and is not read here, or not under a page's name: where its first bytes stand, these, what
to do with it.
"""


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
    for offset, start, advice in NO_PAGE:
        if start.match(body, offset):
            return unreadable(name, advice)
    return sized(
        Page(url=None, body=body, content_type=CONTENT_TYPES.get(kind), input=name, extra=fields.extra({}, name))
    )
