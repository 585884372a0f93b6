"""The figures of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from archive.model import Exchange, Stored


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    pages: int = 0
    """Addresses asked, each attempt counted; robots.txt is not."""
    requests: int = 0
    captures: int = 0
    revisits: Counter[str] = field(default_factory=Counter)
    """Captures that repeat an earlier one, by profile."""
    failures: int = 0
    """Fetches that got no answer, each attempt counted."""
    wire_bytes: int = 0
    """Bytes sent and received, heads and framing included."""
    warc_bytes: int = 0
    commits: int = 0
    briefs: Counter[str] = field(default_factory=Counter)
    """Lines appended to briefs.jsonl, by change."""
    cosmetic: int = 0
    """Pages whose bytes changed and whose substance did not."""
    rejects: Counter[str] = field(default_factory=Counter)
    """Lines appended to rejects.jsonl, by reason."""
    links: Counter[str] = field(default_factory=Counter)
    """Links on pages that are not followed, by their place: menu, body, promotion, …"""

    def count(self, exchange: Exchange, stored: Stored) -> None:
        """Count an exchange that was stored."""
        response = exchange.response
        size = len(response) if isinstance(response, bytes) else response.seek(0, 2) if response else 0
        self.requests += 1
        self.captures += response is not None
        self.failures += response is None
        self.wire_bytes += len(exchange.request) + size + sum(map(len, exchange.interim))
        self.warc_bytes += sum(member.length for member in stored.members)
        if exchange.revisit is not None:
            self.revisits[exchange.revisit.profile] += 1
