"""What a run asked of the site's sources, and what they named."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.run import Run


def sources_of(run: Run) -> dict[str, Any]:
    """Return every source that was asked, with its state, how much it named and how much of that was new."""
    asked = run.tally.sources
    states = Counter(source.state for source in asked.values() if source.state is not None)
    return {
        "asked": len(asked),
        "states": dict(states.most_common()),
        "named": sum(source.named for source in asked.values()),
        "new": sum(source.new for source in asked.values()),
        "each": [{"address": address, **asdict(source)} for address, source in asked.items()],
    }
