"""Which source named which address: what a feed knew that related links did not, and the other way round."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from crawler.frontier.backend import NewUrl

RELATED = "related"
"""Stands for the related links of all pages, in the place of a source's address."""

_KEEP = "INSERT OR IGNORE INTO sighting (address, source, first) VALUES (?, ?, ?)"
# One that has no outcome yet is known all the same: it waits, or is not to be asked.
_IS_OLD = """SELECT 1 FROM sighting JOIN url USING (address)
    WHERE address = ?1 AND sighting.source != 'related' AND first < ?2
        AND (?3 IS NULL OR coalesce(finished, ?3) >= ?3) LIMIT 1"""


class Sightings:
    """Writes and asks the table `sighting`; every writing belongs to the transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keep(self, named: Iterable[NewUrl], at: float) -> None:
        """Keep what a source or a related link named; redirects, requisites and sources themselves are left out."""
        told = ((url.address, source_of(url), at) for url in named)
        self._db.executemany(_KEEP, [row for row in told if row[1] is not None])

    def is_old(self, address: str, before: float, changed: float | None) -> bool:
        """Return whether a source named that address before that moment, and it has not changed since it was asked."""
        return self._db.execute(_IS_OLD, (address, before, changed)).fetchone() is not None


def source_of(url: NewUrl) -> str | None:
    """Return what named an address; None where no source and no related link did."""
    hop = url.hop
    if hop.is_source:
        return None
    letter = hop.hops[-1:]
    return hop.via if letter == "M" else RELATED if letter == "L" else None
