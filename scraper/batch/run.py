"""One run: inputs to an export."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from scraper import parquet
from scraper.batch.chunks import Chunk, Unread, after, chunked
from scraper.batch.deduplication import Deduplication
from scraper.batch.entries import Entries, Entry
from scraper.batch.joining import Joining
from scraper.batch.outputs import STANDARD_OUTPUT, OutputError, Tell, is_stream, opened
from scraper.batch.workers import Clean, clean_one, worked
from scraper.export import beside
from scraper.inputs import Fields, Meter, Source, pages, sources
from scraper.inputs.portions import portions
from scraper.inputs.sources import STANDARD_INPUT
from scraper.model import Page, Rejected
from scraper.schema import SCHEMA_VERSION, cleaner_version


class NoInput(Exception):
    """Nothing among the inputs can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run does. Runs with equal settings over the same files write the same bytes."""

    inputs: tuple[str, ...]
    output: str
    rejects: str | None = None
    """None: beside the output, or nowhere where that is a stream."""
    steps: str | None = None
    fields: Fields = field(default_factory=Fields)
    parquet: bool = False
    """Write the articles as Parquet as well, beside the output."""
    join: bool = False
    """Join articles in several pages where the inputs hold them all (``scraper.batch.joining``)."""
    duplicates: Literal["keep", "mark", "drop"] = "keep"
    against: tuple[str, ...] = ()
    """Earlier exports in which duplicates are looked for as well."""
    workers: int = 1

    def targets(self) -> dict[str, str]:
        """The files to write, by what they hold."""
        beside_output = None if is_stream(self.output) else str(beside(Path(self.output), "rejects.jsonl"))
        named = {"articles": self.output, "rejects": self.rejects or beside_output, "steps": self.steps}
        return {name: target for name, target in named.items() if target is not None}

    def parquet_file(self) -> Path | None:
        """The Parquet file to write, if any. Raises OutputError where it cannot be written."""
        if not self.parquet:
            return None
        if not parquet.available():
            raise OutputError("--parquet needs pyarrow: pip install 'zhengwen[parquet]'")
        if is_stream(self.output):
            raise OutputError("--parquet writes beside the output: name a file with -o")
        return beside(Path(self.output), "parquet")

    def described(self) -> dict[str, object]:
        """The settings that decide what is written, for the manifest."""
        return {
            "inputs": self.inputs,
            "fields": asdict(self.fields),
            "join": self.join,
            "duplicates": self.duplicates,
            "against": self.against,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended."""

    records: int
    articles: int
    failed: int
    rejects: dict[str, int]
    resumed_at: int


Watch = Callable[[Entry, int, int], None]
"""Told of what each record has added, and of the bytes of input that were read, of how many."""


def run(
    settings: Settings,
    watch: Watch = lambda entry, done, total: None,
    clean: Clean = clean_one,
    tell: Tell = lambda message: None,
) -> Summary:
    """Clean all inputs into the output; ``clean`` is what is done with a record, by default the recipe.

    ``tell`` is told where a run that was stopped cannot go on.

    Raises NoInput and OutputError before anything is written, ``scraper.export.Locked`` where another run writes the
    same files, OSError where a disk is full; then, and where it is interrupted, whole lines stay and a run with the
    same settings goes on.
    """
    targets, parquet_file = settings.targets(), settings.parquet_file()
    found = _found(settings, [*targets.values(), *([str(parquet_file)] if parquet_file else [])])
    once = [source.called for source in found if source.once]
    if settings.join and once:
        raise NoInput(f"--join reads its inputs more than once, and {once[0]} can be read only once: name a file")
    total = sum(source.size for source in found)
    with opened(targets, _key(settings, found), not once, partial(_deduplication, settings), tell) as outputs:
        resumed_at = outputs.records
        meter = Meter()
        chunks = after(resumed_at, _chunks(settings, found, meter, clean))
        work = Entries(clean, steps="steps" in targets, signed=outputs.duplicates is not None)
        with closing(worked(chunks, settings.workers, work)) as entries:
            for entry in entries:
                watch(outputs.add(entry), meter.bytes, total)
        outputs.finish(settings.described(), parquet_file)
    return Summary(
        records=outputs.records,
        articles=outputs.files["articles"].tally.count,
        failed=outputs.failed,
        rejects=outputs.reasons,
        resumed_at=resumed_at,
    )


def _deduplication(settings: Settings, resumed_at: int) -> Deduplication | None:
    if settings.duplicates == "keep":
        return None
    path = None if is_stream(settings.output) else beside(Path(settings.output), "duplicates.sqlite")
    try:
        return Deduplication(path, drop=settings.duplicates == "drop", against=settings.against, resumed_at=resumed_at)
    except ValueError as error:
        raise NoInput(f"--against {error}") from error


def _found(settings: Settings, targets: list[str]) -> list[Source]:
    written = [_itself(target) for target in targets if target != STANDARD_OUTPUT]
    found = list(sources(settings.inputs, frozenset(written)))
    names = Counter(written)
    read = (source.name for source in found if source.name != STANDARD_INPUT)
    names.update(name for name in map(_itself, (*read, *settings.against)) if name in names)
    if twice := sorted(str(name) for name, count in names.items() if count > 1):
        raise OutputError(f"{twice[0]} is named twice: every output needs a name of its own, and no input's")
    if all(source.kind == "missing" for source in found):
        raise NoInput("; ".join(f"{source.name}: {source.problem}" for source in found))
    _check_there(settings.against)
    return found


def _check_there(against: tuple[str, ...]) -> None:
    """Before any file is opened, so that a mistake in a name does not cost what an earlier run has left."""
    for name in map(Path, against):
        try:
            folder = stat.S_ISDIR(name.stat().st_mode)
        except OSError as error:
            raise NoInput(f"--against {name} cannot be read: {error.strerror}") from error
        if folder:
            raise NoInput(f"--against {name} cannot be read: it is a folder")


def _itself(name: str) -> Path:
    """The file behind all links; unlike ``Path.resolve``, also where they go round in circles."""
    return Path(os.path.realpath(name))


def _chunks(settings: Settings, found: list[Source], meter: Meter, clean: Clean) -> Iterator[Chunk]:
    """All records that are cleaned by themselves: pages, or with ``join`` pages with those that continue them."""
    if not settings.join:
        return map(Unread, portions(found, settings.fields, meter))
    files = frozenset(source.name for source in found)

    def read() -> Iterator[Page | Rejected]:
        meter.done = 0
        return pages(found, settings.fields, meter)

    return chunked(Joining(files).records(read, settings.workers, clean))


def _key(settings: Settings, found: list[Source]) -> str:
    """The identity of a run: the same settings, over the same files, by the same versions."""
    files = [(source.name, source.size, source.modified) for source in (*found, *sources(settings.against))]
    identity = [settings.described(), settings.targets(), files, SCHEMA_VERSION, cleaner_version()]
    return hashlib.sha256(repr(identity).encode("utf-8", "surrogateescape")).hexdigest()
