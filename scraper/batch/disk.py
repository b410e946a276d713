"""What SQLite says of a full disk, in the words that every other file uses."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def full_disk_told(what: str) -> Iterator[None]:
    """SQLite's error on writing ``what`` as the OSError that every other file gives."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(errno.ENOSPC, f"{what} cannot be written ({error})") from error
