"""The report's section on blocked pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.run import Run


def blocked_of(run: Run) -> dict[str, Any]:
    """Return how many pages of a run each rule knew, and which hosts a run of them stopped."""
    return {
        "rules": dict(run.blocked.rules.most_common()),
        "stopped": list(run.blocked.stopped),
        "limit": run.blocked.most,
    }
