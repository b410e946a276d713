"""Whose file an export is.

A job appends only to a file that it began itself and that nobody else has changed since. Its ledger keeps a ``Mark``
of each: how far the lines are committed, a digest of the last of them, and whether the run ended in order. What stands
behind the mark of a run that was killed is that run's own, not committed, and is cut off; anything else that differs
from the mark is somebody's, and refused.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from scraper.export import LineFile, compression_of, cut

LAST_BYTES = 4096
"""Of what is committed, so many bytes are what a file is known by."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How a ledger knows a file again. Without a ``digest`` only its size counts (what earlier versions noted)."""

    offset: int = 0
    digest: str | None = None
    closed: bool = True
    """Nothing was written behind the offset: the run ended in order, or has not begun to write."""


class JobFile(LineFile):
    """A file of lines that a job continues from run to run; ``mark`` is what its ledger knows of it.

    Raises ValueError where the file is not as the job left it, ``scraper.export.Locked`` where another job writes it.
    """

    def __init__(self, path: Path, mark: Mark | None) -> None:
        super().__init__(path, compression=compression_of(path), offset=None)
        if problem := self._problem(mark):
            self.close()
            raise ValueError(f"{path} {problem}; move it away, and a new one begins")
        assert mark is not None
        self.offset = mark.offset
        cut(self._file, self.offset)

    def mark(self, *, closed: bool) -> Mark:
        """How the file is known again, as far as it is committed."""
        return Mark(self.offset, self._digest(self.offset), closed)

    def _problem(self, mark: Mark | None) -> str | None:
        size = self.offset
        if mark is None:
            return "was not begun by this job (each job needs an EXPORT and a REJECTS of its own)"
        if size < mark.offset:
            return f"has {size} bytes, but {mark.offset} were written: it was changed by something else"
        if mark.digest not in (None, self._digest(mark.offset)):
            return "does not hold the lines that this job wrote: it was changed by something else"
        if size > mark.offset and mark.closed:
            return f"has {size} bytes, but only {mark.offset} are this job's: it was changed by something else"
        return None

    def _digest(self, end: int) -> str:
        start = max(0, end - LAST_BYTES)
        return hashlib.sha256(os.pread(self._file.fileno(), end - start, start)).hexdigest()
