"""What shows a capture: a server on loopback, an origin of its own, so that no archived script reads the list."""

from __future__ import annotations

from typing import Protocol, Self


class Engine(Protocol):
    """Serves the captures from when it is entered until it is left."""

    def __enter__(self) -> Self:
        """Begin to serve; raise ReplayError."""

    def __exit__(self, *error: object) -> None:
        """End, and leave nothing behind."""

    def address_of(self, url: str, timestamp: str) -> str:
        """Return where a browser sees the capture of the URL at those 14 digits."""

    def check(self) -> None:
        """Raise ReplayError when it serves no more."""
