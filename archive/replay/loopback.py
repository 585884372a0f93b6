"""Pages and files on a port of loopback, for the browser of this machine alone."""

from __future__ import annotations

import socketserver
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from archive.errors import ReplayError
from archive.replay.answer import Answer, parse_range

LOOPBACK = "127.0.0.1"
_PIECE = 1 << 16

Responder = Callable[[str, str], Answer | None]
"""Path, percent-decoded, and query -> what is sent; None when there is nothing."""


class LoopbackServer(ThreadingHTTPServer):
    """Answers GET and HEAD, each request in a thread of its own."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        """Listen on that port, 0 for any; raise ReplayError. What is asked waits for `serve`."""
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except OSError as error:
            raise ReplayError(f"port {port} of {LOOPBACK} cannot be used: {error.strerror}") from error
        # Where an attacker has pointed a name of theirs at 127.0.0.1, it is the Host of the request (DNS rebinding).
        self.hosts = {f"{name}:{self.server_port}" for name in (LOOPBACK, "localhost")}

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{LOOPBACK}:{self.server_port}/"

    def serve(self, respond: Responder, check: Callable[[], None] = lambda: None) -> None:
        """Answer until `shutdown`; `check` is called twice a second, and ends it by raising."""
        self.respond = respond
        self._check = check
        self.serve_forever()

    def server_bind(self) -> None:
        """Bind as TCPServer does: HTTPServer looks up the name of its address, which may ask the network."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def service_actions(self) -> None:
        """Look after what the pages lead to."""
        self._check()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        try:
            self._respond(self._answer())
        except FileNotFoundError as error:  # before the head was sent: a file is opened first
            missing = Path(error.filename).name
            self._respond(Answer.sentence(HTTPStatus.NOT_FOUND, f"{missing} is not there any more."))

    def do_HEAD(self) -> None:
        self.do_GET()

    def _respond(self, answer: Answer) -> None:
        if isinstance(answer.body, bytes):
            self._send_head(answer, answer.status, len(answer.body))
            self._send(answer.body)
        else:
            self._send_file(answer, answer.body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (http.server's name for it)
        """Say nothing: what a person reads is theirs."""

    def version_string(self) -> str:
        """Return the Server header."""
        return "briefs"

    def _answer(self) -> Answer:
        if self.headers.get("Host", "").lower() not in self.server.hosts:
            return Answer.sentence(HTTPStatus.MISDIRECTED_REQUEST, f"This is {self.server.address} and nothing else.")
        parts = urlsplit(self.path)
        found = self.server.respond(unquote(parts.path), parts.query)
        return found or Answer.sentence(HTTPStatus.NOT_FOUND, "There is nothing at this address.")

    def _send_file(self, answer: Answer, path: Path) -> None:
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            wanted = parse_range(self.headers.get("Range"), size)
            if wanted is None:
                self._send_head(answer, HTTPStatus.OK, size)
                self._send_range(stream, range(size))
            elif wanted:
                place = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
                self._send_head(answer, HTTPStatus.PARTIAL_CONTENT, len(wanted), place)
                self._send_range(stream, wanted)
            else:
                self._send_head(answer, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, f"bytes */{size}")

    def _send_head(self, answer: Answer, status: HTTPStatus, length: int, place: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(length))
        if place is not None:
            self.send_header("Content-Range", place)
        if isinstance(answer.body, Path):
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Security-Policy", answer.policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        # The collection may be another one at the next request.
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()

    def _send_range(self, stream: BinaryIO, wanted: range) -> None:
        stream.seek(wanted.start)
        left = len(wanted)
        while left and (piece := stream.read(min(left, _PIECE))):
            self._send(piece)
            left -= len(piece)

    def _send(self, content: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(content)
