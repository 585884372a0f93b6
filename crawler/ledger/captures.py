"""The captures in the ledger: what a later request asks the server about, and what a later record refers to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from archive.model import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCapture:
    """One capture, with what it takes to refer to it."""

    capture: Capture
    url: str
    date: str
    """WARC-Date, to the letter."""
    original: str
    """Record id of the response that its payload lies in: its own, or the one that it revisits."""
    reusable: int = 0
    """Which later records may refer to it for the same payload: 2 any, 1 those of its own address, 0 none."""
    etag: str | None = None
    modified: str | None = None
    """Last-Modified, as the server wrote it."""


_COLUMNS = "record_id, url, warc, offset, length, timestamp, date, digest, status, original, reusable, etag, modified"
_KEEP = f"INSERT INTO capture ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 (a constant)
_BY_DIGEST = f"""SELECT {_COLUMNS} FROM capture
    WHERE digest = ? AND (reusable = 2 OR (reusable = 1 AND url = ?)) ORDER BY seq LIMIT 1"""  # noqa: S608
_BY_ID = f"SELECT {_COLUMNS} FROM capture WHERE record_id = ?"  # noqa: S608
_FIRST_AT = f"""SELECT {_COLUMNS} FROM capture
    WHERE url = ? AND timestamp = ? AND original = record_id ORDER BY seq LIMIT 1"""  # noqa: S608
_FIRST_WITH = f"SELECT {_COLUMNS} FROM capture WHERE digest = ? AND original = record_id ORDER BY seq LIMIT 1"  # noqa: S608
_NEWEST = f"""SELECT {_COLUMNS} FROM capture
    WHERE url = ? AND status IN (200, 304, 404, 410) ORDER BY seq DESC LIMIT 1"""  # noqa: S608


class CaptureIndex:
    """The committed captures, and those of the commit to come, which later ones of it may refer to."""

    def __init__(self, connection: sqlite3.Connection, algorithm: str = "sha256") -> None:
        self.algorithm = algorithm
        """Of the digests that captures are compared by."""
        self._db = connection
        self._coming: dict[str, KnownCapture] = {}

    def note(self, known: KnownCapture) -> None:
        """Let a capture be found that is in the WARC and not committed yet."""
        self._coming[known.capture.record_id] = known

    def by_digest(self, digest: str, url: str) -> KnownCapture | None:
        """Return the first capture with that payload that a record of that address may refer to."""
        row = self._db.execute(_BY_DIGEST, (digest, url)).fetchone()
        if row:
            return _known(row)
        same = (known for known in self._coming.values() if known.capture.payload_digest == digest)
        return next((known for known in same if known.reusable == 2 or (known.reusable and known.url == url)), None)

    def by_id(self, record_id: str) -> KnownCapture | None:
        """Return the capture of that record."""
        row = self._db.execute(_BY_ID, (record_id,)).fetchone()
        return _known(row) if row else self._coming.get(record_id)

    def first_at(self, url: str, timestamp: str) -> KnownCapture | None:
        """Return the first committed response of an address in that second; no revisit."""
        row = self._db.execute(_FIRST_AT, (url, timestamp)).fetchone()
        return _known(row) if row else None

    def first_with(self, digest: str) -> KnownCapture | None:
        """Return the first committed response with that payload, whoever may refer to it; no revisit."""
        row = self._db.execute(_FIRST_WITH, (digest,)).fetchone()
        return _known(row) if row else None

    def newest(self, url: str) -> KnownCapture | None:
        """Return the newest committed good capture of an address: a 200, or a 304; None once it was gone."""
        row = self._db.execute(_NEWEST, (url,)).fetchone()
        known = _known(row) if row else None
        # A page that comes back the same after its tombstone is to be sent whole: a 304 says nothing of the tombstone.
        return known if known is not None and known.capture.http_status in (200, 304) else None

    def drop_validators(self, record_ids: Iterable[str]) -> None:
        """Let the next request not be asked whether these changed: a 304 would say that a blocked page stands."""
        for record_id in record_ids:
            known = self._coming.get(record_id)
            if known is not None:
                self._coming[record_id] = replace(known, etag=None, modified=None)

    def commit(self, record_ids: Iterable[str]) -> None:
        """Write these captures; they belong to the transaction under way."""
        for record_id in record_ids:
            known = self._coming.get(record_id)
            if known is not None:
                self._db.execute(_KEEP, _row(known))

    def forget(self, record_ids: Iterable[str]) -> None:
        """Let go of captures that are committed."""
        for record_id in record_ids:
            self._coming.pop(record_id, None)


def _row(known: KnownCapture) -> tuple[object, ...]:
    capture = known.capture
    place = (capture.record_id, known.url, capture.warc, capture.offset, capture.length, capture.timestamp)
    facts = (known.date, capture.payload_digest, capture.http_status, known.original, known.reusable)
    return (*place, *facts, known.etag, known.modified)


def _known(row: tuple[str, str, str, int, int, str, str, str, int, str, int, str | None, str | None]) -> KnownCapture:
    record_id, url, warc, offset, length, timestamp, date, digest, status, original, reusable, etag, modified = row
    capture = Capture(
        warc=warc,
        offset=offset,
        length=length,
        record_id=record_id,
        timestamp=timestamp,
        payload_digest=digest,
        http_status=status,
    )
    return KnownCapture(
        capture=capture, url=url, date=date, original=original, reusable=reusable, etag=etag, modified=modified
    )
