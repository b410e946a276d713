"""The tables of a ledger, and how one of an earlier version is brought up to date."""

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
