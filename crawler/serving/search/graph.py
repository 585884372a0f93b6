"""Links between works, both ways."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from crawler.serving.search.found import LinkedWork

_MOST = 500
_FROM = """SELECT link.place, link.url, coalesce(nullif(there.title, ''), link.title), there.id, there.language
    FROM link JOIN work AS here ON here.key = link.work
    LEFT JOIN address ON address.address = link.url LEFT JOIN work AS there ON there.key = address.work
    WHERE here.id = ? ORDER BY link.rowid LIMIT ?"""
_TO = """SELECT DISTINCT link.place, there.url, there.title, there.id, there.language
    FROM work AS here JOIN address ON address.work = here.key JOIN link ON link.url = address.address
    JOIN work AS there ON there.key = link.work
    WHERE here.id = ? AND there.key <> here.key ORDER BY there.published DESC, there.id LIMIT ?"""


def links_from(db: sqlite3.Connection, work: str) -> Iterator[LinkedWork]:
    """Yield where the newest version of a work leads, in its order."""
    return _all(db, _FROM, work)


def links_to(db: sqlite3.Connection, work: str) -> Iterator[LinkedWork]:
    """Yield the works that lead to any address of a work, the newest first."""
    return _all(db, _TO, work)


def _all(db: sqlite3.Connection, query: str, work: str) -> Iterator[LinkedWork]:
    for place, url, title, found, language in db.execute(query, (work, _MOST)):
        yield LinkedWork(place=place, url=url, title=title, work=found, language=language or "")
