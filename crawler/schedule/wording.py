"""Moments, as a person reads them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_text(at: float, zone: str) -> str:
    """Return a moment in a zone, with its distance from UTC: of two that the clocks show alike, each says which."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S %z")
