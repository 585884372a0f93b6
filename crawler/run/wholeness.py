"""Whether a run was complete: all that was due was asked, and every host let it; or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.frontier.backend import FAILED, Wanted
from crawler.ledger.gaps import BLOCKED, CUT_SHORT, Cause

if TYPE_CHECKING:
    from crawler.run.run import Run

_FINISHED = "finished"
_REASONS = {
    "shutdown": "stopped by a signal",
    "interrupted": "stopped by two signals",
    "not begun": "it did not begin",
    "closespider_timeout": "time limit",
    "closespider_timeout_no_item": "time limit",
    "closespider_pagecount": "page limit",
    "closespider_itemcount": "page limit",
    "closespider_errorcount": "limit of errors",
}
"""Scrapy's finish reason -> what it means."""


def lookouts_of(run: Run) -> tuple[str, ...]:
    """Return the addresses where news shows first: all of them asked, the news up to then are known."""
    kept = run.plan.collection.settings().get("seeds", ())
    return tuple(str(seed) for seed in kept) or run.plan.seeds


def causes_of(run: Run, state: str, looked: datetime | None) -> list[Cause]:
    """Return why a run that ends in that state was not complete; nothing where it was.

    `looked` is when the last of the lookouts was asked, None where one never was.
    """
    blocked = [*_shut_hosts(run), *_parked_hosts(run), *_failed_lookouts(run)]
    ended_early = _reason(run, state)
    if ended_early is None and not blocked and looked is None:
        ended_early = "not every seed was asked"
    told = {host for cause in blocked for host in cause.hosts}
    waiting = tuple(host for host in run.ledger.gaps.pending_hosts() if host not in told)
    if ended_early is None and waiting:
        ended_early = "page limit" if run.allowance.is_full_of_pages() else "addresses are left"
    return [*([Cause(kind=CUT_SHORT, why=ended_early, hosts=waiting)] if ended_early else []), *blocked]


def _reason(run: Run, state: str) -> str | None:
    if run.broken:
        return f"broke off: {run.broken}"
    return None if state == _FINISHED else _REASONS.get(state, state)


def _shut_hosts(run: Run) -> Iterator[Cause]:
    hosts = tuple(run.shut_hosts.get(Wanted.PAGES, ()))
    if hosts:
        yield Cause(kind=BLOCKED, why="robots.txt could not be had", hosts=hosts)


def _parked_hosts(run: Run) -> Iterator[Cause]:
    for host, why in sorted(run.parked.items()):
        yield Cause(kind=BLOCKED, why=f"parked: {why}", hosts=(host,))


def _failed_lookouts(run: Run) -> Iterator[Cause]:
    """Yield the lookouts that gave no answer: what they would have shown, nobody knows."""
    lookouts = set(lookouts_of(run))
    for kind in (FAILED, "blocked"):
        for address in run.frontier.in_state(kind):
            if address in lookouts:
                state = run.frontier.state_of(address)
                yield Cause(kind=BLOCKED, why=f"{address}: {state}", hosts=(urlsplit(address).hostname or "",))
