"""A run's report is written, in the place of the one before, and its digest kept."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from archive.collection import replace_file
from archive.errors import CollectionError
from crawler.frontier.transaction import TransactionError
from crawler.ledger.ledger import KILLED
from crawler.report.drift import coverage_section
from crawler.report.exit_code import exit_code_of
from crawler.report.making import make_report
from crawler.report.page import write_page
from crawler.report.stored import read_report

if TYPE_CHECKING:
    from crawler.run import Run

logger = logging.getLogger(__name__)


def write_report(run: Run, reason: str | None) -> dict[str, Any]:
    """Put the report in the place of the one before, and return it; a disk that takes none is only logged."""
    report = make_report(run, reason)
    if reason is not None:
        report["exit_code"] = exit_code_of(report, run.stopped_by, is_strict=run.is_strict)
    digest = _write(run.folder / "report.json", report)
    if reason is not None:
        if digest is not None:
            _note(run, run.id, digest)
        _write_page(run, report)
    return report


def amend_killed(run: Run) -> None:
    """Write into the reports of earlier runs that these were killed, and the root over what they had committed.

    One that was killed before its first report gets one: `briefs recover` knows the chain of the runs by them alone.
    The ledger says of which runs this was not done yet, so that a kill in the middle of it leaves none out.
    """
    for run_id, began, root in run.ledger.runs.untold(KILLED):
        path = run.plan.collection.runs / run_id / "report.json"
        coverage = coverage_section(run.ledger.coverage.of(run_id))
        known = {**_begun(run, run_id, began), **_left_by(path)}
        counts = {
            "briefs": _counted(run.plan.collection.briefs, run_id, "change"),
            "rejects": _counted(run.plan.collection.rejects, run_id, "reason"),
        }
        digest = _write(path, {**known, **counts, "state": KILLED, "merkle": asdict(root), "coverage": coverage})
        if digest is not None:
            _note(run, run_id, digest)


def _begun(run: Run, run_id: str, began: datetime) -> dict[str, Any]:
    """Return what is known of a run without its report."""
    times = {"began": began.isoformat(timespec="seconds"), "ended": None}
    return {"schema": "report/1", "run": run_id, "site": run.plan.site.name, **times}


def _left_by(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return read_report(path)
    except CollectionError as error:
        logger.warning("%s", error)
        return {}


def _counted(path: Path, run_id: str, field: str) -> dict[str, int]:
    """Return how many lines a run has in a file, by the value of a field."""
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        lines = (orjson.loads(line) for line in stream if run_id.encode() in line)
        return dict(Counter(line[field] for line in lines if line["run"] == run_id))


def _write_page(run: Run, report: dict[str, Any]) -> None:
    try:
        write_page(run.plan.collection, report)
    except OSError as error:
        logger.error("%s: report.html could not be written: %s", run.folder, error.strerror)


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
