"""The figures of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.model import Exchange, Stored
from crawler.frontier.backend import REQUISITE, Lease
from crawler.items import Hop
from crawler.ledger.entry import Entry
from crawler.ledger.ledger import Lines


@dataclass(slots=True)
class AskedSource:
    """One source, as a run asked it."""

    kind: str
    """As `Hop.source` has it."""
    state: str | None = None
    """What it ended in; None until that is committed."""
    named: int = 0
    """Addresses that it named as pages."""
    sources: int = 0
    """Addresses that it named as other sources."""
    new: int = 0
    """How many of these nobody had named before."""
    problem: str | None = None
    """What was expected of it and not found, or left out."""


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
    sources: dict[str, AskedSource] = field(default_factory=dict)
    """What came of each source that was asked, by its address."""
    requisites: int = 0
    """What pages need to look right: addresses asked, each attempt counted."""
    requisite_states: Counter[str] = field(default_factory=Counter)
    """What came of them, by state."""
    requisite_bytes: int = 0
    """Bytes of `wire_bytes` that went for them."""

    def count_lease(self, lease: Lease) -> None:
        """Count what is asked now."""
        hop = lease.hop
        if hop is not None:
            self.requisites += hop.is_requisite
            self.pages += hop.is_page
            if hop.source is not None:
                self.sources.setdefault(lease.address, AskedSource(hop.source))

    def count_sources(self, group: Iterable[Entry]) -> None:
        """Count what came of sources, once it is committed."""
        for entry in group:
            source = self.sources.get(entry.address or "")
            if source is not None and entry.state is not None:
                source.state, source.new = entry.state, entry.new

    def count_states(self, states: Iterable[str | None]) -> None:
        """Count what came of requisites, be it that they were left out; the states of pages are not counted here."""
        self.requisite_states.update(state for state in states if state is not None and state.startswith(REQUISITE))

    def count_commit(self, lines: Lines) -> None:
        """Count a commit and the lines that it appended."""
        self.commits += 1
        self.cosmetic += len(lines.cosmetic)
        self.briefs.update(brief.change for brief, _ in lines.briefs)
        self.rejects.update(rejection.reason for rejection, _ in lines.rejects)

    def count(self, exchange: Exchange, stored: Stored, hop: Hop | None) -> None:
        """Count an exchange that was stored."""
        size = wire_size(exchange)
        self.requests += 1
        self.captures += exchange.response is not None
        self.failures += exchange.response is None
        self.wire_bytes += size
        if hop is not None and hop.is_requisite:
            self.requisite_bytes += size
        self.warc_bytes += sum(member.length for member in stored.members)
        if exchange.revisit is not None:
            self.revisits[exchange.revisit.profile] += 1


def wire_size(exchange: Exchange) -> int:
    """Return the bytes that an exchange sent and received, heads and framing included."""
    response = exchange.response
    size = len(response) if isinstance(response, bytes) else response.seek(0, 2) if response else 0
    return size + len(exchange.request) + sum(map(len, exchange.interim))
