"""catalog.sqlite: its tables and its version. An older one, or a damaged one, is not repaired but made again."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from archive.collection import Collection
from archive.errors import CollectionError

VERSION = 1
"""Kept in `PRAGMA user_version`."""

_TABLES = (
    # `id` grows with (serial, offset): the order of the captures. Text is compared by its bytes.
    """CREATE TABLE capture (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        timestamp TEXT NOT NULL,
        url TEXT NOT NULL,
        mime TEXT,
        status TEXT,
        digest TEXT,
        length INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        warc TEXT NOT NULL,
        record_id TEXT NOT NULL,
        date TEXT NOT NULL,
        type TEXT NOT NULL,
        profile TEXT NOT NULL,
        refers_to TEXT NOT NULL,
        refers_to_url TEXT NOT NULL,
        refers_to_date TEXT NOT NULL
    )""",
    "CREATE INDEX capture_key ON capture (key, timestamp)",
    "CREATE INDEX capture_timestamp ON capture (timestamp)",
    "CREATE INDEX capture_digest ON capture (digest)",
    # How far each WARC was read.
    "CREATE TABLE file (warc TEXT PRIMARY KEY, length INTEGER NOT NULL) WITHOUT ROWID",
    f"PRAGMA user_version = {VERSION}",
)


class CatalogDamagedError(CollectionError):
    """A catalogue that cannot be read, and is to be made again."""


def catalog_file(collection: Collection) -> Path:
    """Return the catalogue's path."""
    return collection.root / "catalog.sqlite"


def open_catalog(path: Path) -> sqlite3.Connection:
    """Return a connection to the catalogue for writing; what is none of this version is thrown away and begun anew."""
    try:
        connection = _connect(path)
        if connection is None:
            discard(path)
            connection = _connect(path)
    except (sqlite3.Error, OSError) as error:
        raise CollectionError(path, f"cannot be written: {error}") from error
    assert connection is not None, "a new file is a catalogue of this version"
    return connection


def read_catalog(path: Path) -> sqlite3.Connection | None:
    """Return a connection that only reads, also while a crawl writes; None for what is none of this version."""
    if not path.is_file():
        return None
    is_still = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?{'immutable=1' if is_still else 'mode=ro'}"
    try:
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
    except sqlite3.DatabaseError:
        return None
    try:
        if _version(connection) == VERSION:
            return connection
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None


def memory_catalog() -> sqlite3.Connection:
    """Return a catalogue that lies in no folder: where none can be written."""
    connection = sqlite3.connect("", isolation_level=None)  # a file without a name: SQLite spills into it
    _create(connection)
    return connection


def discard(path: Path) -> None:
    """Remove the catalogue and what SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection | None:
    """Return a connection; None when the file is no catalogue of this version."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may take the last transactions: they are read again from the WARCs.
        connection.execute("PRAGMA synchronous = NORMAL")
        if not _version(connection) and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            _create(connection)
        if _version(connection) == VERSION:
            return connection
    except sqlite3.OperationalError:
        connection.close()
        raise  # the disk's or another process's, not the file's
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
