"""What the records of an exchange say: named fields and blocks, computed without a file, a clock or a library.

WARC/1.1 by paragraph: 5 named fields, 6 record types. WARC-Protocol and WARC-Cipher-Suite are extensions (#42, #86 of
iipc/warc-specifications). In a metadata block, `interim` is a 1xx response as received, percent-encoded
(`urllib.parse.unquote_to_bytes` gives its bytes back), and `tlsChain` names the resource record of the certificates.
"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from io import SEEK_END, BytesIO
from typing import BinaryIO
from urllib.parse import quote_from_bytes

from archive.digest import digest, same_digest
from archive.errors import RevisitError
from archive.message import Head, entity, has_body, is_chunked, parse_head, pieces
from archive.model import IDENTICAL, Exchange, FailedFetch, Fields, Revisit
from archive.surt import escape_target
from archive.timestamps import warc_date

REVISIT_PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
"""What the two profiles' addresses begin with."""

_PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) != "%")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """A record before it is written."""

    fields: Fields
    """The WARC named fields in order, Content-Length last."""
    block: BinaryIO
    """The block, from its start."""
    length: int
    """Length of the block, in bytes."""
    record_id: str
    """Without angle brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMaker:
    """Builds the records of one file; `new_id` gives `urn:uuid:…`."""

    warcinfo_id: str
    new_id: Callable[[], str]
    algorithm: str

    def warcinfo(self, at: datetime, filename: str, fields: Fields) -> NewRecord:
        """Return the record that a file starts with."""
        head = (("WARC-Type", "warcinfo"), ("WARC-Record-ID", f"<{self.warcinfo_id}>"), ("WARC-Date", warc_date(at)))
        return self._record((*head, ("WARC-Filename", filename)), _WARC_FIELDS, fields_block(fields))

    def chain(self, at: datetime, certificates: tuple[bytes, ...]) -> NewRecord:
        """Return the resource record that keeps a certificate chain."""
        block = pem(certificates)
        sha = digest(self.algorithm, block)
        head = self._head("resource", self.new_id(), at, chain_uri(certificates))
        return self._record((*head, ("WARC-Payload-Digest", sha)), "application/pem-certificate-chain", block)

    def exchange(
        self, exchange: Exchange, payload_digest: str | None = None
    ) -> tuple[tuple[NewRecord, ...], ResponseFacts | None]:
        """Return response or revisit, request and metadata, tied to each other, and what was learned of the response.

        The payload digest, when `payload_digest_of` told it already, is not computed again.
        """
        response_id = None if exchange.response is None else self.new_id()
        request_id, metadata_id = self.new_id(), self.new_id()
        facts = self._facts(exchange, payload_digest)
        records = []
        if response_id and facts:
            records.append(self._answer(response_id, exchange, _ties(request_id, metadata_id), facts))
        extra = (*_ties(response_id or metadata_id), *_wire(exchange))
        records.append(self._message("request", request_id, exchange, extra, exchange.request))
        head = self._head("metadata", metadata_id, exchange.began, exchange.url)
        block = fields_block(_exchange_metadata(exchange, facts))
        records.append(self._record((*head, *_ties(response_id or request_id)), _WARC_FIELDS, block))
        return tuple(records), facts

    def failure(self, failed: FailedFetch) -> NewRecord:
        """Return the metadata record of a fetch that sent nothing."""
        error = (("fetchError", failed.cause), ("fetchErrorDetail", failed.detail))
        block = fields_block((*failed.metadata, *error, ("fetchTimeMs", str(failed.took_ms))))
        return self._record(self._head("metadata", self.new_id(), failed.began, failed.url), _WARC_FIELDS, block)

    def metadata(self, record_id: str, at: datetime, target: str, extra: Fields, fields: Fields) -> NewRecord:
        """Return a metadata record that is of no exchange; `extra` are named fields, `fields` its block."""
        return self._record(
            (*self._head("metadata", record_id, at, target), *extra), _WARC_FIELDS, fields_block(fields)
        )

    def _facts(self, exchange: Exchange, payload_digest: str | None) -> ResponseFacts | None:
        """Return what the records say of the response; the payload of a revisit is that of its original."""
        facts = None
        if exchange.response is not None:
            facts = response_facts(exchange.response, self.algorithm, payload_digest)
        if exchange.revisit is None:
            return facts
        _check_revisit(exchange, exchange.revisit, facts)
        return replace(facts, payload_digest=exchange.revisit.payload_digest) if facts else None

    def _answer(self, record_id: str, exchange: Exchange, ties: Fields, facts: ResponseFacts) -> NewRecord:
        """Return the response record, or the revisit record that stands in its place."""
        stream = rewound(exchange.response or b"")
        extra = (*ties, *_wire(exchange))
        if exchange.revisit is None:
            extra = (*extra, *_truncated(exchange), *facts.payload_field())
            return self._message("response", record_id, exchange, extra, stream)
        head = stream.read(facts.head_size)
        dropped = (("WARC-Truncated", "length"),) if stream.read(1) else ()
        extra = (*extra, *_revisit_fields(exchange.revisit), *dropped)
        return self._message("revisit", record_id, exchange, extra, head)

    def _message(
        self, kind: str, record_id: str, exchange: Exchange, extra: Fields, block: bytes | BinaryIO
    ) -> NewRecord:
        head = self._head(kind, record_id, exchange.began, exchange.url)
        message = "request" if kind == "request" else "response"
        return self._record((*head, *extra), f"application/http;msgtype={message}", block)

    def _head(self, kind: str, record_id: str, at: datetime, target: str) -> Fields:
        return (
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{record_id}>"),
            ("WARC-Date", warc_date(at)),
            ("WARC-Target-URI", escape_target(target)),
            ("WARC-Warcinfo-ID", f"<{self.warcinfo_id}>"),
        )

    def _record(self, fields: Fields, content_type: str, block: bytes | BinaryIO) -> NewRecord:
        stream = rewound(block)
        sha = digest(self.algorithm, pieces(stream))
        length = stream.tell()
        tail = (("WARC-Block-Digest", sha), ("Content-Type", content_type), ("Content-Length", str(length)))
        record_id = fields[1][1][1:-1]
        return NewRecord(fields=(*fields, *tail), block=rewound(stream), length=length, record_id=record_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFacts:
    """What reading a response once tells of it."""

    status: int
    """0 when the start line holds none."""
    payload_digest: str
    """Of the entity: transfer coding removed, content coding kept."""
    head_size: int
    """Bytes of the head, its blank line included."""
    is_plain: bool
    """Whether every reader takes the same bytes of the block for the payload."""

    def payload_field(self) -> Fields:
        """Return the WARC-Payload-Digest, or nothing where readers would hash something else.

        Checkers hash a chunked body with its framing, against the standard (iipc/warc-specifications#22): there the
        digest stands in the metadata record alone.
        """
        return (("WARC-Payload-Digest", self.payload_digest),) if self.is_plain else ()


def response_facts(response: bytes | BinaryIO, algorithm: str, payload_digest: str | None = None) -> ResponseFacts:
    """Return the status and the payload digest of a response, read in pieces; only its head when that is known."""
    stream = rewound(response)
    head = parse_head(stream)
    payload = payload_digest or _payload_digest(stream, algorithm)
    is_all_payload = has_body(head) or head.size == stream.seek(0, SEEK_END)
    is_plain = not is_chunked(head) and is_all_payload and _is_head_clear(stream, head)
    return ResponseFacts(status=head.status or 0, payload_digest=payload, head_size=head.size, is_plain=is_plain)


def payload_digest_of(exchange: Exchange, algorithm: str) -> str:
    """Return the digest of the response's entity, that of no bytes without a response; a file is left at its start."""
    stream = rewound(exchange.response or b"")
    payload = _payload_digest(stream, algorithm)
    stream.seek(0)
    return payload


def fields_block(fields: Fields) -> bytes:
    """Return an application/warc-fields block; control characters in values are percent-encoded."""
    return b"".join(_field_line(name, value) for name, value in fields)


def chain_uri(certificates: tuple[bytes, ...]) -> str:
    """Return the address that a certificate chain is kept under: its block's sha256."""
    return f"urn:{digest('sha256', pem(certificates))}"


def pem(certificates: tuple[bytes, ...]) -> bytes:
    """Return DER certificates as PEM, in order."""
    return "".join(_pem_one(certificate) for certificate in certificates).encode("ascii")


def rewound(block: bytes | BinaryIO) -> BinaryIO:
    """Return the block as a stream at its start."""
    stream = BytesIO(block) if isinstance(block, bytes) else block
    stream.seek(0)
    return stream


_WARC_FIELDS = "application/warc-fields"


def _ties(*record_ids: str) -> Fields:
    return tuple(("WARC-Concurrent-To", f"<{record_id}>") for record_id in record_ids)


def _wire(exchange: Exchange) -> Fields:
    address = (("WARC-IP-Address", exchange.peer_ip),) if exchange.peer_ip else ()
    cipher = (("WARC-Cipher-Suite", exchange.cipher_suite),) if exchange.cipher_suite else ()
    return (*address, *(("WARC-Protocol", protocol) for protocol in exchange.protocol), *cipher)


def _truncated(exchange: Exchange) -> Fields:
    return (("WARC-Truncated", exchange.truncated),) if exchange.truncated else ()


def _check_revisit(exchange: Exchange, revisit: Revisit, facts: ResponseFacts | None) -> None:
    """Raise RevisitError unless the response is whole and what the revisit says of it."""
    if facts is None or exchange.truncated:
        raise RevisitError(f"{exchange.url}: the response was cut or never came, expected a whole one")
    if revisit.profile == IDENTICAL and not same_digest(facts.payload_digest, revisit.payload_digest):
        sentence = f"payload is {facts.payload_digest}, expected {revisit.payload_digest} as in {revisit.record_id}"
        raise RevisitError(f"{exchange.url}: {sentence}")
    if revisit.profile != IDENTICAL and facts.status != 304:
        raise RevisitError(f"{exchange.url}: status is {facts.status}, expected 304")


def _revisit_fields(revisit: Revisit) -> Fields:
    """Return what ties a revisit to its original.

    The payload of both profiles is defined as the original's (6.7.2, 6.7.3), and 5.9 lets its digest stand where the
    payload does not: so a 304 has it too.
    """
    return (
        ("WARC-Profile", REVISIT_PROFILES + revisit.profile),
        ("WARC-Refers-To", f"<{revisit.record_id}>"),
        ("WARC-Refers-To-Target-URI", escape_target(revisit.target_uri)),
        ("WARC-Refers-To-Date", revisit.date),
        ("WARC-Payload-Digest", revisit.payload_digest),
    )


def _exchange_metadata(exchange: Exchange, facts: ResponseFacts | None) -> Fields:
    fields = [*exchange.metadata, ("fetchTimeMs", str(exchange.took_ms))]
    if facts:
        fields.append(("payloadDigest", facts.payload_digest))
    elif exchange.truncated:
        fields.append(("truncated", exchange.truncated))
    if exchange.certificates:
        fields.append(("tlsChain", chain_uri(exchange.certificates)))
    fields += [("interim", quote_from_bytes(interim, safe=_PRINTABLE)) for interim in exchange.interim]
    return tuple(fields)


def _payload_digest(response: BinaryIO, algorithm: str) -> str:
    return digest(algorithm, entity(rewound(response))[1])


def _is_head_clear(stream: BinaryIO, head: Head) -> bool:
    """Say whether no line inside the head looks blank: some readers end it at one that is only white space."""
    stream.seek(0)
    lines = stream.read(head.size).split(b"\n")
    return all(_looks_like_text(line) for line in lines[:-2])


def _looks_like_text(line: bytes) -> bool:
    try:
        return bool(line.decode("utf-8").strip())
    except UnicodeDecodeError:
        return bool(line.decode("latin-1").strip())


def _field_line(name: str, value: str) -> bytes:
    safe = "".join(f"%{ord(letter):02X}" if ord(letter) < 0x20 or ord(letter) == 0x7F else letter for letter in value)
    return f"{name}: {safe}\r\n".encode("utf-8", "replace")


def _pem_one(certificate: bytes) -> str:
    text = "\n".join(textwrap.wrap(base64.b64encode(certificate).decode("ascii"), 64))
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"
