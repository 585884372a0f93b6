"""The ledger as a reader sees it, also while a crawl writes: committed states and committed lengths."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from archive.collection import Collection
from crawler.frontier.backend import DONE, GONE, NOT_MODIFIED, REDIRECTED, Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.ledger.schema import ledger_file, read_ledger
from crawler.ledger.sums import committed_lengths
from crawler.plan import Reach

KNOWN_STATES = (DONE, NOT_MODIFIED, GONE, REDIRECTED, "rejected")
"""The states of addresses that answered, and are asked again when they are due."""


class LedgerReading:
    """A ledger opened for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._frontier = SqliteFrontier(connection, Politeness(), "reader")

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state."""
        return self._frontier.counts()

    def in_state(self, state: str) -> Iterator[str]:
        """Yield the addresses in a state, or in one that begins with it and a colon."""
        return self._frontier.in_state(state)

    def committed(self, name: str) -> int:
        """Return the committed bytes of a file of the collection."""
        return committed_lengths(self._db).get(name, 0)

    def files(self) -> dict[str, int]:
        """Return the committed bytes of every file, by its name in the collection."""
        return committed_lengths(self._db)

    def is_replacing(self) -> bool:
        """Return whether a takedown's step is under way, or was killed: files are yet to be renamed or removed."""
        return self._db.execute("SELECT 1 FROM replacing LIMIT 1").fetchone() is not None

    def has_work(self, seeds: Iterable[str], due_before: float | None, reach: Reach) -> bool:
        """Return whether an address is unfinished or due, a smaller limit of hops left one out, or a seed is new."""
        unfinished = """SELECT 1 FROM url
            WHERE state IN ('pending', 'leased') AND (? OR instr(hops, 'E') = 0) LIMIT 1"""
        is_unfinished = self._db.execute(unfinished, (bool(reach.requisites),)).fetchone() is not None
        if is_unfinished or self._frontier.could_reopen(reach.max_hops):
            return True
        known = "SELECT 1 FROM url WHERE address = ? AND instr(hops, 'E') = 0"
        if any(self._db.execute(known, (seed,)).fetchone() is None for seed in seeds):
            return True
        due = "SELECT 1 FROM url WHERE finished < ? AND (state = ? OR state LIKE ? || ':%') LIMIT 1"
        states = KNOWN_STATES if due_before is not None else ()
        return any(self._db.execute(due, (due_before, state, state)).fetchone() for state in states)


@contextmanager
def open_reading(collection: Collection) -> Iterator[LedgerReading]:
    """Open a collection's ledger for reading; raise CollectionError."""
    collection.settings()
    connection = read_ledger(ledger_file(collection))
    try:
        yield LedgerReading(connection)
    finally:
        connection.close()
