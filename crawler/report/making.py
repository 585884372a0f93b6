"""The report of a run: what was asked, what came of it, what is missing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from crawler.frontier.backend import SOURCE_FAILED, SOURCE_UNREADABLE, Wanted
from crawler.ledger.gaps import BLOCKED
from crawler.plan import SOFTWARE
from crawler.report.blocked import blocked_of
from crawler.report.completeness import completeness
from crawler.report.drift import coverage_section, drift_section
from crawler.report.politeness import politeness_of
from crawler.report.sources import sources_of

if TYPE_CHECKING:
    from crawler.run import Run
    from crawler.run.tally import Tally

PROBLEM_STATES = ("failed", "blocked", "parked", SOURCE_FAILED, SOURCE_UNREADABLE)
"""An address that ends in one of these makes the exit code 1; 404, 410, rejected and refused are outcomes."""


def make_report(run: Run, reason: str | None) -> dict[str, Any]:
    """Return the report; `reason` is Scrapy's finish reason, or None while the crawl runs."""
    now = datetime.now(UTC)
    seconds = (now - run.began).total_seconds()
    urls = run.frontier.counts()
    tally = run.tally
    return {
        "schema": "report/1",
        "run": run.id,
        "site": run.plan.site.name,
        "software": SOFTWARE,
        "state": "running" if reason is None else reason,
        "broken": run.broken,
        "exit_code": None,
        "began": run.began.isoformat(timespec="seconds"),
        "ended": None if reason is None else now.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "seeds": list(run.plan.seeds),
        "recovered": [str(cut) for cut in run.cuts],
        "urls": urls,
        "urls_seen": run.ledger.sums.seen(),
        "problems": problems_of(run),
        "waiting_for_robots": run.shut_hosts.get(Wanted.PAGES, []),
        "parked": run.manners.parked(),
        "politeness": politeness_of(run),
        "blocked": blocked_of(run),
        "remaining": urls.get("pending", 0) + urls.get("leased", 0),
        "pages": tally.pages,
        "briefs": dict(tally.briefs),
        "cosmetic": tally.cosmetic,
        "rejects": dict(tally.rejects),
        "requisites": requisites_of(run),
        "sources": sources_of(run),
        "links_not_followed": dict(tally.links),
        **traffic_of(tally, seconds),
        "completeness": completeness(run, is_over=reason is not None),
        "coverage": coverage_section(run.ledger.coverage.of(run.id)),
        "drift": [] if reason is None else drift_section(run.ledger.coverage, run.id, run.sensitivity),
        "merkle": None if run.root is None else asdict(run.root),
    }


def traffic_of(tally: Tally, seconds: float) -> dict[str, Any]:
    """Return the fields on what went over the wire, and into the WARC."""
    return {
        "requests": tally.requests,
        "captures": tally.captures,
        "revisits": dict(tally.revisits),
        "failures": tally.failures,
        "commits": tally.commits,
        "wire_bytes": tally.wire_bytes,
        "warc_bytes": tally.warc_bytes,
        "requests_per_second": round(tally.requests / seconds, 2) if seconds else 0.0,
    }


def problems_of(run: Run) -> dict[str, list[str]]:
    """Return the addresses that somebody should look at, by their state.

    Only those of which no run before has told: an address that failed is not asked again by itself, and a crawl that
    went well must not be an alarm for ever after. What a killed run came upon is told by the one that goes on.
    """
    since = run.ledger.runs.told(run.id)
    found = {state: list(run.frontier.in_state(state, since)) for state in run.frontier.counts() if is_problem(state)}
    return {state: addresses for state, addresses in found.items() if addresses}


def requisites_of(run: Run) -> dict[str, Any]:
    """Return what a run asked for the looks of pages alone, and what came of it; no problem makes its exit code 1."""
    return {
        "asked": run.tally.requisites,
        "states": dict(run.tally.requisite_states.most_common()),
        "bytes": run.tally.requisite_bytes,
        "limit": run.allowance.spent() if run.plan.reach.requisites else None,
        "waiting_for_robots": run.shut_hosts.get(Wanted.REQUISITES, []),
    }


def is_problem(state: str) -> bool:
    """Return whether an address in that state is one that somebody should look at."""
    return state.partition(":")[0] in PROBLEM_STATES


def has_problems(report: dict[str, Any]) -> bool:
    """Return whether a run broke, or left failed, blocked or parked addresses, or hosts without their robots.txt.

    Sums of the ledger that do not close count as much, and a seed that gives no answer: nobody knows of news then.
    """
    named = ("problems", "broken", "waiting_for_robots", "parked")
    judged = report["completeness"] or {}
    is_blocked = any(gap["kind"] == BLOCKED for gap in judged.get("gaps", ()))
    return any(report[name] for name in named) or is_blocked or bool(judged.get("mismatches"))
