"""Whether the ledger's sums close, what was named and never captured, and what each source alone has named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from w3lib.url import safe_url_string

from crawler.blocking import BLOCKED
from crawler.frontier.backend import (
    DONE,
    FAILED,
    GONE,
    LEASED,
    MAX_HOPS,
    NOT_MODIFIED,
    PENDING,
    REDIRECTED,
    REFUSED,
    REQUISITE,
    REQUISITE_FAILED,
    REQUISITE_LEFT_OUT,
    REQUISITE_REDIRECTED,
    REQUISITE_REFUSED,
    SOURCE,
    SOURCE_ENDED,
    SOURCE_FAILED,
    SOURCE_GONE,
    SOURCE_LEFT_OUT,
    SOURCE_NOT_MODIFIED,
    SOURCE_REDIRECTED,
    SOURCE_REFUSED,
    SOURCE_UNREADABLE,
)

STATES = frozenset(
    {
        PENDING,
        LEASED,
        DONE,
        NOT_MODIFIED,
        REDIRECTED,
        GONE,
        "rejected",
        BLOCKED,
        FAILED,
        REFUSED,
        "out of scope",
        REQUISITE,
        REQUISITE_REDIRECTED,
        REQUISITE_REFUSED,
        REQUISITE_FAILED,
        REQUISITE_LEFT_OUT,
        SOURCE,
        SOURCE_NOT_MODIFIED,
        SOURCE_REDIRECTED,
        SOURCE_REFUSED,
        SOURCE_FAILED,
        SOURCE_GONE,
        SOURCE_ENDED,
        SOURCE_UNREADABLE,
        SOURCE_LEFT_OUT,
    }
)
"""The states of an address, without their causes."""

_HAS_SIGHTINGS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sighting'"
_ROWS = "SELECT count(*), count(DISTINCT address) FROM url"
_STATES = "SELECT state, count(*) FROM url GROUP BY state ORDER BY state"
_UNPROVEN = f"""SELECT address FROM url
    WHERE (state IN ('{DONE}', '{NOT_MODIFIED}', '{REDIRECTED}', '{GONE}') OR state LIKE 'rejected%')
        AND NOT EXISTS (SELECT 1 FROM capture WHERE capture.url = url.address) ORDER BY seq"""  # noqa: S608 (constants)
_IS_CAPTURED = "SELECT 1 FROM capture WHERE url = ?"
_STATELESS = """SELECT DISTINCT sighting.address FROM sighting LEFT JOIN url USING (address)
    WHERE url.seq IS NULL ORDER BY sighting.address"""

_NAMED = "instr(hops, 'L') > 0"
_SIGHTED_RELATED = "EXISTS (SELECT 1 FROM sighting WHERE sighting.address = url.address AND source = 'related')"
_MISSING = f"""FROM url WHERE {{named}} AND instr(hops, 'E') = 0 AND (
    (state IN ('{PENDING}', '{LEASED}', '{GONE}', '{MAX_HOPS}') OR state LIKE '{FAILED}%' OR state LIKE '{REFUSED}%')
        AND NOT EXISTS (SELECT 1 FROM capture WHERE url = url.address AND status BETWEEN 200 AND 299)
    AND state != 'refused: takedown'
    OR state LIKE 'blocked%'
        AND NOT EXISTS (SELECT 1 FROM address WHERE address.address = url.address AND captured = 1))"""  # noqa: S608
# What a listing's or a sitemap's pages named counts as named by the one that they belong to, which is their seed.
_SIGHTED = f"""WITH told AS (
        SELECT DISTINCT sighting.address, coalesce(page.seed, sighting.source) AS source
        FROM sighting LEFT JOIN url AS page ON page.address = sighting.source),
    named AS (SELECT address, count(*) AS sources FROM told GROUP BY address)
    SELECT {{columns}} FROM told JOIN named USING (address) JOIN url USING (address)
    WHERE (url.state NOT LIKE 'out of scope%' OR url.state = '{MAX_HOPS}')"""  # noqa: S608 (constants)
_BY_SOURCE = """told.source, count(*), sum(sources = 1),
    sum(url.state IN ('done', 'not-modified', 'redirected', 'gone') OR url.state LIKE 'rejected%')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An article that a related link named and no crawl ever captured."""

    url: str
    state: str
    named_by: str | None
    """The first page that named it; None where a page of an earlier ledger did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKnowledge:
    """What one source has named, of the addresses in scope."""

    source: str
    """Its address, a listing's first page; or `related` for the related links of all pages."""
    named: int
    captured: int
    """Those of them that answered."""
    alone: int
    """Those of them that no other source has named."""
    alone_first: tuple[str, ...]
    """The first of these."""


class LedgerSums:
    """Reads what the ledger says of all addresses together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def seen(self) -> int:
        """Return how many addresses were seen."""
        count: int = self._db.execute(_ROWS).fetchone()[0]
        return count

    def mismatches(self) -> list[str]:
        """Return a sentence for each sum that does not close; no process may be asking anything just now."""
        return [*self._states(), *self._unproven(), *self._sightings()]

    def missing(self) -> Iterator[Missing]:
        """Yield the articles that related links named and that were never captured, as they were seen."""
        query = f"SELECT address, state, via {self._missing()} ORDER BY seq"
        for address, state, via in self._db.execute(query):
            yield Missing(url=address, state=state, named_by=via)

    def count_missing(self) -> int:
        """Return how many these are."""
        count: int = self._db.execute(f"SELECT count(*) {self._missing()}").fetchone()[0]
        return count

    def sources(self, examples: int) -> list[SourceKnowledge]:
        """Return what each source has named, and what it alone did; nothing where no sighting was ever kept."""
        if not self._has_sightings():
            return []
        query = _SIGHTED.format(columns=_BY_SOURCE) + " GROUP BY told.source ORDER BY told.source"
        return [
            SourceKnowledge(
                source=source,
                named=named,
                captured=captured,
                alone=alone,
                alone_first=self._alone(source, examples) if alone else (),
            )
            for source, named, alone, captured in self._db.execute(query).fetchall()
        ]

    def _alone(self, source: str, most: int) -> tuple[str, ...]:
        only = " AND sources = 1 AND told.source = ? ORDER BY url.seq LIMIT ?"
        rows = self._db.execute(_SIGHTED.format(columns="url.address") + only, (source, most))
        return tuple(address for (address,) in rows)

    def _states(self) -> Iterator[str]:
        seen, different = self._db.execute(_ROWS).fetchone()
        states = dict(self._db.execute(_STATES))
        if sum(states.values()) != seen or seen != different:
            yield f"{seen} addresses were seen, {different} different ones, and {sum(states.values())} are in a state"
        for state, count in states.items():
            if state.partition(":")[0] not in STATES:
                yield f"{count} addresses are in the state {state!r}, which is none that is known"
        if states.get(LEASED):
            yield f"{states[LEASED]} addresses are being asked, expected none at the end of a run"

    def _unproven(self) -> Iterator[str]:
        # Scrapy escapes what an address may not hold before it asks, and the capture has what was asked.
        found = [address for (address,) in self._db.execute(_UNPROVEN) if not self._is_captured(address)]
        if found:
            yield f"{len(found)} addresses are said to have answered and have no capture, the first: {found[0]}"

    def _is_captured(self, address: str) -> bool:
        return self._db.execute(_IS_CAPTURED, (safe_url_string(address),)).fetchone() is not None

    def _sightings(self) -> Iterator[str]:
        stateless = [address for (address,) in self._db.execute(_STATELESS)] if self._has_sightings() else []
        if stateless:
            yield f"{len(stateless)} addresses were named by a source and are in no state, the first: {stateless[0]}"

    def _missing(self) -> str:
        return _MISSING.format(named=f"({_NAMED} OR {_SIGHTED_RELATED})" if self._has_sightings() else _NAMED)

    def _has_sightings(self) -> bool:
        return self._db.execute(_HAS_SIGHTINGS).fetchone() is not None
