"""How far the newest run is, also while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.collection import is_being_written
from archive.errors import CollectionError
from crawler.ledger.reading import open_reading
from crawler.report.figures import readable_bytes, readable_seconds
from crawler.serving.opened import OpenCollection


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One look at a collection."""

    is_running: bool
    """Whether a process is writing to it."""
    run: str | None
    """The newest; None before the first has reported."""
    state: str
    pages: int
    lines: int
    """That the run has appended to briefs.jsonl."""
    remaining: int
    """Addresses still to be asked."""
    requests: int
    seconds: float
    wire_bytes: int
    addresses: dict[str, int]
    """State -> addresses in it, as the ledger has them now."""

    @property
    def words(self) -> dict[str, str]:
        """The figures as a person reads them, by name."""
        return {
            "state": "running" if self.is_running else self.state,
            "pages": str(self.pages),
            "lines": str(self.lines),
            "remaining": str(self.remaining),
            "requests": str(self.requests),
            "time": readable_seconds(self.seconds),
            "bytes": readable_bytes(self.wire_bytes),
        }


def progress_of(opened: OpenCollection) -> Progress:
    """Return how far the newest run is."""
    report: dict[str, Any] = next(opened.runs(), {})
    addresses = _addresses(opened)
    remaining = addresses.get("pending", 0) + addresses.get("leased", 0)
    return Progress(
        is_running=is_being_written(opened.places),
        run=report.get("run"),
        state=str(report.get("state", "no run has reported yet")),
        pages=report.get("pages", 0),
        lines=sum(report.get("briefs", {}).values()),
        remaining=remaining if addresses else report.get("remaining", 0),
        requests=report.get("requests", 0),
        seconds=report.get("seconds", 0.0),
        wire_bytes=report.get("wire_bytes", 0),
        addresses=addresses,
    )


def _addresses(opened: OpenCollection) -> dict[str, int]:
    try:
        with open_reading(opened.places) as ledger:
            return ledger.counts()
    except CollectionError:
        return {}
