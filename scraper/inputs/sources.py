"""Which files the inputs of a command stand for, and what each of them holds."""

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

STANDARD_INPUT = "-"

KINDS = dict.fromkeys(("html", "htm", "shtml", "xhtml", "php", "asp", "aspx", "jsp", "jhtml", "do"), "html") | {
    "": "page",
    "txt": "text",
    "warc": "warc",
    "wet": "warc",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
}
"""What a file holds, by its name without a compression's suffix. A folder gives files of these kinds alone."""

COMPRESSIONS = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. ``kind`` is one of ``KINDS``; or ``missing``, and ``problem`` says why. ``once``: it is a pipe
    or a device, of which a second reading does not give the same.
    """

    name: str
    kind: str
    size: int = 0
    modified: int = 0
    problem: str = ""
    once: bool = False

    @property
    def called(self) -> str:
        """Its name for a person."""
        return "standard input" if self.name == STANDARD_INPUT else self.name


def kind_of(name: str) -> str | None:
    """What a file holds by its name, None where the name says nothing that is known here.

    >>> kind_of("CC-NEWS-1.warc.gz"), kind_of("index.php?id=3"), kind_of("photo.jpg")
    ('warc', 'html', None)
    """
    stem = Path(name.partition("?")[0].lower())
    if stem.suffix in COMPRESSIONS:
        stem = stem.with_suffix("")
    return KINDS.get(stem.suffix.removeprefix("."))


def sources(inputs: Iterable[str], exclude: frozenset[Path] = frozenset()) -> Iterator[Source]:
    """The files that ``inputs`` (files, folders, globs, ``-``) stand for, folders in the order of their paths.

    ``exclude`` holds what a command writes, so that it does not read its own output from a folder. What does not exist
    or cannot be reached, and a folder that holds nothing to read, come as sources of kind ``missing``.
    """
    for name in inputs:
        if name == STANDARD_INPUT:
            yield Source(name, "page", once=True)
        elif matches := _matches(name):
            for match in matches:
                yield from _input(Path(match), exclude)
        else:
            yield from _input(Path(name), exclude)


def _matches(name: str) -> list[str]:
    """What a glob matches; nothing for the name of a file, also where it looks like a glob."""
    return [] if not has_magic(name) or os.path.lexists(name) else sorted(glob(name, recursive=True))  # noqa: PTH207  # absolute ones too


def _input(path: Path, exclude: frozenset[Path]) -> Iterator[Source]:
    try:
        status = path.stat()
    except OSError as error:
        yield _unreachable(error)
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _folder(path, exclude)
    else:
        yield _file(path, kind_of(path.name) or "page", status)


def _folder(folder: Path, exclude: frozenset[Path]) -> Iterator[Source]:
    """What a folder and the folders in it hold, hidden ones apart.

    Each folder is entered once: a link to one is followed where no other way leads there, so that a loop ends, and a
    link such as ``latest`` doubles nothing.
    """
    found: list[Source] = []
    entered: set[Path] = set()
    starts = deque([folder])
    while starts:
        for place, folders, names in os.walk(starts.popleft(), onerror=lambda error: found.append(_unreachable(error))):
            if (itself := Path(place).resolve()) in entered:
                folders.clear()
                continue
            entered.add(itself)
            shown = sorted(name for name in folders if not name.startswith("."))
            folders[:] = [name for name in shown if not os.path.islink(Path(place, name))]  # noqa: PTH114  # never raises
            starts.extend(Path(place, name) for name in shown if name not in folders)
            found.extend(_files(Path(place), names, exclude))
    yield from sorted(found, key=lambda source: Path(source.name))
    if not found:
        yield Source(str(folder), "missing", problem="a folder without HTML, text, WARC or JSONL files")


def _files(folder: Path, names: Iterable[str], exclude: frozenset[Path]) -> Iterator[Source]:
    for path in (folder / name for name in names if not name.startswith(".")):
        if (kind := kind_of(path.name)) is None:
            continue
        try:
            status = path.stat()
        except OSError as error:
            yield _unreachable(error)
            continue
        if stat.S_ISREG(status.st_mode) and path.resolve() not in exclude:
            yield _file(path, kind, status)


def _file(path: Path, kind: str, status: os.stat_result) -> Source:
    return Source(str(path), kind, status.st_size, status.st_mtime_ns, once=not stat.S_ISREG(status.st_mode))


def _unreachable(error: OSError) -> Source:
    path = Path(error.filename)
    if not isinstance(error, FileNotFoundError):
        problem = error.strerror or str(error)
    else:
        problem = "a link that leads nowhere" if path.is_symlink() else "no such file or folder"
    return Source(str(path), "missing", problem=problem)
