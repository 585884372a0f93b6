"""A ledger that is made again from captures: filled beside, and put in place when it is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from archive.linefile import LineFile
from archive.model import Member
from crawler.frontier.backend import Politeness
from crawler.frontier.sqlite import SqliteFrontier
from crawler.frontier.transaction import transaction
from crawler.items import Brief, Rejection
from crawler.ledger.captures import CaptureIndex, KnownCapture
from crawler.ledger.index import SqliteIndex
from crawler.ledger.ledger import BRIEFS, REJECTS
from crawler.ledger.schema import open_ledger


class RestoredLedger:
    """A new ledger, and the lines that belong to it."""

    def __init__(self, path: Path, briefs: Path, rejects: Path) -> None:
        self._db: sqlite3.Connection = open_ledger(path)
        self._files = {BRIEFS: LineFile(briefs), REJECTS: LineFile(rejects)}
        self.frontier = SqliteFrontier(self._db, Politeness(), "recover")
        self.captures = CaptureIndex(self._db)
        self.index = SqliteIndex(self._db, briefs)
        self.unit = transaction(self._db)
        """Everything that is restored is one unit of work."""

    def keep_capture(self, known: KnownCapture) -> None:
        """Keep one capture."""
        self.captures.note(known)
        self.captures.commit([known.capture.record_id])
        self.captures.forget([known.capture.record_id])

    def keep_lines(self, lines: Iterable[Brief | Rejection]) -> None:
        """Append the lines that one page made, and keep what the fold learned of it."""
        places: dict[str, tuple[int, int]] = {}
        for line in lines:
            file = self._files[BRIEFS if isinstance(line, Brief) else REJECTS]
            written = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            if isinstance(line, Brief):
                places[line.id] = (file.length, len(written))
            file.append(written)
        self.index.write_changes(places)

    def keep_files(self, warcs: Mapping[str, Iterable[Member]]) -> None:
        """Keep the lengths of all files, and the sha256 of every member of the WARCs."""
        lengths = {name: file.length for name, file in self._files.items()}
        for warc, members in warcs.items():
            rows = [(warc, member.offset, member.length, bytes.fromhex(member.sha256)) for member in members]
            self._db.executemany("INSERT INTO member (warc, offset, length, sha256) VALUES (?, ?, ?, ?)", rows)
            lengths[f"archive/{warc}"] = rows[-1][1] + rows[-1][2]
        self._db.executemany("INSERT INTO file (name, length, sealed) VALUES (?, ?, 1)", lengths.items())

    def close(self) -> None:
        """Sync the lines and close everything."""
        for file in self._files.values():
            file.sync()
            file.close()
        self._db.close()
