"""The works, in the ledger: of each only its newest line's place is kept, the line itself lies in briefs.jsonl."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import orjson

from crawler.items import Brief
from crawler.works.index import Work
from crawler.works.takedown import emptied


class SqliteIndex:
    """A WorkIndex whose changes belong to the transaction of the commit that makes them."""

    def __init__(self, connection: sqlite3.Connection, briefs: Path) -> None:
        self._db = connection
        self._briefs = briefs
        self._changed: dict[str, Work] = {}

    def get(self, work_id: str) -> Work:
        """Return the work of that id."""
        if work_id in self._changed:
            return self._changed[work_id]
        query = "SELECT language, aliases, offset, length FROM work WHERE id = ?"
        language, aliases, offset, length = self._db.execute(query, (work_id,)).fetchone()
        if not length:
            return emptied(work_id, language)
        latest = Brief.from_json(orjson.loads(read_at(self._briefs, offset, length)))
        return Work(id=work_id, language=language, latest=latest, aliases=tuple(json.loads(aliases)))

    def knows(self, work_id: str) -> bool:
        """Return whether there is a work of that id."""
        known = self._db.execute("SELECT 1 FROM work WHERE id = ?", (work_id,)).fetchone()
        return known is not None or work_id in self._changed

    def by_address(self, address: str) -> tuple[Work, bool] | None:
        """Return the work with that address, and whether it was captured there."""
        row = self._db.execute("SELECT work, captured FROM address WHERE address = ?", (address,)).fetchone()
        return (self.get(row[0]), bool(row[1])) if row else None

    def by_content(self, digest: str) -> Work | None:
        """Return the work that has, or had, that content."""
        row = self._db.execute("SELECT work FROM content WHERE digest = ?", (digest,)).fetchone()
        return self.get(row[0]) if row else None

    def put(self, work: Work) -> None:
        """Keep the work and its newest content."""
        self._changed[work.id] = work
        if work.latest.content_digest:
            row = (work.latest.content_digest, work.id)
            self._db.execute("INSERT OR IGNORE INTO content (digest, work) VALUES (?, ?)", row)

    def name(self, address: str, work_id: str, *, captured: bool) -> None:
        """Let the address name the work; a captured address stays captured, and the first work keeps it."""
        keep = """INSERT INTO address (address, work, captured) VALUES (?, ?, ?) ON CONFLICT (address)
            DO UPDATE SET work = excluded.work, captured = 1 WHERE captured = 0 AND excluded.captured = 1"""
        self._db.execute(keep, (address, work_id, int(captured)))

    def note_redirect(self, source: str, target: str) -> None:
        """Remember the redirect, once."""
        keep = """INSERT OR IGNORE INTO redirect (target, seq, source)
            VALUES (?, (SELECT count(*) FROM redirect WHERE target = ?), ?)"""
        self._db.execute(keep, (target, target, source))

    def sources(self, target: str) -> tuple[str, ...]:
        """Return the addresses that redirect there, in one step, in the order they were seen."""
        rows = self._db.execute("SELECT source FROM redirect WHERE target = ? ORDER BY seq", (target,))
        return tuple(source for (source,) in rows)

    def rejection(self, address: str) -> str | None:
        """Return why the newest page of an address was no brief."""
        row = self._db.execute("SELECT why FROM rejection WHERE address = ?", (address,)).fetchone()
        return row[0] if row else None

    def note_rejection(self, address: str, why: str | None) -> None:
        """Remember that reason in place of the one before; None forgets it."""
        if why is None:
            self._db.execute("DELETE FROM rejection WHERE address = ?", (address,))
        else:
            self._db.execute("INSERT OR REPLACE INTO rejection (address, why) VALUES (?, ?)", (address, why))

    def write_changes(self, places: dict[str, tuple[int, int]]) -> None:
        """Write the works that changed; `places` has offset and length of the new lines, by work."""
        keep = """INSERT INTO work (id, language, aliases, offset, length) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id)
            DO UPDATE SET aliases = excluded.aliases, offset = excluded.offset, length = excluded.length"""
        for work in self._changed.values():
            offset, length = places.get(work.id) or self._place(work.id)
            self._db.execute(keep, (work.id, work.language, json.dumps(work.aliases), offset, length))
        self.forget_changes()

    def forget_changes(self) -> None:
        """Let go of what was changed since the last commit."""
        self._changed.clear()

    def _place(self, work_id: str) -> tuple[int, int]:
        """Return where the work's newest line lies; no bytes for one that was taken down, before its line."""
        row = self._db.execute("SELECT offset, length FROM work WHERE id = ?", (work_id,)).fetchone()
        return row or (0, 0)


def read_at(path: Path, offset: int, length: int) -> bytes:
    """Return that stretch of a file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.pread(descriptor, length, offset)
    finally:
        os.close(descriptor)
