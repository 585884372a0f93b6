"""One exchange while it goes over the wire."""

from __future__ import annotations

import io
import tempfile
import time
from datetime import UTC, datetime
from typing import BinaryIO, cast

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL.SSL import Connection

from archive.model import Exchange, Fields
from crawler.capture.interim import split_interim

SPOOL_BYTES = 2 * 1024 * 1024
"""A response longer than this is kept on disk, not in memory."""


class Recording:
    """The bytes of one request and its response, collected as they pass; `freeze` ends it."""

    def __init__(self, *, connection: int, peer_ip: str | None) -> None:
        self.connection = connection
        """A number for the connection, from 1; 0 when none was made."""
        self.peer_ip = peer_ip
        self.tls: TlsFacts | None = None
        self.handshake_pending = False
        """Whether this is a TLS connection whose handshake is not known to be over."""
        self.size = 0
        """Bytes of the response so far."""
        self.unkept: OSError | None = None
        """Why bytes of the response could not be kept; None while they all are."""
        self.began = datetime.now(UTC)
        self.took_ms: int | None = None
        """Milliseconds from the start to the freeze; None before it."""
        self._clock = time.monotonic()
        self._sent: list[bytes] = []
        self._response = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))  # noqa: SIM115

    def sent(self, data: bytes) -> None:
        """Note bytes that were handed to the transport."""
        self._sent.append(bytes(data))

    def received(self, data: bytes) -> None:
        """Note bytes that the transport delivered; after the freeze they belong to nothing."""
        if self.took_ms is not None or self.unkept is not None:
            return
        try:
            self._response.write(data)
        except OSError as error:  # the disk that large responses are spooled to is full
            self.unkept = error
            return
        self.size += len(data)

    def end_message(self, rest: bytes) -> None:
        """Note that the response is whole: its last `len(rest)` bytes came after it and are no part of it."""
        if rest and self.unkept is None:
            self.size -= len(rest)
            self._response.truncate(self.size)
            self._response.seek(0, io.SEEK_END)

    def freeze(self) -> None:
        """End the exchange."""
        if self.took_ms is None:
            self.took_ms = round((time.monotonic() - self._clock) * 1000)

    def exchange(self, url: str, *, truncated: str | None, metadata: Fields, proxied: bool) -> Exchange:
        """Return what was recorded; proxy secrets are left out, and so is the peer's address when it is a proxy's."""
        self.freeze()
        tls = self.tls
        interim, response = self._final_response()
        return Exchange(
            url=url,
            request=without_proxy_secrets(b"".join(self._sent)),
            response=response,
            interim=interim,
            began=self.began,
            took_ms=self.took_ms or 0,
            peer_ip=None if proxied else self.peer_ip,
            protocol=("http/1.1", tls.version) if tls else ("http/1.1",),
            cipher_suite=tls.cipher if tls else None,
            certificates=tls.chain if tls else (),
            truncated=truncated,
            metadata=metadata,
        )

    def _final_response(self) -> tuple[tuple[bytes, ...], bytes | BinaryIO | None]:
        """Return the interim responses, and the final one: a file when it is large, None when no byte came."""
        if self.unkept is not None:
            return (), None
        self._response.seek(0)
        interim, start = split_interim(self._response)
        self._response.seek(start)
        if self.size <= SPOOL_BYTES or start:
            return interim, self._response.read() or None
        return interim, self._response


class TlsFacts:
    """What a connection's handshake agreed on: read once, shared by the exchanges of the connection."""

    __slots__ = ("chain", "cipher", "version")

    def __init__(self, connection: Connection) -> None:
        # OpenSSL says TLSv1.3; the form of WARC-Protocol is tls/1.3.
        self.version = connection.get_protocol_version_name().replace("TLSv", "tls/").lower()
        self.cipher = connection.get_cipher_name()
        chain = connection.get_peer_cert_chain(as_cryptography=True) or []
        self.chain = tuple(certificate.public_bytes(Encoding.DER) for certificate in chain)


def without_proxy_secrets(request: bytes) -> bytes:
    """Return the request's bytes less its Proxy-Authorization lines, which must never be stored."""
    head, blank, body = request.partition(b"\r\n\r\n")
    if b"proxy-authorization" not in head.lower():
        return request
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"proxy-authorization:")]
    return b"\r\n".join(lines) + blank + body
