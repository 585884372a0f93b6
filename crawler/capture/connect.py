"""`--connect-to HOST1:PORT1:HOST2:PORT2`, with curl's meaning.

A request for HOST1:PORT1 is sent to HOST2:PORT2 instead; the address, the Host header, the TLS server name and the
records keep the real one. An empty HOST1 or PORT1 means any; an empty HOST2 or PORT2 means the same as asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive.errors import ArchiveError


class ConnectToError(ArchiveError):
    """A connect-to mapping that cannot be read."""


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One mapping; empty host and None port stand for any, or for the same."""

    host: str
    port: int | None
    to_host: str
    to_port: int | None

    def covers(self, host: str, port: int) -> bool:
        """Return whether it speaks of that host and port."""
        return self.host in ("", host.lower()) and self.port in (None, port)


def parse_connect_to(texts: Iterable[str]) -> tuple[ConnectTo, ...]:
    """Return the mappings, in order; raise ConnectToError."""
    return tuple(_parse(text) for text in texts)


def _parse(text: str) -> ConnectTo:
    parts = _split(text)
    if len(parts) != 4:
        raise ConnectToError(f"--connect-to {text!r}: expected HOST1:PORT1:HOST2:PORT2")
    host, port, to_host, to_port = parts
    return ConnectTo(host.lower(), _port(port, text), to_host, _port(to_port, text))


def _split(text: str) -> list[str]:
    """Split at colons, but not inside the brackets of an IPv6 address."""
    parts = [""]
    depth = 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == ":" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part[1:-1] if part.startswith("[") and part.endswith("]") else part for part in parts]


def _port(text: str, whole: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ConnectToError(f"--connect-to {whole!r}: port is {text!r}, expected 1 to 65535")
    return int(text)


def mapping_of(mappings: Iterable[ConnectTo], host: str, port: int) -> ConnectTo | None:
    """Return the first mapping that speaks of that host and port; None where none does."""
    return next((mapping for mapping in mappings if mapping.covers(host, port)), None)


def target_of(mappings: Iterable[ConnectTo], host: str, port: int) -> tuple[str, int] | None:
    """Return where to connect for that host and port, or None for where the address says."""
    mapping = mapping_of(mappings, host, port)
    return None if mapping is None else (mapping.to_host or host, mapping.to_port or port)


def redirect_endpoint(reactor: Any, mappings: tuple[ConnectTo, ...], key: Any, endpoint: Any) -> Any:
    """Return the endpoint to use for a pool key of Twisted's: `(scheme, host, port, …)`.

    A proxy's connections have keys of another scheme and are left alone: the proxy is where they must go.
    """
    from twisted.internet.endpoints import HostnameEndpoint

    scheme, host, port = key[:3]
    if scheme not in (b"http", b"https") or type(endpoint).__name__.startswith("_Tunneling"):
        return endpoint
    target = target_of(mappings, host.decode("ascii"), port)
    if target is None:
        return endpoint
    elsewhere = HostnameEndpoint(reactor, *target)
    if scheme == b"http":
        return elsewhere
    # The TLS wrapper keeps the real name for SNI and for the certificate; only what it wraps is exchanged.
    endpoint._wrappedEndpoint = elsewhere
    return endpoint
