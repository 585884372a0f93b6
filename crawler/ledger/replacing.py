"""Puts new files in the place of old ones, together with what the ledger knows of them.

The new files lie beside the old ones, whole and synced. One transaction then changes the ledger and notes which files
are to be renamed, and which to be removed; that follows. Killed in between, the next opening does what is left of it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from archive.collection import Collection
from archive.openfile import sync_folder
from crawler.frontier.transaction import transaction
from crawler.ledger.faults import fault

_REMOVED = ""
"""Stands in the place of a new file where the old one is to be removed."""

_INTEND = "INSERT OR REPLACE INTO replacing (name, beside) VALUES (?, ?)"


def beside(path: Path) -> Path:
    """Return where the new file of that name is prepared."""
    return path.with_name(f"{path.name}.new")


def replace_files(
    connection: sqlite3.Connection, collection: Collection, files: Mapping[str, Path | None], change: Callable[[], None]
) -> None:
    """Let `change` write to the ledger and put each new file in the place of the one of that name, as one step.

    `files` maps a name in the collection (`briefs.jsonl`, `archive/NAME`) to the new file, in the same file system, or
    to None for a file that is to be removed.
    """
    for folder in {path.parent for path in files.values() if path is not None}:
        sync_folder(folder)
    with transaction(connection):
        change()
        rows = [(name, str(path.relative_to(collection.root)) if path else _REMOVED) for name, path in files.items()]
        connection.executemany(_INTEND, rows)
    fault("before renames")
    finish_replacing(connection, collection)


def finish_replacing(connection: sqlite3.Connection, collection: Collection) -> list[str]:
    """Do what is left to be renamed and removed, and return the names of the files."""
    # First what goes: a new catalogue is not to meet the log of the old one.
    rows = connection.execute("SELECT name, beside FROM replacing ORDER BY beside != '', name").fetchall()
    for name, path in rows:
        new, old = collection.root / path, collection.root / name
        if path == _REMOVED:
            old.unlink(missing_ok=True)
        elif new.exists():
            new.replace(old)
        fault("between renames")
    for folder in {(collection.root / name).parent for name, _ in rows}:
        if folder.exists():
            sync_folder(folder)
    for name in {Path(path).parts[0] for _, path in rows if path.startswith(".")}:
        shutil.rmtree(collection.root / name, ignore_errors=True)  # where the new files were prepared
    with transaction(connection):
        connection.execute("DELETE FROM replacing")
    return [name for name, _ in rows]
