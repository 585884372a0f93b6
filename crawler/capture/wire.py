"""A tee on Twisted's HTTP/1.1 client: every byte that a connection sends or receives is also noted.

It rests on names that Scrapy and Twisted do not promise to keep. `missing_hooks` lists those that are gone, and the
download handler refuses to start when there are any: a capture that silently recorded nothing would be worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from importlib.metadata import version
from itertools import count
from typing import Any

from OpenSSL import SSL
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import ISSLTransport
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol, Request
from twisted.web.client import HTTPConnectionPool, _HTTP11ClientFactory

from crawler.capture.recording import Recording, TlsFacts

PROTOCOL_HOOKS = ("request", "dataReceived", "_finishResponse", "_disconnectParser", "_giveUp", "_state", "_parser")
REQUEST_HOOKS = ("writeTo", "absoluteURI")

_IN_HEAD = (STATUS, HEADER)

attempts: ContextVar[list[Recording] | None] = ContextVar("attempts", default=None)
"""Where the recordings of the download under way go: one a connection that its request was written to."""

HEAD_LIMIT = 256 * 1024
"""Bytes before the end of the final response's head, interim ones included, at the most; Chrome's limit too."""

_connection_numbers = count(1)


class HeadLimitError(Exception):
    """A response whose head does not end within the limit."""


def missing_hooks() -> list[str]:
    """Return the private names of Twisted that capture needs and that are gone."""
    owners: tuple[tuple[type, Iterable[str]], ...] = (
        (HTTP11ClientProtocol, PROTOCOL_HOOKS),
        (Request, REQUEST_HOOKS),
        (HTTPConnectionPool, ("getConnection", "_factory")),
        (_HTTP11ClientFactory, ("buildProtocol",)),
    )
    return [f"{owner.__qualname__}.{name}" for owner, names in owners for name in names if not hasattr(owner, name)]


def versions() -> str:
    """Return the versions of the two packages whose private names are used."""
    return f"Scrapy {version('scrapy')}, Twisted {version('twisted')}"


class _TeeTransport:
    """What Twisted writes a request to: notes the bytes and passes them on."""

    def __init__(self, transport: Any, note: Callable[[bytes], None]) -> None:
        self._transport = transport
        self._note = note

    def write(self, data: bytes) -> None:
        self._note(data)
        self._transport.write(data)

    def writeSequence(self, pieces: Iterable[bytes]) -> None:  # noqa: N802 (Twisted's name)
        self.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class WireProtocol:
    """Mixed in front of the protocol class that Scrapy's factory builds, whatever that class is."""

    _recording: Recording | None = None
    _connection_number = 0
    _tls: TlsFacts | None = None

    def request(self: Any, request: Any) -> Deferred[Any]:
        """Send the request and record the exchange that begins."""
        if not self._connection_number:
            self._connection_number = next(_connection_numbers)
        recording = Recording(
            connection=self._connection_number, peer_ip=getattr(self.transport.getPeer(), "host", None)
        )
        recording.tls = self._tls
        recording.handshake_pending = self._tls is None and ISSLTransport.providedBy(self.transport)
        if request.capture_attempts is not None:
            request.capture_attempts.append(recording)
        if self._state == "QUIESCENT":
            self._recording = recording
        write_to = type(request).writeTo
        request.writeTo = lambda transport: write_to(request, _TeeTransport(transport, recording.sent))
        try:
            answer: Deferred[Any] = super().request(request)  # type: ignore[misc]
            if self._parser is not None:
                self._parser.MAX_LENGTH = 2 * HEAD_LIMIT  # of a line; the limit of the whole head comes first
                self._parser.headerReceived = _leniently(self._parser.headerReceived)
            return answer
        finally:
            del request.writeTo

    def dataReceived(self: Any, data: bytes) -> None:  # noqa: N802
        """Note what came, then let Twisted parse it."""
        recording = self._recording
        if recording is not None:
            if recording.handshake_pending:
                self._read_tls(recording)
            recording.received(data)
        super().dataReceived(data)  # type: ignore[misc]
        if recording is not None and recording.size > HEAD_LIMIT and getattr(self._parser, "state", None) in _IN_HEAD:
            self.transport.abortConnection()
            error = HeadLimitError(f"the head has no end within {HEAD_LIMIT} bytes")
            self._giveUp(Failure(error))  # type: ignore[no-untyped-call]

    def _read_tls(self: Any, recording: Recording) -> None:
        # Only when the first byte of an answer is here is the handshake certainly over.
        self._tls = recording.tls = TlsFacts(self.transport.getHandle())
        recording.handshake_pending = False

    def _finishResponse(self: Any, rest: bytes) -> None:  # noqa: N802
        if self._recording is not None:
            self._recording.end_message(rest)
        super()._finishResponse(rest)  # type: ignore[misc]

    def _disconnectParser(self: Any, reason: Any) -> None:  # noqa: N802
        recording = self._recording
        super()._disconnectParser(reason)  # type: ignore[misc]
        # super() may have begun the next exchange on this connection.
        if recording is not None and self._recording is recording:
            recording.freeze()
            self._recording = None


def _leniently(take: Callable[[bytes, bytes], None]) -> Callable[[bytes, bytes], None]:
    """Return what takes a header field and passes over one whose name Twisted does not allow, as browsers do."""

    def header_received(name: bytes, value: bytes) -> None:
        with suppress(ValueError):
            take(name, value)

    return header_received


def wire_factory(base: Any) -> Any:
    """Return a subclass of a Twisted client factory whose protocols record."""
    classes: dict[type, type] = {}

    class WireFactory(base):  # type: ignore[misc]
        noisy = False

        def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
            protocol = super().buildProtocol(addr)
            plain = type(protocol)
            if plain not in classes:
                classes[plain] = type(f"Wire{plain.__name__}", (WireProtocol, plain), {})
            protocol.__class__ = classes[plain]
            return protocol

    return WireFactory


class _Tagging:
    """A connection that tells each Twisted request where its recordings go.

    Twisted re-sends the same request object, silently, when a kept-alive connection turns out to be dead: so both
    attempts end up in one list.
    """

    def __init__(self, connection: Any, recordings: list[Recording] | None) -> None:
        self._connection = connection
        self._recordings = recordings

    def request(self, request: Any) -> Deferred[Any]:
        request.capture_attempts = self._recordings
        result: Deferred[Any] = self._connection.request(request)
        return result


class WirePool(HTTPConnectionPool):
    """A connection pool whose connections record, and may lead elsewhere than the address says."""

    def __init__(self, reactor: Any, plain: HTTPConnectionPool, *endpoints: Callable[[Any, Any], Any]) -> None:
        """`endpoints` return, one after the other, what stands in for the endpoint of a pool key."""
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = plain.maxPersistentPerHost
        self._factory = wire_factory(plain._factory)
        self._endpoints = endpoints

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:  # noqa: N802
        """Return a connection for that pool key, by the endpoint or by what stands in for it."""
        recordings = attempts.get()
        for stand_in in self._endpoints:
            endpoint = stand_in(key, endpoint)
        connection = super().getConnection(key, endpoint)
        return connection.addCallback(_Tagging, recordings)


def is_tls_error(error: BaseException | None) -> bool:
    """Return whether a network failure is OpenSSL's: a handshake or a certificate that was refused."""
    return isinstance(error, SSL.Error)
