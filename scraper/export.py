"""Files of lines (JSONL) that a kill, a full disk or an impatient reader cannot leave half-written.

``LineFile`` is the one writer. Whoever appends over a long time (a crawl, a batch) keeps the offset that ``commit``
returned beside the state it belongs to, and hands it back when it opens the file again::

    lines = LineFile(Path("out.jsonl.gz.partial"), compression="gzip", offset=stored)   # cuts off what came after
    lines.write(dumps(to_line(article)))                                                # bytes of whole lines
    stored = lines.commit()                                                             # durable: fsync is done
    lines.close()
    publish(Path("out.jsonl.gz.partial"), Path("out.jsonl.gz"))                         # appears whole, at once

``compression`` is ``gzip``, ``zstd`` or None; ``compression_of(name)`` reads it from a name. Compressed output is a
sequence of whole members (gzip) or frames (zstd), so that every offset returned is the end of a readable file.
"""

import gzip
import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self

import orjson

from scraper import zstd
from scraper.schema import Line, dumps

SUFFIXES = {".gz": "gzip", ".zst": "zstd"}
ZSTD: dict[int, int] = {zstd.CompressionParameter.compression_level: 6, zstd.CompressionParameter.checksum_flag: 1}
MEMBER = 4 << 20
"""Bytes of lines after which a member is closed, whether or not a commit is due. It bounds the memory of a writer."""


class Locked(Exception):
    """Another process is writing this file."""


def compression_of(name: str | Path) -> str | None:
    """The compression that a file's name asks for.

    >>> compression_of("out.jsonl.zst"), compression_of("OUT.JSONL.GZ"), compression_of("out.jsonl")
    ('zstd', 'gzip', None)
    """
    return SUFFIXES.get(Path(name).suffix.lower())


def stem(path: Path) -> Path:
    """An output's path without ``.jsonl`` and a compression's suffix, for the names of the files beside it.

    >>> stem(Path("exports/out.jsonl.gz")).name
    'out'
    """
    if compression_of(path):
        path = path.with_suffix("")
    return path.with_suffix("") if path.suffix in (".jsonl", ".ndjson", ".json") else path


def beside(path: Path, ending: str) -> Path:
    """The file beside an output.

    >>> beside(Path("out.jsonl.gz"), "rejects.jsonl").name
    'out.rejects.jsonl'
    """
    base = stem(path)
    return base.parent / f"{base.name}.{ending}"


def compressed(lines: bytes, compression: str | None) -> bytes:
    """One whole member; the same lines give the same bytes at any time on any machine."""
    if compression == "gzip":
        return gzip.compress(lines, 6, mtime=0)
    if compression == "zstd":
        return zstd.compress(lines, options=ZSTD)
    return lines


class LineFile:
    """An append-only file of lines, locked against a second writer.

    ``offset`` cuts the file to that many bytes before anything is written; None appends to whatever is there. Raises
    ``Locked`` where another process has it open, OSError where it cannot be written, ValueError where it is shorter
    than ``offset``, that is, where bytes that were durable are gone. A write that fails (a full disk) cuts the file
    back to its last whole member before the error goes on.
    """

    def __init__(self, path: Path, *, compression: str | None = None, offset: int | None = 0) -> None:
        self.path = path
        self._compression = compression
        self._pending: list[bytes] = []
        self._waiting = 0
        self._file = _open_locked(path)
        self.offset = self._file.seek(0, os.SEEK_END)
        """Bytes of whole members in the file."""
        if offset is not None:
            try:
                self.go_back(offset)
            except ValueError:
                self.close()
                raise

    def go_back(self, offset: int) -> None:
        """Cut the file to that many bytes. Raises ValueError where it has fewer."""
        if offset > self.offset:
            size = f"{self.path} has {self.offset} bytes"
            raise ValueError(f"{size}, but {offset} were written: it was changed by something else")
        cut(self._file, offset)
        self.offset = offset

    def write(self, lines: bytes) -> None:
        """Append whole lines. They may wait in memory until ``commit``."""
        self._pending.append(lines)
        self._waiting += len(lines)
        if self._waiting >= MEMBER:
            self._close_member()

    def commit(self) -> int:
        """Make everything written durable, and return the offset at which it ends."""
        self._close_member(even_empty=self.offset == 0)
        os.fsync(self._file.fileno())
        return self.offset

    def close(self) -> None:
        """Close without writing what was not committed."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _close_member(self, even_empty: bool = False) -> None:
        """``even_empty``: a compressed file without lines holds one empty member, or it could not be read."""
        if not self._waiting and not even_empty:
            return
        member = compressed(b"".join(self._pending), self._compression)
        self._pending, self._waiting = [], 0
        write_whole(self._file, member)
        self.offset += len(member)


class LineStream:
    """The same interface over an open stream such as standard output, where nothing can be cut or made durable."""

    def __init__(self, stream: BinaryIO, *, compression: str | None = None) -> None:
        self._stream = stream
        self._compression = compression
        self.offset = 0

    def write(self, lines: bytes) -> None:
        """Hand whole lines to the reader, at once."""
        _write_all(self._stream, compressed(lines, self._compression))
        self._stream.flush()
        self.offset += len(lines)

    def commit(self) -> int:
        """Nothing waits: the bytes of lines handed over so far."""
        return self.offset

    def close(self) -> None:
        """Leave the stream open: it is not ours."""


@dataclass(slots=True)
class Tally:
    """What a manifest says about the lines of a file. It can be stored as JSON (``asdict``) and taken up again."""

    count: int = 0
    first_fetched: str | None = None
    last_fetched: str | None = None
    values: dict[str, dict[str, int]] = field(default_factory=dict)
    """How often each value of a field occurred, for the fields in ``COUNTED``."""

    def add(self, line: Line) -> None:
        """Count a line."""
        self.count += 1
        if fetched := line.get("fetched"):
            with suppress(ValueError):  # merged lines may hold what another program wrote
                self.first_fetched = min(self.first_fetched or fetched, fetched, key=_instant)
                self.last_fetched = max(self.last_fetched or fetched, fetched, key=_instant)
        for name in COUNTED:
            if name in line:
                counts = self.values.setdefault(name, {})
                counts[str(line[name])] = counts.get(str(line[name]), 0) + 1


def _instant(fetched: str) -> datetime:
    """A time in whatever zone, or a day's first moment, to be compared with others."""
    time = datetime.fromisoformat(fetched)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


COUNTED = ("reason", "encoding", "damage", "language")


def counted(line: Line) -> Line:
    """Of a line, what a tally looks at.

    >>> counted({"url": None, "fetched": None, "reason": "spam"})
    {'fetched': None, 'reason': 'spam'}
    """
    return {name: line[name] for name in ("fetched", *COUNTED) if name in line}


def sha256(path: Path) -> str:
    """The hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def publish(partial: Path, final: Path) -> None:
    """Give a finished, durable file its name: a reader sees the old file or the whole new one, never a part."""
    partial.replace(final)
    _sync_folder(final.parent)


def write_json(path: Path, value: Any) -> None:
    """Write a small JSON file so that it is there whole or not at all, also after a power cut."""
    partial = path.with_name(f"{path.name}.new")
    try:
        with partial.open("wb") as file:
            file.write(dumps(value, orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            file.flush()
            os.fsync(file.fileno())
        publish(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _open_locked(path: Path) -> BinaryIO:
    """Open for reading and writing under a lock that ends with the process."""
    from fcntl import LOCK_EX, LOCK_NB, flock

    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
        try:
            flock(file, LOCK_EX | LOCK_NB)
            if _stands_under(path, file):
                return file
        except BlockingIOError:
            file.close()
            raise Locked(f"another run is writing {path}") from None
        file.close()


def _stands_under(path: Path, file: BinaryIO) -> bool:
    """Whether the open file still has its name: the run that held the lock may have just published it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def write_whole(file: BinaryIO, data: bytes) -> None:
    """Append to an unbuffered file all of the bytes, or none of them: where that fails they are cut off again."""
    start = file.tell()
    try:
        _write_all(file, data)
    except OSError:
        cut(file, start)
        raise


def cut(file: BinaryIO, size: int) -> None:
    """Cut a file to so many bytes, and go on writing there."""
    file.seek(size)
    with suppress(OSError):  # a device such as /dev/full cannot be cut
        file.truncate()


def _write_all(file: BinaryIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
