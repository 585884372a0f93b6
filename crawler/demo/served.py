"""The server's own log: what it read and what it wrote, byte for byte."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from archive.model import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it was read from the socket."""

    raw: bytes
    method: str
    target: str
    """Path and query, as sent."""
    host: str
    """The Host field in lower case, without its port."""
    fields: Fields
    tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One exchange as the server saw it."""

    connection: int
    """Connections are numbered from 1 in the order accepted, per listening port."""
    port: int
    tls: bool
    method: str
    host: str
    target: str
    at: datetime
    """When the request was whole, UTC."""
    monotonic: float
    """The same moment on the monotonic clock, in seconds."""
    request: bytes
    interim: tuple[bytes, ...]
    """The 1xx responses, each with its empty line."""
    response: bytes
    """The final response; empty when the log keeps no bodies."""
    response_sha256: str
    response_length: int
    cut: bool
    """The server, or a peer that went away, ended it early: the peer may have received less."""

    @property
    def url(self) -> str:
        """Return the address that was asked for."""
        return f"{'https' if self.tls else 'http'}://{self.host}{self.target}"

    @property
    def request_sha256(self) -> str:
        """Return the hex sha256 of the request's bytes."""
        return hashlib.sha256(self.request).hexdigest()

    def as_line(self) -> str:
        """Return the exchange as one line of JSON: request and interim in base64, the response by its digest."""
        line = {
            "url": self.url,
            "method": self.method,
            "port": self.port,
            "connection": self.connection,
            "at": self.at.isoformat(),
            "monotonic": self.monotonic,
            "request": base64.b64encode(self.request).decode("ascii"),
            "request_sha256": self.request_sha256,
            "interim": [base64.b64encode(head).decode("ascii") for head in self.interim],
            "response_sha256": self.response_sha256,
            "response_length": self.response_length,
            "cut": self.cut,
        }
        return json.dumps(line) + "\n"


@dataclass(slots=True)
class Recording:
    """An exchange going on: pieces are noted just before they are sent."""

    request: Request
    connection: int
    port: int
    at: datetime
    monotonic: float
    sent: list[bytes] = field(default_factory=list)
    cut: bool = False

    def served(self, *, keep_body: bool = True) -> Served:
        """Return what has happened so far."""
        interim, final = split_interim(b"".join(self.sent))
        return Served(
            connection=self.connection,
            port=self.port,
            tls=self.request.tls,
            method=self.request.method,
            host=self.request.host,
            target=self.request.target,
            at=self.at,
            monotonic=self.monotonic,
            request=self.request.raw,
            interim=interim,
            response=final if keep_body else b"",
            response_sha256=hashlib.sha256(final).hexdigest(),
            response_length=len(final),
            cut=self.cut,
        )


def split_interim(sent: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Part the leading 1xx responses from the final one."""
    interim = []
    while sent[:7] == b"HTTP/1." and sent[9:10] == b"1" and b"\r\n\r\n" in sent:
        head, mark, sent = sent.partition(b"\r\n\r\n")
        interim.append(head + mark)
    return tuple(interim), sent


class ExchangeLog:
    """All exchanges of one or more servers, in the order their requests were whole."""

    def __init__(self, path: Path | None = None, *, keep_bodies: bool = True) -> None:
        self._changed = threading.Condition()
        self._entries: list[Recording | Served] = []
        self._keep_bodies = keep_bodies
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    def begin(self, request: Request, connection: int, port: int) -> tuple[int, Recording]:
        """Note a request; return its number and what its pieces are noted in."""
        recording = Recording(request, connection, port, datetime.now(UTC), time.monotonic())
        with self._changed:
            self._entries.append(recording)
            self._changed.notify_all()
            return len(self._entries) - 1, recording

    def end(self, number: int, recording: Recording) -> None:
        """Freeze that entry and write its line."""
        served = recording.served(keep_body=self._keep_bodies)
        with self._changed:
            self._entries[number] = served
            if self._file:
                self._file.write(served.as_line())
                self._file.flush()

    def entries(self) -> list[Served]:
        """Return every exchange so far, those going on included."""
        with self._changed:
            return [entry if isinstance(entry, Served) else entry.served() for entry in self._entries]

    def wait_for(self, count: int, timeout: float = 30.0) -> bool:
        """Wait until that many requests have come; say whether they did."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._entries) >= count, timeout)

    def close(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()
            self._file = None
