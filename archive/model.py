"""The values that the archive's rooms hand to each other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from archive.digest import is_empty_digest
from archive.errors import RevisitError

Fields = tuple[tuple[str, str], ...]
"""Named fields in their order; a repeated name is kept."""

IDENTICAL = "identical-payload-digest"
NOT_MODIFIED = "server-not-modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where a stored exchange lies: the response (or revisit) record of it."""

    warc: str
    """File name inside archive/, always the final one, never `.open`."""
    offset: int
    """Where the record's gzip member begins in that file, in bytes."""
    length: int
    """Length of the gzip member, in bytes."""
    record_id: str
    """WARC-Record-ID without its angle brackets: `urn:uuid:…`."""
    timestamp: str
    """When the capture began, UTC, 14 digits."""
    payload_digest: str
    """`sha256:hex` or `sha1:BASE32` of the entity: transfer coding removed, content coding kept."""
    http_status: int
    """Status code of the response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One gzip member as it was written: one record."""

    offset: int
    length: int
    sha256: str
    """Hex sha256 of the compressed bytes."""
    leaf: str
    """Hex sha256 of the record as it was before compression: what `archive.merkle` calls a leaf.

    Where records were taken down, those of them all, one behind the other: see `archive.takedown`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """The earlier response whose payload an exchange brought again: a response record, never a revisit itself."""

    profile: str
    """`IDENTICAL`: the same payload was sent again; `NOT_MODIFIED`: a 304 said that it would be."""
    record_id: str
    """The original's WARC-Record-ID without angle brackets."""
    target_uri: str
    """The original's address."""
    date: str
    """The original's WARC-Date, its exact text: `Stored.date`."""
    payload_digest: str
    """The original's payload digest, that of no bytes refused."""

    def __post_init__(self) -> None:
        if self.profile not in (IDENTICAL, NOT_MODIFIED):
            raise RevisitError(f"profile is {self.profile!r}, expected {IDENTICAL} or {NOT_MODIFIED}")
        if is_empty_digest(self.payload_digest):
            raise RevisitError(f"the payload of {self.record_id} is empty, expected one that is worth a revisit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response as they went over the wire, frozen."""

    url: str
    """The address asked, as asked: never the connect-to target, never a proxy."""
    request: bytes
    """Every byte sent, less proxy secrets."""
    response: bytes | BinaryIO | None
    """Every byte of the final response; a file, read from its start, when large; None when no byte came."""
    interim: tuple[bytes, ...] = ()
    """The 1xx responses that came before it, each as received."""
    began: datetime
    """When the request was started, aware UTC."""
    took_ms: int
    """Milliseconds from then to the last byte, or to the cut."""
    peer_ip: str | None = None
    """Address of the peer; None through a proxy or when no connection was made."""
    protocol: tuple[str, ...] = ("http/1.1",)
    """WARC-Protocol values: `http/1.1`, then the TLS version as `tls/1.3`."""
    cipher_suite: str | None = None
    """IANA (or OpenSSL) name of the TLS cipher."""
    certificates: tuple[bytes, ...] = ()
    """The peer's certificate chain, DER, leaf first."""
    truncated: str | None = None
    """Why the response was cut: `length`, `time`, `disconnect` or `unspecified`; None when it is whole."""
    metadata: Fields = ()
    """What else the metadata record says: via, hopsFromSeed, seed, …, in order."""
    revisit: Revisit | None = None
    """What the response repeats: a revisit record of the head alone then stands in the place of the response record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedFetch:
    """A fetch that ended before a request could be sent: name lookup, refused, TLS, timeout."""

    url: str
    cause: str
    """One word: `dns`, `refused`, `unreachable`, `tls`, `timeout`, `reset`, …"""
    detail: str
    """What the network stack said, one line."""
    began: datetime
    took_ms: int
    metadata: Fields = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the writer says of one exchange or failed fetch that it has appended."""

    capture: Capture | None
    """The response's place; None when no byte of a response came."""
    warc: str
    date: str
    """WARC-Date of its records, the exact text."""
    serial: int
    """The file's serial; captures are ordered by (serial, offset)."""
    offset: int
    """Where the first record of the exchange begins."""
    members: tuple[Member, ...]
    """Every record written for it, in order."""
    opening: Member | None = None
    """The warcinfo record, when this is what comes first behind it."""


def field(fields: Iterable[tuple[str, str]], name: str) -> str | None:
    """Return the first value under that name, letter case ignored, or None."""
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), None)
