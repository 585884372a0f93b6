"""What is kept of every record for the sake of those that name it: one row of some 60 bytes a name."""

from __future__ import annotations

import struct
from typing import NamedTuple

from archive.digest import digest_value
from archive.model import field as field_of
from archive.record import Record
from archive.verify.block import BlockFacts
from archive.verify.table import Table, key_of

_ROW = struct.Struct("<8s8s8s16s")
UNKNOWN_DIGEST = bytes(16)
_TO_THE_SECOND = len("2026-11-24T01:32:00")


class Row(NamedTuple):
    """One record; texts are cut or summed up to be compared, not read."""

    type: bytes
    """The first 8 letters of WARC-Type."""
    date: bytes
    target: bytes
    digest: bytes
    """Of the payload, the algorithm in its first byte; `UNKNOWN_DIGEST` where there is none."""

    @property
    def has_payload(self) -> bool:
        """Whether a revisit may refer to it."""
        return self.type.rstrip(b"\0") in (b"response", b"resource")


class Known:
    """The records met so far, by id, and those that revisits refer to by address and date or digest too."""

    def __init__(self) -> None:
        self._table = Table(_ROW.size)

    def __len__(self) -> int:
        return len(self._table)

    def get(self, key: bytes) -> Row | None:
        """Return the record under one of its names."""
        value = self._table.get(key)
        return None if value is None else Row(*_ROW.unpack(value))

    def add(self, names: tuple[bytes, ...], row: Row) -> bool:
        """Note a record under its names; say whether the first of them, its id, is new."""
        value = _ROW.pack(*row)
        is_new = [self._table.add(name, value) for name in names]
        return is_new[0]


def row_of(record: Record, facts: BlockFacts | None) -> Row:
    """Return what is kept of a record; `facts` are those of a block that could be read."""
    found = facts.labelled_payload_digest if facts else None
    return Row(
        type=record.type.encode()[:8].ljust(8, b"\0"),
        date=short(record.date),
        target=short(record.target_uri or ""),
        digest=claimed_digest(record) or (packed_digest(*found) if found else UNKNOWN_DIGEST),
    )


def names_of(record: Record, row: Row) -> tuple[bytes, ...]:
    """Return the names that others may call a record by, its id first."""
    by_id = id_name(record.record_id)
    if not row.has_payload or not record.target_uri:
        return (by_id,)
    return by_id, moment_name(record.target_uri, record.date), digest_name(record.target_uri, row.digest)


def id_name(record_id: str) -> bytes:
    """Return the name by record id."""
    return key_of("id", record_id)


def moment_name(target: str, date: str) -> bytes:
    """Return the name by address and date, cut to the second: some writers round."""
    return key_of("at", target, date[:_TO_THE_SECOND])


def digest_name(target: str, digest: bytes) -> bytes:
    """Return the name by address and payload digest."""
    return key_of("of", target, digest.hex())


def short(text: str) -> bytes:
    """Return 8 bytes that stand for a text in comparisons."""
    return key_of(text)[:8]


def claimed_digest(record: Record) -> bytes | None:
    """Return the record's own WARC-Payload-Digest, packed; None where there is none to be read."""
    value = digest_value(field_of(record.headers, "WARC-Payload-Digest") or "")
    return packed_digest(value[0], value[1]) if value and value[1] else None


def packed_digest(algorithm: str, digest: bytes) -> bytes:
    """Return 16 bytes: one for the algorithm, the digest's first 15."""
    return key_of(algorithm)[:1] + digest[:15].ljust(15, b"\0")
