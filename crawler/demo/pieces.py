"""What an answer is made of: bytes to send, and what to do between and after them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Ending(Enum):
    """How to end the connection, whatever the messages say."""

    CLOSE = "close"
    """Orderly: what was sent arrives (over TLS with its close_notify)."""
    RESET = "reset"
    """TCP RST; the peer may lose what it has not read yet."""
    CUT = "cut"
    """TCP FIN alone: over TLS without the close_notify that says there is no more."""


CLOSE = Ending.CLOSE
RESET = Ending.RESET
CUT = Ending.CUT


@dataclass(frozen=True, slots=True)
class Pause:
    """Send nothing more until the event is set, or the server stops."""

    event: threading.Event


@dataclass(frozen=True, slots=True)
class Delay:
    """Send nothing more for that long, or until the server stops."""

    seconds: float


Piece = bytes | Pause | Delay | Ending | Callable[[], bytes]
"""Each bytes piece is one send; a callable is asked when its turn comes."""
