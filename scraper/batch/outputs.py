"""What a run writes: articles, rejects and steps, with a checkpoint from which a killed run goes on.

While a run goes on, its files carry ``.partial`` after their names and hold whole lines; they get their names when they
are complete. ``OUT.progress.json`` holds how many records are done and where each file ended then. Checkpoints stand
after fixed numbers of records, so a run that was killed and one that was not write the same bytes.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from scraper.batch.deduplication import Deduplication
from scraper.batch.entries import Entry
from scraper.duplicates import IndexLost
from scraper.export import LineFile, LineStream, Tally, beside, compression_of, publish, write_json
from scraper.manifest import manifest
from scraper.parquet import write_parquet
from scraper.schema import Line, dumps

CHECKPOINT = 256
"""Records between two checkpoints."""
STANDARD_OUTPUT = "-"
TELLING = {"manifest.json": "", "progress.json": ".partial"}
"""Files beside an output that name it, and the ending it has while it has them."""
OF_OTHER_FORMATS = (".7z", ".bz2", ".csv", ".lz4", ".parquet", ".xz", ".zip")
"""Endings of names under which nobody expects what is written here."""
Judge = Callable[[int], Deduplication | None]
"""What looks for duplicates in a run that goes on after so many records."""
Tell = Callable[[str], object]
"""Told what a person should know."""


class OutputError(Exception):
    """An output that cannot be written, and what to do."""


@dataclass(slots=True)
class Output:
    """One file of lines, or a stream."""

    lines: LineFile | LineStream
    final: Path | None
    tally: Tally = field(default_factory=Tally)

    def close(self, keep: bool = True) -> None:
        """Close the file; without ``keep`` it goes, as nothing was written."""
        self.lines.close()
        if isinstance(self.lines, LineFile) and not keep:
            self.lines.path.unlink(missing_ok=True)

    def write(self, line: Line) -> None:
        """Append a line."""
        self.append(dumps(line), line)

    def append(self, line: bytes, counted: Line) -> None:
        """Append a line that is ready, and count what a tally looks at in it."""
        with self._named():
            self.lines.write(line)
        self.tally.add(counted)

    def commit(self) -> int:
        """Make everything written durable, and return where it ends."""
        with self._named():
            return self.lines.commit()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """An error of writing names the file: they may lie on several disks."""
        try:
            yield
        except OSError as error:
            error.filename = self.final and str(self.final)
            raise


class Outputs:
    """All files of a run; open them with ``opened``."""

    def __init__(self, files: dict[str, Output], checkpoint: Path | None, key: str) -> None:
        self.files = files
        self.records = 0
        self.failed = 0
        self.reasons: dict[str, int] = {}
        self.duplicates: Deduplication | None = None
        self._checkpoint = checkpoint
        self._key = key

    def go_on(self, state: dict[str, Any], judge: Judge) -> None:
        """Take up what a checkpoint holds."""
        self.records = state.get("records", 0)
        self.failed = state.get("failed", 0)
        self.reasons = state.get("reasons", {})
        for name, tally in state.get("tallies", {}).items():
            self.files[name].tally = Tally(**tally)
        try:
            self.duplicates = judge(self.records)
        except BaseException:
            self.leave()
            raise

    def add(self, entry: Entry) -> Entry:
        """Write what a record adds, and return it as it was written: a duplicate may have become a reject."""
        self.records += 1
        if self.duplicates:
            entry = self.duplicates.judged(entry, self.records)
        self.failed += entry.failed
        if reason := entry.counted.get("reason"):
            self.reasons[reason] = self.reasons.get(reason, 0) + 1
        if entry.file in self.files:
            self.files[entry.file].append(entry.line, entry.counted)
        for step in entry.steps:
            self.files["steps"].append(step, {})
        if self.records % CHECKPOINT == 0:
            self._commit()
        return entry

    def finish(self, settings: dict[str, Any], parquet: Path | None = None) -> None:
        """Make everything durable, write the manifest beside the articles, and give the files their names.

        What takes long or can fail comes before the first name is given: a run that stops there goes on there.
        """
        self._commit()
        written = self.files["articles"].lines
        if parquet and isinstance(written, LineFile):
            write_parquet(written.path, parquet)
        complete = {
            name: (output.lines.path, output.final, output.tally)
            for name, output in self.files.items()
            if isinstance(output.lines, LineFile) and output.final
        }
        described = {name: manifest(*file, settings) for name, file in complete.items()}
        if articles := described.pop("articles", None):
            write_json(beside(complete["articles"][1], "manifest.json"), articles | described)
        for partial, final, _ in reversed(complete.values()):  # the articles last: who sees them finds the rest
            publish(partial, final)
        if self.duplicates:
            self.duplicates.close(finished=True)
        if self._checkpoint:
            self._checkpoint.unlink(missing_ok=True)
        for output in self.files.values():
            output.lines.close()

    def leave(self) -> None:
        """Stop in the middle: keep the whole lines that there are. The next run goes on at the last checkpoint."""
        for output in self.files.values():
            with suppress(OSError, ValueError):  # the disk is full; or the file was complete, and is closed
                output.commit()
            output.close(keep=self.records > 0)
        if self.duplicates:
            self.duplicates.close()

    def _commit(self) -> None:
        if self.duplicates:
            self.duplicates.commit(self.records)
        ends = {name: output.commit() for name, output in self.files.items()}
        if self._checkpoint:
            articles = self.files["articles"].final
            state = {
                "file": articles and articles.name,
                "key": self._key,
                "records": self.records,
                "failed": self.failed,
                "reasons": self.reasons,
                "offsets": ends,
                "tallies": {name: asdict(output.tally) for name, output in self.files.items()},
            }
            write_json(self._checkpoint, state)


@contextmanager
def opened(
    targets: dict[str, str],
    key: str,
    resumable: bool = True,
    judge: Judge = lambda records: None,
    tell: Tell = lambda message: None,
) -> Iterator[Outputs]:
    """The files of a run, ``articles`` among them, each a path or ``-``.

    They stand at the checkpoint where a run of the same ``key`` left them, else they are empty; ``tell`` is told where
    what a run has left is of no use. Raises OutputError where one cannot be written, or the files beside it are
    another's, before anything else is done.
    """

    def taken_up(state: dict[str, Any]) -> Outputs:
        outputs = Outputs(_open_all(targets, state), checkpoint if resumable else None, key)
        if checkpoint and not state:  # what it belongs to has just been cut off
            checkpoint.unlink(missing_ok=True)
        outputs.go_on(state, judge)
        return outputs

    articles = targets["articles"]
    if list(targets.values()).count(STANDARD_OUTPUT) > 1:
        raise OutputError("standard output is named twice: every output needs a name of its own")
    if not is_stream(articles):
        _check_beside(Path(articles))
    checkpoint = None if is_stream(articles) else beside(Path(articles), "progress.json")
    state = _json(checkpoint) if checkpoint else {}
    left = f"{articles}.partial, with {state.get('records')} records,"
    if state and not (resumable and state.get("key") == key):
        tell(f"{left} is of a run over other inputs, or with other settings or another version: starting anew")
        state = {}
    try:
        outputs = taken_up(state)
    except (ValueError, IndexLost):  # a file is shorter than the checkpoint says, or the index of duplicates older
        tell(f"{left} or a file that belongs to it was changed or removed: starting anew")
        outputs = taken_up({})
    try:
        yield outputs
    except BaseException:
        outputs.leave()
        raise


def _open_all(targets: dict[str, str], state: dict[str, Any]) -> dict[str, Output]:
    """All files, at their offsets. None is cut before all could be opened: it may hold what an earlier run has left."""
    with ExitStack() as stack:
        files = {}
        for name, target in targets.items():
            files[name] = _open(target)
            stack.callback(files[name].close, keep=files[name].lines.offset > 0)
        for name, output in files.items():
            if isinstance(output.lines, LineFile):
                output.lines.go_back(state.get("offsets", {}).get(name, 0))
        stack.pop_all()
        return files


def _open(target: str) -> Output:
    path = Path(target)
    compression = compression_of(path)
    try:
        if target == STANDARD_OUTPUT:
            if not sys.stdout.writable():
                raise OutputError("standard output is closed: name a file with -o")
            return Output(LineStream(sys.stdout.buffer), None)
        if is_stream(target):
            return Output(LineStream(path.open("wb", buffering=0), compression=compression), path)
        if path.is_dir():
            raise OutputError(f"{target} is a folder: name a file in it")
        if path.suffix.lower() in OF_OTHER_FORMATS:
            raise OutputError(f"{target} cannot be written: name a file that ends in .jsonl, .jsonl.gz or .jsonl.zst")
        if path.exists() and not os.access(path, os.W_OK):
            raise OutputError(f"{target} may not be overwritten: change its permissions or name another file")
        partial = path.with_name(f"{path.name}.partial")
        return Output(LineFile(partial, compression=compression, offset=None), path)
    except OSError as error:
        reason = "its folder does not exist: make it first" if not path.parent.is_dir() else error.strerror
        raise OutputError(f"{target} cannot be written: {reason}") from error


def is_stream(target: str) -> bool:
    """Whether a target is standard output, a pipe or a device: nothing can stand beside it, or go on in it."""
    path = Path(target)
    return target == STANDARD_OUTPUT or (path.exists() and not path.is_file() and not path.is_dir())


def _check_beside(output: Path) -> None:
    for ending, while_there in TELLING.items():
        telling = beside(output, ending)
        if telling.is_dir():
            raise OutputError(
                f"{telling} is a folder, but {output.name} needs that name: move it, or name another output"
            )
        name = str(_json(telling).get("file") or output.name)
        other = output.parent / f"{name}{while_there}"
        if name != output.name and other.is_file():
            raise OutputError(f"{output} would overwrite the rejects and manifest of {other}: give it another name")


def _json(path: Path) -> dict[str, Any]:
    """The object in a file; an empty one where there is none."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
