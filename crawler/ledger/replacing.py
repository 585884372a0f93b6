"""Puts new files in the place of old ones, together with what the ledger knows of them.

The new files lie beside the old ones, whole and synced. One transaction then changes the ledger and notes which files
are to be renamed; the renames follow. Killed in between, the next opening does the renames that are left.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from archive.collection import Collection
from archive.openfile import sync_folder
from crawler.frontier.transaction import transaction
from crawler.ledger.faults import fault

_INTEND = "INSERT OR REPLACE INTO replacing (name, beside) VALUES (?, ?)"


def beside(path: Path) -> Path:
    """Return where the new file of that name is prepared."""
    return path.with_name(f"{path.name}.new")


def replace_files(
    connection: sqlite3.Connection, collection: Collection, files: Mapping[str, Path], change: Callable[[], None]
) -> None:
    """Let `change` write to the ledger and put each new file in the place of the one of that name, as one step.

    `files` maps a name in the collection (`briefs.jsonl`, `archive/NAME`) to the new file, in the same file system.
    """
    for path in files.values():
        sync_folder(path.parent)
    with transaction(connection):
        change()
        rows = [(name, str(path.relative_to(collection.root))) for name, path in files.items()]
        connection.executemany(_INTEND, rows)
    fault("before renames")
    finish_replacing(connection, collection)


def finish_replacing(connection: sqlite3.Connection, collection: Collection) -> list[str]:
    """Do the renames that are left and return the names of the files."""
    rows = connection.execute("SELECT name, beside FROM replacing ORDER BY name").fetchall()
    for name, path in rows:
        new, old = collection.root / path, collection.root / name
        if new.exists():
            new.replace(old)
            sync_folder(old.parent)
    with transaction(connection):
        connection.execute("DELETE FROM replacing")
    return [name for name, _ in rows]
