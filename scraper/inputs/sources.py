"""Which files the inputs of a command stand for, and what each of them holds."""

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
    """A file to read. ``kind`` is one of ``KINDS``; or ``missing``, and ``problem`` says why."""

    name: str
    kind: str
    size: int = 0
    modified: int = 0
    problem: str = ""


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

    ``exclude`` holds what a command writes, so that it does not read its own output from a folder. An input that
    does not exist, and a folder that holds nothing to read, come as sources of kind ``missing``.
    """
    for name in inputs:
        if name == STANDARD_INPUT:
            yield Source(name, "page")
        elif Path(name).is_dir():
            yield from _folder(Path(name), exclude)
        elif Path(name).exists():
            yield _file(Path(name), kind_of(name) or "page")
        else:
            matches = sorted(glob(name, recursive=True)) if has_magic(name) else []  # noqa: PTH207  # absolute ones too
            if not matches:
                yield Source(name, "missing", problem="no such file or folder")
            yield from sources(matches, exclude)


def _folder(folder: Path, exclude: frozenset[Path]) -> Iterator[Source]:
    found = False
    for path in sorted(folder.rglob("*")):
        kind = kind_of(path.name)
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if kind is None or hidden or not path.is_file() or path.resolve() in exclude:
            continue
        found = True
        yield _file(path, kind)
    if not found:
        yield Source(str(folder), "missing", problem="a folder without HTML, text, WARC or JSONL files")


def _file(path: Path, kind: str) -> Source:
    try:
        status = path.stat()
    except OSError as error:
        return Source(str(path), "missing", problem=error.strerror or str(error))
    return Source(str(path), kind, status.st_size, status.st_mtime_ns)
