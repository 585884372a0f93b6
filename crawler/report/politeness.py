"""The politeness receipt: for each host how often it was asked, how closely, and what was waited for."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler.frontier.turns import delay_of, spent

if TYPE_CHECKING:
    from crawler.run import Run
    from crawler.run.receipts import Receipt


def politeness_of(run: Run) -> list[dict[str, Any]]:
    """Return the receipts of a run, the host that was asked most first."""
    receipts = sorted(run.manners.receipts, key=lambda receipt: (-receipt.requests, receipt.turn.host))
    return [_receipt(run, receipt) for receipt in receipts]


def _receipt(run: Run, receipt: Receipt) -> dict[str, Any]:
    politeness, gaps = run.manners.politeness, receipt.gaps.measured()
    delay, source = delay_of(receipt.turn, politeness)
    return {
        "host": receipt.turn.host,
        "requests": receipt.requests,
        "bytes": receipt.bytes,
        "failures": receipt.failures,
        "smallest_gap": _seconds(gaps.smallest),
        "median_gap": _seconds(gaps.median()),
        "delay": _seconds(delay),
        "delay_by": source,
        "waits": {why: _rounded(asdict(obeyed)) for why, obeyed in receipt.waits.items()},
        "parked": run.manners.parked().get(receipt.turn.host),
        "budget_spent": spent(receipt.turn, politeness, time.time()),
    }


def _rounded(obeyed: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in obeyed.items()}


def _seconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
