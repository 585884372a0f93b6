"""A CONNECT proxy that leads every tunnel to one port of loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class TunnelProxy:
    """Answers CONNECT with 200 and passes bytes on, both ways; a context manager."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.asked: list[bytes] = []
        """The CONNECT requests, as they came."""
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for stream in self._open:
            _shut(stream)
        for thread in self._threads:
            thread.join()
        for stream in (*self._open, self._listener):
            stream.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # shut down
                return
            self.asked.append(_read_head(client))
            server = socket.create_connection(("127.0.0.1", self._target))
            self._open += [client, server]
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            for source, target in ((client, server), (server, client)):
                thread = threading.Thread(target=_pump, args=(source, target))
                self._threads.append(thread)
                thread.start()


def _read_head(stream: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        head += stream.recv(1)
    return head


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other direction has ended
        while piece := source.recv(65536):
            target.sendall(piece)
    _shut(target)


def _shut(stream: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is already
        stream.shutdown(socket.SHUT_RDWR)
