"""Which exit code a crawl ends with: what happened decides, as its report tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.exit_codes import BROKEN, DONE, PROBLEMS, WAITING
from crawler.report.making import has_problems


def exit_code_of(report: dict[str, Any], signum: int | None, *, is_strict: bool) -> int:
    """Return how a crawl ends: what stopped it goes before what it left undone, and that before what it found.

    With `is_strict`, drift is a problem too.
    """
    if signum is not None:
        return 128 + signum
    if report["broken"]:
        return BROKEN
    if _are_hosts_waiting(report):
        return WAITING
    is_wrong = has_problems(report) or report["state"] != "finished" or (is_strict and report["drift"])
    return PROBLEMS if is_wrong else DONE


def _are_hosts_waiting(report: Mapping[str, Any]) -> bool:
    return bool(report["waiting_for_robots"] or report["parked"])
