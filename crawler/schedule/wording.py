"""Moments and lengths of time, as a person reads them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def moment_text(at: float, zone: str) -> str:
    """Return a moment in a zone, with its distance from UTC: of two that the clocks show alike, each says which."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S %z")


def duration_text(seconds: float) -> str:
    """Return a length of time in at most two units."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
