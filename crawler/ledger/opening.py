"""Open a collection for writing: its lock, its ledger, and what a crash left put right."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from archive.collection import Collection, WriteLock
from archive.errors import CollectionError
from archive.openfile import OPEN
from crawler.frontier.backend import Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.ledger.ledger import BRIEFS, REJECTS, Ledger
from crawler.ledger.recovery import Cut, recover_files
from crawler.ledger.replacing import finish_replacing
from crawler.ledger.schema import LedgerMissingError, ledger_file, open_ledger
from crawler.ledger.seal import seal, unseal
from crawler.ledger.sums import Sums, committed_lengths


def open_for_writing(
    collection: Collection, settings: Mapping[str, object], politeness: Politeness, run_id: str
) -> tuple[WriteLock, Ledger, list[Cut]]:
    """Return the lock, the ledger, and what was cut off the files; raise CollectionError, with nothing changed.

    A collection that is not there yet is made, with these settings in its collection.toml.
    """
    if not collection.exists():
        collection.create(settings)
    lock = WriteLock(collection)
    is_open = False
    try:
        _check_ledger(collection)
        unseal(ledger_file(collection))
        connection = open_ledger(ledger_file(collection))
        finish_replacing(connection, collection)
        cuts = recover_collection(collection, connection, run_id)
        frontier = SqliteFrontier(connection, politeness, f"{run_id}/{os.getpid()}")
        ledger = Ledger(connection, collection, frontier)
        (collection.runs / run_id).mkdir(parents=True, exist_ok=True)
        is_open = True
    except OSError as error:
        raise CollectionError(error.filename or collection.root, f"cannot be written: {error.strerror}") from error
    finally:
        if not is_open:
            lock.release()
    return lock, ledger, cuts


@contextmanager
def change_ledger(collection: Collection) -> Iterator[sqlite3.Connection]:
    """Lock a collection, open its ledger to change rows in it, and seal it again; raise CollectionError.

    One without a ledger is given none: nothing of what it holds would be in it.
    """
    collection.settings()
    if not ledger_file(collection).exists():
        raise LedgerMissingError(ledger_file(collection))
    lock = WriteLock(collection)
    try:
        unseal(ledger_file(collection))
        connection = open_ledger(ledger_file(collection))
        try:
            finish_replacing(connection, collection)
            yield connection
        finally:
            connection.close()
            seal(ledger_file(collection))
    finally:
        lock.release()


def torn_folder(collection: Collection, run_id: str) -> Path:
    """Return the folder that keeps what a run cuts off."""
    return collection.runs / run_id / "torn"


def _check_ledger(collection: Collection) -> None:
    if not ledger_file(collection).exists() and collection.warcs():
        raise LedgerMissingError(ledger_file(collection))


def recover_collection(collection: Collection, connection: sqlite3.Connection, run_id: str) -> list[Cut]:
    """Cut back what a crash left past the last commit; raise CollectionError for a file that is not known."""
    committed = committed_lengths(connection)
    finished = [path.name for path in collection.warcs() if not path.name.endswith(OPEN)]
    unknown = [name for name in finished if f"archive/{name}" not in committed]
    if unknown:
        sentence = f"knows nothing of archive/{unknown[0]}; `briefs recover` takes it in"
        raise CollectionError(ledger_file(collection), sentence)
    cuts = recover_files(collection, committed, torn_folder(collection, run_id))
    connection.execute("DELETE FROM file WHERE length = 0 AND name LIKE 'archive/%'")
    connection.execute("UPDATE file SET sealed = 1 WHERE name LIKE 'archive/%'")
    for name in (BRIEFS, REJECTS):
        Sums(connection).cover(name, collection.root / name, committed.get(name, 0))
    return cuts
