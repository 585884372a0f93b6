"""search.sqlite: its tables and its version. One of another version, or a damaged one, is made again."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

VERSION = 1
"""Kept in `PRAGMA user_version`."""

_TABLES = (
    # The newest version of each work.
    """CREATE TABLE work (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        sorted TEXT NOT NULL,
        standfirst TEXT NOT NULL,
        byline TEXT NOT NULL,
        published TEXT NOT NULL,
        kind TEXT NOT NULL,
        language TEXT NOT NULL,
        change TEXT NOT NULL,
        url TEXT NOT NULL,
        version INTEGER NOT NULL
    )""",
    "CREATE INDEX work_published ON work (published)",
    # Every version: where its line lies in briefs.jsonl.
    """CREATE TABLE version (
        work INTEGER NOT NULL,
        version INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        run TEXT NOT NULL,
        PRIMARY KEY (work, version)
    ) WITHOUT ROWID""",
    "CREATE INDEX version_run ON version (run)",
    "CREATE TABLE facet (work INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL COLLATE NOCASE)",
    "CREATE INDEX facet_work ON facet (work)",
    "CREATE INDEX facet_value ON facet (name, value, work)",
    # Every address of a work, and where its newest version leads.
    "CREATE TABLE address (address TEXT PRIMARY KEY, work INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE link (work INTEGER NOT NULL, place TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL)",
    "CREATE INDEX link_work ON link (work)",
    "CREATE INDEX link_url ON link (url)",
    """CREATE VIRTUAL TABLE words USING fts5 (title, standfirst, byline, tags, body,
        tokenize = "unicode61 remove_diacritics 2")""",
    # How far briefs.jsonl was read, which file it was, and the sha256 of the last line.
    """CREATE TABLE source (
        length INTEGER NOT NULL,
        inode INTEGER NOT NULL,
        last INTEGER NOT NULL,
        digest TEXT NOT NULL
    )""",
    "INSERT INTO source VALUES (0, 0, 0, '')",
    f"PRAGMA user_version = {VERSION}",
)


def open_search(path: Path) -> sqlite3.Connection:
    """Return a connection to the index, made when it is not there; raise sqlite3.Error where it cannot be written."""
    try:
        connection = _connect(path)
    except sqlite3.OperationalError:
        raise  # the disk's or another process's, not the file's
    except sqlite3.DatabaseError:
        connection = None
    if connection is None:
        discard(path)
        connection = _connect(path)
    assert connection is not None, "a new file is an index of this version"
    return connection


def memory_search() -> sqlite3.Connection:
    """Return an index that lies in no folder: where none can be written."""
    connection = sqlite3.connect(
        "", isolation_level=None, check_same_thread=False
    )  # SQLite spills into a nameless file
    _create(connection)
    return connection


def discard(path: Path) -> None:
    """Remove the index and what SQLite keeps beside it."""
    for tail in ("", "-journal", "-wal", "-shm"):
        path.with_name(f"{path.name}{tail}").unlink(missing_ok=True)


def is_writable(path: Path) -> bool:
    """Return whether the index can be kept in that place."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _connect(path: Path) -> sqlite3.Connection | None:
    """Return a connection; None when the file is of another version."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    try:
        # A power cut may take the last of it: it is read again. A journal of a killed process is rolled back.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -32000")
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _create(connection)
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return connection
    except BaseException:  # Ctrl-C too: an open connection would hold the file
        connection.close()
        raise
    connection.close()
    return None


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        for statement in _TABLES:
            connection.execute(statement)
    connection.execute("COMMIT")
