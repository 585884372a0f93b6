"""Which source named which address: what a feed knew that related links did not, and the other way round."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from crawler.frontier.backend import NewUrl

RELATED = "related"
"""Stands for the related links of all pages, in the place of a source's address."""

_KEEP = "INSERT OR IGNORE INTO sighting (address, source, first) VALUES (?, ?, ?)"
# One that has no outcome yet is known all the same: it waits, or is not to be asked. What other sources named does not
# count: of a listing that stopped there, what is behind would never be seen.
_IS_OLD = """SELECT 1 FROM sighting JOIN url ON url.address = sighting.address
    JOIN url AS page ON page.address = sighting.source
    WHERE sighting.address = ?1 AND page.seed = ?2 AND first < ?3
        AND (?4 IS NULL OR coalesce(url.finished, ?4) >= ?4) LIMIT 1"""
_UNFINISHED = "SELECT seed FROM url WHERE state = 'pending' AND source LIKE '%/%'"


class Sightings:
    """Writes and asks the table `sighting`; every writing belongs to the transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keep(self, named: Iterable[NewUrl], at: float) -> None:
        """Keep what a source or a related link named; redirects, requisites and sources themselves are left out."""
        told = ((url.address, source_of(url), at) for url in named)
        self._db.executemany(_KEEP, [row for row in told if row[1] is not None])

    def is_old(self, address: str, listing: str, before: float, changed: float | None) -> bool:
        """Return whether that listing named an address before that moment, which has not changed since it was asked.

        A listing is known by the address of its first page.
        """
        return self._db.execute(_IS_OLD, (address, listing, before, changed)).fetchone() is not None

    def is_walked(self, listing: str) -> bool:
        """Return whether a listing was followed to its end once, and never left in the middle since."""
        return self._db.execute("SELECT 1 FROM walked WHERE listing = ?", (listing,)).fetchone() is not None

    def note_walked(self, listing: str) -> None:
        """Note that a listing was followed to its end, or to what it had named before."""
        self._db.execute("INSERT OR IGNORE INTO walked (listing) VALUES (?)", (listing,))

    def forget_unfinished(self) -> None:
        """Let listings be followed to their end again of which a page waits: what moved past it may be behind it."""
        self._db.execute(f"DELETE FROM walked WHERE listing IN ({_UNFINISHED})")  # noqa: S608 (a constant)


def source_of(url: NewUrl) -> str | None:
    """Return what named an address; None where no source and no related link did."""
    hop = url.hop
    if hop.is_source:
        return None
    letter = hop.hops[-1:]
    return hop.via if letter == "M" else RELATED if letter == "L" else None
