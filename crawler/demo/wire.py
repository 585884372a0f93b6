"""A server of exact bytes: what it is told to say is what goes over the wire."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable, Mapping
from typing import Self

from crawler.demo.connection import Answer, Connection
from crawler.demo.pieces import Piece
from crawler.demo.served import ExchangeLog, Request, Served

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nnot found\n"


class RawServer:
    """Answers each target with the pieces mapped to it, or with what a callable says; a context manager.

    It listens on a free port of 127.0.0.1, one thread a connection; with a TLS context it speaks TLS.
    """

    def __init__(
        self,
        answers: Mapping[str, Iterable[Piece]] | Answer,
        *,
        context: ssl.SSLContext | None = None,
        log: ExchangeLog | None = None,
    ) -> None:
        self._answer = answers if callable(answers) else answer_from(answers)
        self._context = context
        self._own_log = ExchangeLog() if log is None else log
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, name=f"demo-{self.port}", daemon=True)
        self._stopping = threading.Event()
        self._connections: list[tuple[Connection, threading.Thread]] = []

    @property
    def log(self) -> list[Served]:
        """Return every exchange so far; what a client has received is in it."""
        return self._own_log.entries()

    @property
    def connections(self) -> int:
        """Return how many connections were accepted."""
        return len(self._connections)

    def wait_for(self, count: int, timeout: float = 30.0) -> bool:
        """Wait until that many requests have come; say whether they did."""
        return self._own_log.wait_for(count, timeout)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and end every connection."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()  # wakes the thread that accepts
        self._accepting.join()
        self._listener.close()
        for connection, _ in self._connections:
            connection.stop()
        for _, thread in self._connections:
            thread.join()

    def _accept(self) -> None:
        while True:
            stream, _ = self._listener.accept()
            if self._stopping.is_set():
                stream.close()
                return
            self._start(stream)

    def _start(self, stream: socket.socket) -> None:
        if self._context:
            stream = self._context.wrap_socket(stream, server_side=True, do_handshake_on_connect=False)
        number = len(self._connections) + 1
        connection = Connection(stream, number, answer=self._answer, log=self._own_log)
        thread = threading.Thread(target=connection.run, name=f"demo-{self.port}-{number}", daemon=True)
        self._connections.append((connection, thread))
        thread.start()


def answer_from(answers: Mapping[str, Iterable[Piece]]) -> Answer:
    """Return the function that looks a request's target up; anything else is a 404."""

    def look_up(request: Request) -> Iterable[Piece]:
        return answers.get(request.target, (NOT_FOUND,))

    return look_up
