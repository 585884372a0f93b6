"""A ledger of any version, opened to look into it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.errors import CollectionError
from crawler.frontier.transaction import TransactionError
from crawler.ledger.schema import LedgerOutdatedError, hint, migrate, read_ledger, reading_mode


def look_into_ledger(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads; an older ledger is brought up to date in a copy; raise CollectionError.

    So what an earlier brief-archive made can be read where nobody may write, and before anybody crawls on.
    """
    try:
        return read_ledger(path)
    except LedgerOutdatedError as error:
        if error.version == 0:  # its making was cut short: nothing is in it
            raise
        return _brought_up_to_date(path)


def _brought_up_to_date(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect("", isolation_level=None)  # a file of SQLite's own, which goes with the connection
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?{reading_mode(path)}", uri=True, timeout=30)
        ) as older:
            older.backup(copy)
        migrate(copy, path)
    except (sqlite3.DatabaseError, TransactionError) as error:
        copy.close()
        told = hint(error) if isinstance(error, sqlite3.DatabaseError) else ""
        raise CollectionError(path, f"cannot be read as a ledger: {error}{told}") from error
    return copy
