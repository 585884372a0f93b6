"""Where the frontier ends what has no end, in SQL: queries of one path, addresses of a host that is not to be asked."""

from __future__ import annotations

import sqlite3

from crawler.frontier.backend import FAILED, PENDING, REQUISITE_FAILED, SOURCE_FAILED, NewUrl
from crawler.traps import MOST_VARIANTS

ENDLESS = "out of scope: endless parameters"

# `@` is the character after `?`, and the index over addresses is in the order of their bytes.
_VARIANTS = """SELECT count(*) FROM (SELECT 1 FROM url
    WHERE address >= ? AND address < ? AND state NOT LIKE 'out of scope:%' LIMIT ?)"""
_FAIL_HOST = """UPDATE url SET finished = ?, attempts = 0,
        state = CASE WHEN instr(hops, 'E') > 0 THEN ? WHEN source IS NOT NULL THEN ? ELSE ? END
    WHERE host = ? AND state = 'pending'"""


def first_state(connection: sqlite3.Connection, url: NewUrl) -> str:
    """Return the state that an address begins in: not pending where a page asks for one query more of a path.

    What is linked or redirected to counts; a seed, and what a source names, was chosen.
    """
    path, query, _ = url.address.partition("?")
    if url.state != PENDING or not query or url.hop.is_requisite or url.hop.hops[-1:] not in ("L", "R"):
        return url.state
    count: int = connection.execute(_VARIANTS, (f"{path}?", f"{path}@", MOST_VARIANTS)).fetchone()[0]
    return ENDLESS if count >= MOST_VARIANTS else PENDING


def fail_pending(connection: sqlite3.Connection, host: str, cause: str, now: float) -> None:
    """Let every address of a host that is pending end as failed for that cause."""
    states = (f"{state}: {cause}" for state in (REQUISITE_FAILED, SOURCE_FAILED, FAILED))
    connection.execute(_FAIL_HOST, (now, *states, host))
    connection.execute("UPDATE gate SET pending = 0 WHERE host = ?", (host,))
