"""What the ledger knows of the files' bytes: how many are committed, and the sha256 of every stretch of them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from archive.model import Member

_KEEP_LENGTH = """INSERT INTO file (name, length, sealed, run) VALUES (?, ?, ?, ?) ON CONFLICT (name)
    DO UPDATE SET length = excluded.length, sealed = excluded.sealed"""
_KEEP_MEMBER = "INSERT INTO member (warc, offset, length, sha256, leaf) VALUES (?, ?, ?, ?, ?)"
_KEEP_PIECE = "INSERT INTO piece (file, offset, length, sha256) VALUES (?, ?, ?, ?)"
_COVERED = "SELECT coalesce(max(offset + length), 0) FROM piece WHERE file = ?"
_PIECE = 1 << 20


def committed_lengths(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the committed bytes of each file, by its name in the collection."""
    return dict(connection.execute("SELECT name, length FROM file ORDER BY name"))


class Sums:
    """Writes lengths and digests; every call belongs to the transaction under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def keep_length(self, name: str, length: int, *, is_sealed: bool, run: str | None = None) -> None:
        """Note the committed length of a file; the run that a WARC is of stands from its first row on."""
        self._db.execute(_KEEP_LENGTH, (name, length, int(is_sealed), run))

    def keep_members(self, warc: str, members: Iterable[Member]) -> None:
        """Note the digests of gzip members of a WARC."""
        rows = [
            (warc, member.offset, member.length, bytes.fromhex(member.sha256), bytes.fromhex(member.leaf) or None)
            for member in members
        ]
        self._db.executemany(_KEEP_MEMBER, rows)

    def keep_piece(self, name: str, offset: int, content: bytes) -> None:
        """Note the digest of what was appended to a file of lines."""
        self._db.execute(_KEEP_PIECE, (name, offset, len(content), hashlib.sha256(content).digest()))

    def keep_whole(self, name: str, path: Path) -> None:
        """Note length and digests of a file of lines anew, as it lies there."""
        self._db.execute("DELETE FROM piece WHERE file = ?", (name,))
        length = path.stat().st_size
        self.cover(name, path, length)
        self.keep_length(name, length, is_sealed=False)

    def cover(self, name: str, path: Path, length: int) -> None:
        """Note digests of committed bytes that have none: a ledger of version 1 wrote none."""
        covered: int = self._db.execute(_COVERED, (name,)).fetchone()[0]
        if covered >= length:
            return
        with path.open("rb") as stream:
            stream.seek(covered)
            while piece := stream.read(min(_PIECE, length - covered)):
                self.keep_piece(name, covered, piece)
                covered += len(piece)
