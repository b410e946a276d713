"""Inputs in portions that can be handed on and read elsewhere: who deals them out need not do that work.

A portion is something to iterate over, which gives pages as ``scraper.inputs.pages`` does. What can be read in one way
alone comes as the pages themselves.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from scraper.inputs import jsonl, parquet
from scraper.inputs.members import Members, split, splittable
from scraper.inputs.opening import opened, plain
from scraper.inputs.reading import CONTENT_TYPES, broken, kind_of, pages, records, to_break
from scraper.inputs.record import Fields, Meter
from scraper.inputs.sources import Source
from scraper.model import Page, Rejected

T = TypeVar("T")
BYTES, RECORDS = 1 << 19, 32
"""As much as is worth a message: few enough that nobody waits long for the last portion."""


@dataclass(frozen=True, slots=True)
class Files:
    """Files that are one page each, or missing."""

    sources: tuple[Source, ...]
    fields: Fields

    def __iter__(self) -> Iterator[Page | Rejected]:
        return pages(self.sources, self.fields)


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of the JSONL file ``name``, numbered from ``first``."""

    name: str
    first: int
    lines: tuple[bytes | str, ...]
    fields: Fields

    def __iter__(self) -> Iterator[Page | Rejected]:
        found = jsonl.records_of(enumerate(self.lines, self.first), self.name, self.fields)
        return to_break(f"{self.name}:{self.first}", found)


Portion = list[Page | Rejected] | Files | Lines | Members


def portions(found: Sequence[Source], fields: Fields, meter: Meter) -> Iterator[Portion]:
    """As ``pages``, in portions."""
    for whole, group in groupby(found, lambda source: source.kind in CONTENT_TYPES or source.kind == "missing"):
        if whole:
            yield from _files(group, fields, meter)
            continue
        for source in group:
            try:
                yield from _of_one(source, fields, meter)
            except Exception as error:
                yield [broken(source.name, error)]
            meter.done, meter.file = meter.done + source.size, None


def _of_one(source: Source, fields: Fields, meter: Meter) -> Iterator[Portion]:
    if source.kind == "parquet":
        yield from batched(parquet.records(source.name, fields), _size)
        return
    with opened(source.name) as file:
        meter.file = file
        kind = kind_of(file, source)
        if kind == "warc" and splittable(file, source):
            yield from split(file, source.name, fields)
        elif kind == "jsonl":
            yield from _lines(jsonl.lines(plain(file)), source.name, fields)
        else:
            yield from batched(records(file, source, fields), _size)


def _files(found: Iterable[Source], fields: Fields, meter: Meter) -> Iterator[Files]:
    for sources in batched(found, lambda source: source.size):
        yield Files(tuple(sources), fields)
        meter.done += sum(source.size for source in sources)


def _lines(lines: Iterable[bytes | str], name: str, fields: Fields) -> Iterator[Lines]:
    first = 1
    for some in batched(lines, len):
        yield Lines(name, first, tuple(some), fields)
        first += len(some)


def _size(page: Page | Rejected) -> int:
    return 0 if isinstance(page, Rejected) else len(page.body)


def batched(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """Items in batches that are worth a message."""
    batch: list[T] = []
    total = 0
    try:
        for item in items:
            batch.append(item)
            total += size(item)
            if total >= BYTES or len(batch) >= RECORDS:
                yield batch
                batch, total = [], 0
    except Exception:
        if batch:  # what came before the break
            yield batch
        raise
    if batch:
        yield batch
