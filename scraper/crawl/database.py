"""The file of a ledger: its tables, how one of an earlier version is brought up to date, and what makes it unusable."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = 3
"""Of the tables below; a ledger keeps it in ``PRAGMA user_version``. A later version adds a step to ``MIGRATIONS``."""

MIGRATIONS = (
    """
    CREATE TABLE urls (
        id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, site TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
        priority INTEGER NOT NULL, request TEXT NOT NULL, found INTEGER NOT NULL, handled INTEGER, reason TEXT);
    CREATE INDEX urls_by_state ON urls (state, site, priority DESC, id);
    CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, outcome TEXT, counts TEXT);
    CREATE TABLE files (path TEXT PRIMARY KEY, offset INTEGER NOT NULL);
    CREATE TABLE texts (hash TEXT PRIMARY KEY, article TEXT NOT NULL);
    """,
    "ALTER TABLE runs ADD COLUMN refresh INTEGER;",
    """
    ALTER TABLE files ADD COLUMN digest TEXT;
    ALTER TABLE files ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
    UPDATE files SET closed = (SELECT finished IS NOT NULL FROM runs ORDER BY id DESC LIMIT 1);
    """,
)


class UnusableLedger(Exception):
    """The file cannot be read or written; the message names it and says what to do."""


class NewerLedger(UnusableLedger):
    """The file was written by a later version of Zhengwen."""


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """SQLite's errors on a ledger as UnusableLedger."""
    try:
        yield
    except sqlite3.OperationalError as error:  # a full disk, or rights that are missing: the file may be sound
        raise UnusableLedger(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        remedy = "restore it, or move its folder and the job's export away to begin anew"
        raise UnusableLedger(f"{path} is no ledger, or damaged ({error}): {remedy}") from error


def look(path: Path) -> sqlite3.Connection:
    """Open a file without the right to write, also where nothing may be made beside it."""
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None)
    try:
        version = _version(connection, path)
    except sqlite3.OperationalError:
        if Path(f"{path}-wal").exists():  # a run is under way
            raise
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
        version = _version(connection, path)
    if not version:
        raise sqlite3.DatabaseError("it is empty")
    return connection


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file up to date. Raises NewerLedger."""
    for version in range(_version(connection, path), VERSION):
        connection.executescript(f"BEGIN; {MIGRATIONS[version]} PRAGMA user_version = {version + 1}; COMMIT;")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise NewerLedger(f"{path} has version {found}; this Zhengwen knows up to {VERSION}: upgrade it")
    return found
