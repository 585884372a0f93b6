"""One accepted connection: requests are read, answers are sent, both are logged as they are."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable

from archive.model import field
from crawler.demo.pieces import Delay, Ending, Pause, Piece
from crawler.demo.served import ExchangeLog, Recording, Request

Answer = Callable[[Request], Iterable[Piece]]

HEAD_LIMIT = 1 << 20
"""A request head longer than this ends the connection."""


class Connection:
    """One connection, served by the thread that calls `run`."""

    def __init__(self, stream: socket.socket, number: int, *, answer: Answer, log: ExchangeLog) -> None:
        self._stream = stream
        self._number = number
        self._answer = answer
        self._log = log
        self._port: int = stream.getsockname()[1]
        self._unread = b""
        self._stopped = threading.Event()
        self._waiting_on: threading.Event | None = None

    def run(self) -> None:
        """Serve until either side ends the connection."""
        with self._stream, contextlib.suppress(OSError):  # OSError: the peer went away
            self._stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if isinstance(self._stream, ssl.SSLSocket):
                self._stream.do_handshake()
            while (request := self._read_request()) is not None and self._serve(request):
                pass
            self._say_goodbye()

    def stop(self) -> None:
        """End the connection from another thread."""
        self._stopped.set()
        if waiting_on := self._waiting_on:
            waiting_on.set()
        with contextlib.suppress(OSError):
            # The plain method: SSLSocket.shutdown would pull its TLS state from under the serving thread.
            socket.socket.shutdown(self._stream, socket.SHUT_RDWR)

    def _read_request(self) -> Request | None:
        """Return the next request, or None when the peer has no more."""
        head = self._read_through(b"\r\n\r\n")
        if head is None:
            return None
        line, *lines = head.decode("latin-1").split("\r\n")
        fields = tuple(read_field(text) for text in lines if text)
        body = self._read_exactly(int(field(fields, "content-length") or 0))
        method, target, *_ = [*line.split(" "), "", ""]
        host = (field(fields, "host") or "").lower().rpartition(":")
        return Request(
            raw=head + body,
            method=method,
            target=target,
            host=host[0] or host[2],
            fields=fields,
            tls=isinstance(self._stream, ssl.SSLSocket),
        )

    def _read_through(self, mark: bytes) -> bytes | None:
        while mark not in self._unread:
            received = self._stream.recv(65536)
            if not received or len(self._unread) > HEAD_LIMIT:
                return None
            self._unread += received
        head, _, self._unread = self._unread.partition(mark)
        return head + mark

    def _read_exactly(self, length: int) -> bytes:
        while len(self._unread) < length and (received := self._stream.recv(65536)):
            self._unread += received
        body, self._unread = self._unread[:length], self._unread[length:]
        return body

    def _serve(self, request: Request) -> bool:
        """Send the answer; say whether the connection lives on."""
        number, recording = self._log.begin(request, self._number, self._port)
        lives_on = False
        try:
            lives_on = self._send(self._answer(request), recording)
        except OSError:
            recording.cut = True
            raise
        finally:
            self._log.end(number, recording)
        return lives_on and (field(request.fields, "connection") or "").lower() != "close"

    def _send(self, pieces: Iterable[Piece], recording: Recording) -> bool:
        """Send the pieces in turn; False when one of them ends the connection."""
        for piece in pieces:
            if isinstance(piece, Ending):
                self._end(piece)
                return False
            if isinstance(piece, Pause | Delay):
                self._wait(piece)
            else:
                self._send_bytes(piece if isinstance(piece, bytes) else piece(), recording)
            if self._stopped.is_set():
                recording.cut = True
                return False
        return True

    def _send_bytes(self, sent: bytes, recording: Recording) -> None:
        recording.sent.append(sent)
        self._stream.sendall(sent)

    def _wait(self, piece: Pause | Delay) -> None:
        if isinstance(piece, Delay):
            self._stopped.wait(piece.seconds)
            return
        self._waiting_on = piece.event
        if not self._stopped.is_set():
            piece.event.wait()
        self._waiting_on = None

    def _end(self, ending: Ending) -> None:
        if ending is Ending.RESET:
            no_linger = struct.pack("ii", 1, 0)
            self._stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_linger)
            self._stream.close()
        elif ending is Ending.CUT:
            # The plain method, as above: nothing of TLS is said.
            socket.socket.shutdown(self._stream, socket.SHUT_RDWR)

    def _say_goodbye(self) -> None:
        """Send TLS's close_notify without waiting for the peer's: a body that ends by closing is then whole."""
        if isinstance(self._stream, ssl.SSLSocket):
            self._stream.setblocking(False)
            self._stream.unwrap()


def read_field(line: str) -> tuple[str, str]:
    """Part a header line into its name and its value."""
    name, _, value = line.partition(":")
    return name, value.strip(" \t")
