"""A client that takes bytes as they come."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Reply:
    """One response, in parts, each as received."""

    interim: bytes
    head: bytes
    body: bytes
    """The body as framed: chunks are still chunks."""

    @property
    def final(self) -> bytes:
        return self.head + self.body

    @property
    def status(self) -> int:
        return int(self.head[9:12])

    def values(self, name: str) -> list[str]:
        """Return the values of a header field, in order."""
        lines = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return [value.strip().decode("latin-1") for key, _, value in lines if key.lower() == name.lower().encode()]


class Client:
    """One connection; requests are sent as given, responses read to their end."""

    def __init__(self, port: int, *, ca_file: Path | None = None, host: str = "harbour.example") -> None:
        self.host = host
        stream = socket.create_connection(("127.0.0.1", port), timeout=20)
        if ca_file is not None:
            context = ssl.create_default_context(cafile=str(ca_file))
            stream = context.wrap_socket(stream, server_hostname=host)
        self.stream = stream
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stream.close()

    def ask(self, target: str, *fields: str, method: str = "GET") -> tuple[bytes, Reply]:
        """Send a request; return its bytes and the reply."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}", *fields]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self.stream.sendall(request)
        return request, self.read(bodiless=method == "HEAD")

    def read(self, *, bodiless: bool = False) -> Reply:
        """Read one reply, interim responses included."""
        interim, head = b"", self._read_through(b"\r\n\r\n")
        while head[9:10] == b"1":
            interim, head = interim + head, self._read_through(b"\r\n\r\n")
        reply = Reply(interim, head, b"")
        empty = bodiless or reply.status in (204, 304)
        return reply if empty else Reply(interim, head, self._read_body(reply))

    def read_rest(self) -> bytes:
        """Read until the server ends the connection."""
        while received := self.stream.recv(65536):
            self._unread += received
        rest, self._unread = self._unread, b""
        return rest

    def _read_body(self, reply: Reply) -> bytes:
        if reply.values("transfer-encoding") == ["chunked"]:
            return self._read_chunks()
        lengths = reply.values("content-length")
        return self._read(int(lengths[0])) if lengths else self.read_rest()

    def _read_chunks(self) -> bytes:
        body = b""
        while True:
            line = self._read_through(b"\r\n")
            body += line
            size = int(line.partition(b";")[0], 16)
            if size == 0:
                break
            body += self._read(size + 2)
        while (line := self._read_through(b"\r\n")) != b"\r\n":
            body += line
        return body + line

    def _read_through(self, mark: bytes) -> bytes:
        while mark not in self._unread:
            received = self.stream.recv(65536)
            assert received, f"connection ended after {self._unread!r}"
            self._unread += received
        head, _, self._unread = self._unread.partition(mark)
        return head + mark

    def _read(self, length: int) -> bytes:
        while len(self._unread) < length:
            received = self.stream.recv(65536)
            assert received, f"connection ended {length - len(self._unread)} bytes early"
            self._unread += received
        body, self._unread = self._unread[:length], self._unread[length:]
        return body


def dechunk(framed: bytes) -> bytes:
    """Return the entity inside chunks."""
    entity = b""
    while True:
        line, _, framed = framed.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        if size == 0:
            return entity
        entity, framed = entity + framed[:size], framed[size + 2 :]
