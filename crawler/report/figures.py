"""Figures as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping


def readable_bytes(count: int) -> str:
    """Return a number of bytes in decimal units."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def readable_seconds(seconds: float) -> str:
    """Return a span of time: `2.7 s`, `4 min 10 s`, `3 h 05 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def readable_counts(counts: Mapping[str, int]) -> str:
    """Return counts by name: `29 done, 7 redirected`."""
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def counts_behind(counts: Mapping[str, int]) -> str:
    """Return counts by name as they stand behind their sum: `: 1 new`; nothing where there are none."""
    return f": {readable_counts(counts)}" if counts else ""


def readable_sum(counts: Mapping[str, int], what: str) -> str:
    """Return the sum of counts, of what, and the counts: `27 lines: 26 new, 1 gone`."""
    return f"{sum(counts.values())} {what}{counts_behind(counts)}"
