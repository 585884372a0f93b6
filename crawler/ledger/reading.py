"""The ledger as a reader sees it, also while a crawl writes: committed states and committed lengths."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from archive.collection import Collection
from crawler.blocking import BLOCKED
from crawler.frontier.backend import DONE, GONE, NOT_MODIFIED, REDIRECTED, Politeness, origin_of
from crawler.frontier.sqlite import SqliteFrontier
from crawler.ledger.closing import LedgerSums
from crawler.ledger.coverage import CoverageReading
from crawler.ledger.gaps import GapLog
from crawler.ledger.looking import look_into_ledger
from crawler.ledger.runs import PastRun, past_runs
from crawler.ledger.schema import ledger_file
from crawler.ledger.sums import committed_lengths
from crawler.plan import Reach
from crawler.sites import Source

KNOWN_STATES = (DONE, NOT_MODIFIED, GONE, REDIRECTED, "rejected", BLOCKED)
"""The states of addresses that answered, and are asked again when they are due."""


_FOUND = "SELECT state, seed, via, hops, attempts, finished FROM url WHERE address = ?"


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """What the frontier knows of an address."""

    address: str
    state: str
    seed: str
    via: str | None
    hops: str
    attempts: int
    finished: float | None
    """When it came into its state, in seconds since 1970; None where it has not been asked."""


class LedgerReading:
    """A ledger opened for reading."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._frontier = SqliteFrontier(connection, Politeness(), "reader")
        self.sums = LedgerSums(connection)
        self.gaps = GapLog(connection)
        self.coverage = CoverageReading(connection)

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state."""
        return self._frontier.counts()

    def in_state(self, state: str) -> Iterator[str]:
        """Yield the addresses in a state, or in one that begins with it and a colon."""
        return self._frontier.in_state(state)

    def found(self, address: str) -> FoundAddress | None:
        """Return what is known of an address; None for one that was never seen."""
        row = self._db.execute(_FOUND, (address,)).fetchone()
        return None if row is None else FoundAddress(address, *row)

    def works_at(self, address: str) -> str | None:
        """Return the id of the work that an address names."""
        row = self._db.execute("SELECT work FROM address WHERE address = ?", (address,)).fetchone()
        return row[0] if row else None

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield every address that names a work, and the id of that work."""
        return ((url, work) for url, work in self._db.execute("SELECT address, work FROM address ORDER BY address"))

    def rejected_for(self, address: str) -> str | None:
        """Return why the newest page of an address was no brief; None where it was one, or none is known."""
        row = self._db.execute("SELECT why FROM rejection WHERE address = ?", (address,)).fetchone()
        return row[0] if row else None

    def robots(self, address: str) -> bytes | None:
        """Return the rules that the robots.txt for an address gave, or None."""
        return self._frontier.robots(origin_of(address))

    def committed(self, name: str) -> int:
        """Return the committed bytes of a file of the collection."""
        return committed_lengths(self._db).get(name, 0)

    def files(self) -> dict[str, int]:
        """Return the committed bytes of every file, by its name in the collection."""
        return committed_lengths(self._db)

    def runs(self) -> list[PastRun]:
        """Return the runs that crawled, imports left out, in the order of their beginnings."""
        return list(past_runs(self._db))

    def is_replacing(self) -> bool:
        """Return whether a takedown's step is under way, or was killed: files are yet to be renamed or removed."""
        return self._db.execute("SELECT 1 FROM replacing LIMIT 1").fetchone() is not None

    def has_work(self, seeds: Iterable[str], due_before: float | None, reach: Reach) -> bool:
        """Return whether an address is unfinished or due, was left out by fewer hops, or a seed is new or failed."""
        unfinished = """SELECT 1 FROM url
            WHERE state IN ('pending', 'leased') AND (? OR instr(hops, 'E') = 0) AND (? OR source IS NULL) LIMIT 1"""
        wanted = (bool(reach.requisites), bool(reach.discover))
        is_unfinished = self._db.execute(unfinished, wanted).fetchone() is not None
        if is_unfinished or self._frontier.could_reopen(reach.max_hops):
            return True
        known = "SELECT 1 FROM url WHERE address = ? AND instr(hops, 'E') = 0 AND state NOT LIKE 'failed%'"
        if any(self._db.execute(known, (seed,)).fetchone() is None for seed in seeds):
            return True
        due = "SELECT 1 FROM url WHERE finished < ? AND (state = ? OR state LIKE ? || ':%') LIMIT 1"
        states = KNOWN_STATES if due_before is not None else ()
        return any(self._db.execute(due, (due_before, state, state)).fetchone() for state in states)

    def has_due_source(self, sources: Iterable[Source], before: float) -> bool:
        """Return whether one of these sources was not asked since that moment."""
        asked = "SELECT 1 FROM url WHERE address = ? AND source IS NOT NULL AND finished >= ?"
        return any(self._db.execute(asked, (source.address, before)).fetchone() is None for source in sources)


@contextmanager
def open_reading(collection: Collection) -> Iterator[LedgerReading]:
    """Open a collection's ledger for reading; raise CollectionError."""
    collection.settings()
    connection = look_into_ledger(ledger_file(collection))
    try:
        yield LedgerReading(connection)
    finally:
        connection.close()
