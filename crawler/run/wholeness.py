"""Whether a run was complete: all that was due was asked, and every host let it; or the reasons why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from crawler.frontier.backend import FAILED, Wanted
from crawler.ledger.gaps import BLOCKED, CUT_SHORT, Cause, Lookout

if TYPE_CHECKING:
    from crawler.run.run import Run

_FINISHED = "finished"
_UNANSWERED = (FAILED, "blocked", "source failed", "source unreadable")
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


def judge(run: Run, state: str) -> tuple[list[Cause], datetime | None]:
    """Return why a run that ends in that state was not complete, and as of when the news are known where it was."""
    lookouts = run.ledger.gaps.lookouts(lookouts_of(run))
    looked = min((lookout.asked for lookout in lookouts), default=None)
    blocked = [*_shut_hosts(run), *_parked_hosts(run), *_failed(lookouts)]
    told = {host for cause in blocked for host in cause.hosts}
    waiting = tuple(host for host in run.ledger.gaps.pending_hosts() if host not in told)
    why = _reason(run, state, is_waiting=bool(waiting), is_blind=looked is None and not blocked)
    return [*([Cause(kind=CUT_SHORT, why=why, hosts=waiting)] if why else []), *blocked], looked


def lookouts_of(run: Run) -> tuple[str, ...]:
    """Return the addresses where news shows first: with all of them asked, the news up to then are known.

    They are the sources that the site's file names, and the collection's seeds where a crawl asks none.
    """
    if run.plan.reach.discover and run.plan.site.sources:
        return tuple(source.address for source in run.plan.site.sources)
    kept = run.plan.collection.settings().get("seeds", ())
    return tuple(str(seed) for seed in kept) or run.plan.seeds


def _reason(run: Run, state: str, *, is_waiting: bool, is_blind: bool) -> str | None:
    """Return why it ended before everything was asked; None where it did not, but for what hosts kept out."""
    if run.broken:
        return f"broke off: {run.broken}"
    if state != _FINISHED:
        return _REASONS.get(state, state)
    if is_waiting:
        return "page limit" if run.allowance.is_full_of_pages() else "addresses are left"
    return "no seed was asked" if is_blind else None


def _shut_hosts(run: Run) -> Iterator[Cause]:
    hosts = tuple(run.shut_hosts.get(Wanted.PAGES, ()))
    if hosts:
        yield Cause(kind=BLOCKED, why="robots.txt could not be had", hosts=hosts)


def _parked_hosts(run: Run) -> Iterator[Cause]:
    for host, why in sorted(run.manners.parked().items()):
        yield Cause(kind=BLOCKED, why=f"parked: {why}", hosts=(host,))


def _failed(lookouts: Iterable[Lookout]) -> Iterator[Cause]:
    """Yield the lookouts that gave no answer: what they would have shown, nobody knows."""
    for lookout in lookouts:
        if lookout.state.partition(":")[0] in _UNANSWERED:
            yield Cause(kind=BLOCKED, why=f"{lookout.address}: {lookout.state}", hosts=(lookout.host,))
