"""The report of a run: what was asked, what came of it, what is missing."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from archive.collection import Collection, replace_file
from archive.errors import CollectionError
from crawler.frontier.backend import Wanted
from crawler.frontier.transaction import TransactionError
from crawler.ledger.importing import IMPORTED
from crawler.ledger.ledger import KILLED
from crawler.plan import SOFTWARE

if TYPE_CHECKING:
    from crawler.run import Run

logger = logging.getLogger(__name__)

PROBLEM_STATES = ("failed", "blocked", "parked")
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
        "began": run.began.isoformat(timespec="seconds"),
        "ended": None if reason is None else now.isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "seeds": list(run.plan.seeds),
        "recovered": [str(cut) for cut in run.cuts],
        "urls": urls,
        "urls_seen": sum(urls.values()),
        "problems": {state: list(run.frontier.in_state(state)) for state in urls if is_problem(state)},
        "waiting_for_robots": run.shut_hosts.get(Wanted.PAGES, []),
        "remaining": urls.get("pending", 0) + urls.get("leased", 0),
        "pages": tally.pages,
        "briefs": dict(tally.briefs),
        "cosmetic": tally.cosmetic,
        "rejects": dict(tally.rejects),
        "requisites": requisites_of(run),
        "links_not_followed": dict(tally.links),
        "requests": tally.requests,
        "captures": tally.captures,
        "revisits": dict(tally.revisits),
        "failures": tally.failures,
        "commits": tally.commits,
        "wire_bytes": tally.wire_bytes,
        "warc_bytes": tally.warc_bytes,
        "requests_per_second": round(tally.requests / seconds, 2) if seconds else 0.0,
        "merkle": None if run.root is None else asdict(run.root),
    }


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
    """Return whether a run broke, or left failed, blocked or parked addresses, or hosts without their robots.txt."""
    return bool(report["problems"] or report["broken"] or report["waiting_for_robots"])


def write_report(run: Run, reason: str | None) -> dict[str, Any]:
    """Put the report in the place of the one before, and return it; a disk that takes none is only logged."""
    report = make_report(run, reason)
    digest = _write(run.folder / "report.json", report)
    if reason is not None and digest is not None:
        _note(run, run.id, digest)
    return report


def amend_killed(run: Run) -> None:
    """Write into the reports of earlier runs that these were killed, and the root over what they had committed."""
    for run_id, root in run.killed.items():
        path = run.plan.collection.runs / run_id / "report.json"
        try:
            report = {**read_report(path), "state": KILLED, "merkle": asdict(root)}
        except CollectionError as error:
            logger.warning("%s", error)
            continue
        digest = _write(path, report)
        if digest is not None:
            _note(run, run_id, digest)


def _write(path: Path, report: dict[str, Any]) -> bytes | None:
    """Put a report in its place and return its sha256; None where the disk takes none, which is logged."""
    content = orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    try:
        replace_file(path, content)
    except OSError as error:
        logger.error("%s: the report could not be written: %s", path, error.strerror)
        return None
    return hashlib.sha256(content).digest()


def _note(run: Run, run_id: str, digest: bytes) -> None:
    try:
        run.ledger.note_report(run_id, digest)
    except TransactionError as error:
        logger.error("the report's digest could not be kept: %s", error)


def latest_report(collection: Collection) -> dict[str, Any]:
    """Return the report of the newest crawl, imports left out; raise CollectionError where there is none."""
    collection.settings()
    reports = map(read_report, sorted(collection.runs.glob("*/report.json"), reverse=True))
    newest = next((report for report in reports if report["state"] != IMPORTED), None)
    if newest is None:
        raise CollectionError(collection.root, "no run has written a report here yet")
    return newest


def read_report(path: Path) -> dict[str, Any]:
    """Return a report; raise CollectionError when the file is not one."""
    try:
        report = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise CollectionError(path, f"report cannot be read: {error}") from error
    if not isinstance(report, dict) or report.get("schema") != "report/1":
        raise CollectionError(path, "is no report, expected schema report/1")
    return report
