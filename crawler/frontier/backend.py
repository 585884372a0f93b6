"""What a frontier's backend does, whatever database lies under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit

from crawler.items import Hop

PENDING = "pending"
LEASED = "leased"
DONE = "done"
FAILED = "failed"
REFUSED = "refused"
GONE = "gone"
REDIRECTED = "redirected"
NOT_MODIFIED = "not-modified"
MAX_HOPS = "out of scope: max hops"
REQUISITE = "requisite"
REQUISITE_REDIRECTED = "requisite redirected"
REQUISITE_REFUSED = "requisite refused"
REQUISITE_FAILED = "requisite failed"
REQUISITE_LEFT_OUT = "requisite left out"
PAGE_LIMIT = f"{REQUISITE_LEFT_OUT}: page limit"
"""The states of what was asked for a page's looks alone; they all begin with the same word, and no page's does."""


class Wanted(Enum):
    """Which addresses a claim may lease; where both wait on a host, pages go first."""

    ALL = "all"
    PAGES = "pages"
    REQUISITES = "requisites"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUrl:
    """An address that was seen."""

    address: str
    """What it is known by, and asked under."""
    hop: Hop
    state: str = PENDING
    """Its first state: pending, or the final one of an address that is not to be asked."""

    @property
    def host(self) -> str:
        """The host whose politeness it counts against."""
        try:
            return urlsplit(self.address).hostname or ""
        except ValueError:  # a malformed address is kept, and never asked
            return ""


def failed_state(hop: Hop, cause: str) -> str:
    """Return the state of an address that brought nothing; what goes over a requisite's own limits is left out."""
    if not hop.is_requisite:
        return f"{FAILED}: {cause}"
    limit = {"size limit": "size limit", "timeout": "time limit"}.get(cause)
    return f"{REQUISITE_LEFT_OUT}: {limit}" if limit else f"{REQUISITE_FAILED}: {cause}"


def refused_state(hop: Hop) -> str:
    """Return the state of an address that its host's robots.txt disallows."""
    return f"{REQUISITE_REFUSED if hop.is_requisite else REFUSED}: robots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An address to be asked now, by whoever claimed it, alone."""

    address: str
    host: str
    hop: Hop | None
    """How it was come by; None for a robots.txt."""
    attempts: int = 0
    """How often it was asked before, in vain."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be asked now; `seconds` is when to try again, None when nothing but leases or gates is left."""

    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How a host is treated: Scrapy's DOWNLOAD_DELAY and CONCURRENT_REQUESTS_PER_DOMAIN, kept by the claim."""

    delay: float = 0.0
    """Seconds between two requests to a host, at the least."""
    concurrency: int = 1
    """Requests to a host at one time."""
    obeys_robots: bool = True


class Frontier(Protocol):
    """Every address, its state, and the turn of every host."""

    def add(self, urls: Iterable[NewUrl]) -> int:
        """Keep the addresses that are new and return how many were."""

    def claim(self, now: float, wanted: Wanted = Wanted.ALL) -> Lease | Wait:
        """Lease the first address of the host whose turn is earliest, and move that host's turn, as one step."""

    def extend(self, addresses: Iterable[str], now: float) -> None:
        """Put the deadlines of leases off."""

    def sent(self, host: str, at: float) -> None:
        """Let a host's next turn come no earlier than the delay after a request went out to it."""

    def answered(self, address: str) -> None:
        """Count a lease no longer against its host's concurrency: its request has ended, its commit is to come."""

    def ack(self, address: str, state: str, children: Iterable[NewUrl], now: float) -> int:
        """End a lease in a final state and keep what the page led to, as one step; return how many were new."""

    def requeue(self, address: str, not_before: float) -> None:
        """End a lease without an outcome; its host is left alone until that moment."""

    def release(self) -> int:
        """Give every lease back: its process is gone. A gate that was being asked, or was shut, is asked anew."""

    def has_claimable(self, wanted: Wanted = Wanted.ALL) -> bool:
        """Return whether any address will be claimed in time: one that is pending behind no shut gate."""

    def put_back_finished(self, states: Iterable[str], before: float) -> int:
        """Make the addresses that ended in those states before that moment pending again; return how many."""

    def reopen(self, max_hops: int) -> int:
        """Make addresses pending that a smaller limit of hops left out; 0 is no limit. Return how many."""

    def in_state(self, state: str) -> Iterator[str]:
        """Yield the addresses in a state, or in one that begins with it and a colon, as they were seen."""

    def hop_of(self, address: str) -> Hop | None:
        """Return how an address was come by; None for one that was never seen."""

    def open_gate(self, host: str, rules: bytes, now: float) -> None:
        """Keep what a host's robots.txt says and let its pages be asked."""

    def retry_gate(self, host: str, not_before: float, url: str | None = None) -> None:
        """Let a host's robots.txt be asked again from that moment on, at the address that it redirected to."""

    def shut_gate(self, host: str) -> None:
        """Leave a host's pages pending: its robots.txt could not be had."""

    def end_host(self, host: str, cause: str, now: float) -> None:
        """Let every address of a host end as failed for that cause: none of them was asked, robots.txt first of all."""

    def robots(self, host: str) -> bytes | None:
        """Return the rules that a host's robots.txt gave, or None."""

    def forget_robots(self, before: float) -> None:
        """Let every robots.txt that is older than that moment be asked anew."""

    def shut_hosts(self, wanted: Wanted = Wanted.ALL) -> list[str]:
        """Return the hosts where addresses wait because their robots.txt could not be had."""

    def park(self, host: str, why: str) -> None:
        """Leave a host's addresses pending for the rest of this run; the first reason stands."""

    def parked(self) -> dict[str, str]:
        """Return the hosts that are parked, and why."""

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state."""
