"""The server: a socket, a token where others can reach it, and uvicorn behind it."""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

import uvicorn

from archive.errors import ArchiveError
from crawler.serving.app import make_app
from crawler.serving.guard import Admission
from crawler.serving.library import Library
from crawler.serving.opened import OpenCollection
from crawler.serving.replaying import Replaying

SHORTEST_TOKEN = 16
_GRACE = 2
"""Seconds that answers under way have when the server ends."""


class ServingError(ArchiveError):
    """A server that cannot be as it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A bound socket, and what is asked of those who come to it."""

    socket: socket.socket
    host: str
    """As it was asked for."""
    is_loopback: bool
    token: str | None

    @classmethod
    def bound(cls, host: str, port: int, token: str | None) -> Server:
        """Listen there, with a new token where others can reach it and none is given; raise ServingError."""
        if token is not None and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
            raise ServingError(f"BRIEFS_TOKEN is not fit, expected at least {SHORTEST_TOKEN} letters of ASCII")
        try:
            family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            bound = socket.create_server(address[:2], family=family)
        except OSError as error:
            raise ServingError(f"port {port} of {host} cannot be used: {error.strerror}") from error
        is_loopback = ipaddress.ip_address(address[0]).is_loopback
        if token is None and not is_loopback:
            token = secrets.token_urlsafe(24)
        return cls(socket=bound, host=host, is_loopback=is_loopback, token=token)

    @property
    def port(self) -> int:
        """The port, also where any was asked for."""
        port: int = self.socket.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """Where a browser finds it: on this machine, where it listens on all addresses."""
        own = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104 (compared, not bound)
        return f"http://{f'[{own}]' if ':' in own else own}:{self.port}/"

    @property
    def address_with_token(self) -> str:
        """The same with the token, where one is asked for."""
        return f"{self.address}?token={self.token}" if self.token else self.address

    def serve(self, collections: dict[str, OpenCollection], on_ready: Callable[[], None]) -> None:
        """Answer until SIGINT or SIGTERM, which end the process as they always do."""
        library = Library(collections, Replaying(self.address, is_loopback=self.is_loopback))
        admission = Admission(hosts=self._hosts(), token=self.token, port=self.port)
        config = uvicorn.Config(
            make_app(library, admission),
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_graceful_shutdown=_GRACE,
        )
        on_ready()
        uvicorn.Server(config).run(sockets=[self.socket])

    def _hosts(self) -> frozenset[str] | None:
        if not self.is_loopback:
            return None
        names = {"127.0.0.1", "localhost", "[::1]", f"[{self.host}]" if ":" in self.host else self.host.lower()}
        return frozenset({*(f"{name}:{self.port}" for name in names), *(names if self.port == 80 else ())})
