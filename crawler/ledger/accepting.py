"""Lines that were folded anew, put in the place of the stored ones with all that the ledger knows of their works."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.collection import Collection
from archive.errors import CollectionError
from archive.indexing import index_again
from crawler.ledger.opening import change_ledger
from crawler.ledger.replacing import beside, replace_files
from crawler.ledger.sums import Sums, committed_lengths

_OF_WORKS = ("work", "address", "content", "redirect", "rejection")
"""The tables that the fold fills."""


class Acceptance:
    """The right to replace the lines of a collection, which nobody else may write to meanwhile."""

    def __init__(self, connection: sqlite3.Connection, collection: Collection) -> None:
        self._db = connection
        self._collection = collection

    def committed(self) -> dict[str, int]:
        """Return the committed length of every file, by its name in the collection."""
        return committed_lengths(self._db)

    def accept(self, made: Collection, draft: Path) -> None:
        """Put the lines of `made`, whose works a draft ledger knows, in place; index and page list follow.

        Killed at any moment, the old lines stand, or the next opening of the collection puts the new ones in place.
        Raises CollectionError, with everything as it was, when the disk cannot take them.
        """
        try:
            copies = {path.name: _copy(path, beside(self._collection.root / path.name)) for path in _lines_of(made)}
        except OSError as error:
            raise CollectionError(self._collection.root, f"cannot be written: {error.strerror}") from error
        self._db.execute("ATTACH DATABASE ? AS draft", (str(draft),))
        try:
            replace_files(self._db, self._collection, copies, lambda: _take_over(self._db, copies))
        finally:
            self._db.execute("DETACH DATABASE draft")
        index_again(self._collection, self.committed(), lambda problem: None)


@contextmanager
def accepting(collection: Collection) -> Iterator[Acceptance]:
    """Lock a collection to replace its lines; raise CollectionLocked while another process writes to it."""
    with change_ledger(collection) as connection:
        yield Acceptance(connection, collection)


def _lines_of(collection: Collection) -> tuple[Path, Path]:
    return collection.briefs, collection.rejects


def _take_over(connection: sqlite3.Connection, copies: dict[str, Path]) -> None:
    for table in _OF_WORKS:
        connection.execute(f"DELETE FROM main.{table}")  # noqa: S608 (a constant)
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM draft.{table}")  # noqa: S608
    sums = Sums(connection)
    for name, path in copies.items():
        sums.keep_whole(name, path)


def _copy(source: Path, target: Path) -> Path:
    shutil.copyfile(source, target)
    with target.open("r+b") as stream:
        os.fsync(stream.fileno())
    return target
