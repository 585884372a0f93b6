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
TAKEN_DOWN = f"{REFUSED}: takedown"
"""The state of an address that was taken down: nothing puts it back."""
GONE = "gone"
REDIRECTED = "redirected"
NOT_MODIFIED = "not-modified"
MAX_HOPS = "out of scope: max hops"
NOFOLLOW = f"{REFUSED}: nofollow"
"""Linked, but by pages alone that ask not to follow the link."""
REQUISITE = "requisite"
REQUISITE_REDIRECTED = "requisite redirected"
REQUISITE_REFUSED = "requisite refused"
REQUISITE_FAILED = "requisite failed"
REQUISITE_LEFT_OUT = "requisite left out"
PAGE_LIMIT = f"{REQUISITE_LEFT_OUT}: page limit"
"""The states of what was asked for a page's looks alone; they all begin with the same word, and no page's does."""
SOURCE = "source"
SOURCE_NOT_MODIFIED = "source not-modified"
SOURCE_REDIRECTED = "source redirected"
SOURCE_REFUSED = "source refused"
SOURCE_FAILED = "source failed"
SOURCE_GONE = "source gone"
SOURCE_ENDED = "source ended"
SOURCE_UNREADABLE = "source unreadable"
SOURCE_LEFT_OUT = "source left out"
"""The states of feeds, sitemaps, listings and the like; `ended` is a page behind the last one."""
NOT_WANTED = f"{SOURCE_LEFT_OUT}: not wanted"


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
    again: float | None = None
    """A known address that ended before this moment is asked again: something says that it has changed since."""

    @property
    def host(self) -> str:
        """The host whose politeness it counts against."""
        return host_of(self.address)

    @property
    def origin(self) -> str:
        """The scheme, host and port whose robots.txt it is under."""
        return origin_of(self.address)


def host_of(address: str) -> str:
    """Return the host of an address; the empty text for a malformed one, which is kept, and never asked."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def origin_of(address: str) -> str:
    """Return the scheme, host and port of an address, as it spells them."""
    return address[: (address + "/").find("/", 8)]


def failed_state(hop: Hop, cause: str) -> str:
    """Return the state of an address that brought nothing; what goes over a requisite's own limits is left out."""
    if not hop.is_requisite:
        return f"{SOURCE_FAILED if hop.is_source else FAILED}: {cause}"
    limit = {"size limit": "size limit", "timeout": "time limit"}.get(cause)
    return f"{REQUISITE_LEFT_OUT}: {limit}" if limit else f"{REQUISITE_FAILED}: {cause}"


def refused_state(hop: Hop) -> str:
    """Return the state of an address that its host's robots.txt disallows."""
    word = REQUISITE_REFUSED if hop.is_requisite else SOURCE_REFUSED if hop.is_source else REFUSED
    return f"{word}: robots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """An address to be asked now, by whoever claimed it, alone."""

    address: str
    host: str
    hop: Hop | None
    """How it was come by; None for a robots.txt."""
    attempts: int = 0
    """How often it was asked before, in vain."""
    origin: str = ""
    """Whose robots.txt it is, or is under."""
    redirects: int = 0
    """How often a robots.txt redirected on the way here."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing may be asked now; `seconds` is when to try again, None when nothing but leases or gates is left."""

    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How a host is treated: Scrapy's DOWNLOAD_DELAY, CONCURRENT_REQUESTS_PER_DOMAIN and the like; 0 is no limit."""

    delay: float = 0.0
    """Seconds between two requests to a host, at the least."""
    concurrency: int = 1
    """Requests to a host at one time."""
    obeys_robots: bool = True
    robots_seconds: float = 86400.0
    """How long a robots.txt is used; RFC 9309 2.4: no more than a day."""
    retry_wait: float = 0.0
    """Seconds that a host is left alone after a failure, doubled with each one that follows."""
    most_retry_wait: float = 300.0
    most_retry_after: float = 3600.0
    """Seconds of a Retry-After that are obeyed, at the most."""
    most_failures: int = 0
    """Failures in a row after which a host is parked."""
    bad_statuses: frozenset[int] = frozenset()
    """Statuses that count as failures beside 429 and 503."""
    adapts: bool = False
    """Whether the delay follows the latency: AUTOTHROTTLE_ENABLED."""
    start_delay: float = 0.0
    most_delay: float = 60.0
    target_concurrency: float = 1.0
    most_pages: int = 0
    """Pages of one host in a run, at the most; requisites are limited by themselves."""
    most_bytes: int = 0
    most_seconds: float = 0.0

    @property
    def first_pace(self) -> float:
        """Seconds between two requests to a host whose latency is not known."""
        return max(self.delay, self.start_delay)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTurn:
    """What the frontier remembers of a host, over runs."""

    host: str
    next: float = 0.0
    """The earliest moment of the next request."""
    sent: float = 0.0
    """When the last request went out; 0 before the first."""
    streak: int = 0
    """Failures in a row."""
    failed: float = 0.0
    """When the last of them ended."""
    floor: float = 0.0
    """Seconds between requests that its robots.txt asks for, as far as they are obeyed."""
    pace: float | None = None
    """Seconds between requests by its latency; None before its first answer."""
    slow: float = 0.0
    """Seconds between requests while it starts again slowly; 0 when it does not."""
    parked: str | None = None
    pages: int = 0
    """Pages asked in this run, as `bytes` and `began`."""
    bytes: int = 0
    began: float | None = None


class Frontier(Protocol):
    """Every address, its state, and the turn of every host."""

    def add(self, urls: Iterable[NewUrl]) -> int:
        """Keep the addresses that are new and return how many were."""

    def claim(self, now: float, wanted: Wanted = Wanted.ALL) -> Lease | Wait:
        """Lease the first address of the host whose turn is earliest, and move that host's turn, as one step."""

    def extend(self, addresses: Iterable[str], now: float) -> None:
        """Put the deadlines of leases off."""

    def answered(self, address: str) -> None:
        """Count a lease no longer against its host's concurrency: its request has ended, its commit is to come."""

    def ack(self, address: str, state: str, children: Iterable[NewUrl], now: float) -> int:
        """End a lease in a final state and keep what the page led to, as one step; return how many were new."""

    def requeue(self, address: str, not_before: float) -> None:
        """End a lease without an outcome; its host is left alone until that moment."""

    def release(self) -> int:
        """Give every lease back: its process is gone. A gate that was being asked, or was shut, is asked anew."""

    def has_claimable(self, wanted: Wanted = Wanted.ALL, now: float = 0.0) -> bool:
        """Return whether any address will be claimed in time: one that is pending behind no shut gate."""

    def put_back_failed(self, addresses: Iterable[str]) -> None:
        """Make those of the addresses that failed pending again."""

    def put_back_finished(self, states: Iterable[str], before: float) -> int:
        """Make the addresses that ended in those states before that moment pending again; return how many."""

    def want_sources(self, wanted: bool) -> None:
        """Leave the sources out that are pending, or take them in again."""

    def reopen(self, max_hops: int) -> int:
        """Make addresses pending that a smaller limit of hops left out; 0 is no limit. Return how many."""

    def in_state(self, state: str, since: float = 0.0) -> Iterator[str]:
        """Yield the addresses in a state, or in one that begins with it and a colon, as they were seen.

        With `since`, those that came into it at that moment or later.
        """

    def hop_of(self, address: str) -> Hop | None:
        """Return how an address was come by; None for one that was never seen."""

    def open_gate(self, origin: str, rules: bytes, now: float, floor: float = 0.0) -> None:
        """Keep what a robots.txt says, the seconds between requests too, and let the pages be asked."""

    def retry_gate(self, origin: str, not_before: float, address: str | None = None) -> None:
        """Let a robots.txt be asked again from that moment on."""

    def redirect_gate(self, origin: str, address: str) -> None:
        """Let a robots.txt be asked at the address that it redirected to."""

    def end_host(self, host: str, cause: str, now: float) -> None:
        """Let every address of a host end as failed for that cause: none of them was asked, robots.txt first of all."""

    def shut_gate(self, origin: str, not_before: float = 0.0) -> None:
        """Leave the pages pending: their robots.txt could not be had; it may be asked again from that moment on."""

    def robots(self, origin: str) -> bytes | None:
        """Return the rules that a robots.txt gave, or None."""

    def fetched(self, origin: str) -> float | None:
        """Return when that was."""

    def shut_hosts(self, wanted: Wanted = Wanted.ALL) -> list[str]:
        """Return the hosts where addresses wait because their robots.txt could not be had."""

    def turn(self, host: str) -> HostTurn:
        """Return what is remembered of a host."""

    def keep_turn(self, turn: HostTurn) -> None:
        """Remember a host's turn; its next one never comes earlier than it was to."""

    def park(self, host: str, why: str) -> None:
        """Leave a host's addresses pending for the rest of this run; the first reason stands."""

    def parked(self) -> dict[str, str]:
        """Return the hosts that are parked, and why."""

    def end_run(self) -> None:
        """Let what holds for one run hold no more: the parked hosts, and what was spent of their budgets."""

    def counts(self) -> dict[str, int]:
        """Return how many addresses are in each state."""
