"""What a run's report says of its completeness: sums, gaps, what is missing, what each source alone has named."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.ledger.closing import LedgerSums

if TYPE_CHECKING:
    from crawler.run import Run

_MOST_MISSING = 50
_MOST_SOURCES = 100
_EXAMPLES = 10


def completeness(run: Run, *, is_over: bool) -> dict[str, Any] | None:
    """Return the section of a run that is over; None while it runs."""
    if not is_over:
        return None
    sums = run.ledger.sums
    return {
        "complete": not run.causes,
        "looked": run.looked.isoformat(timespec="seconds") if run.looked and not run.causes else None,
        "gaps": [asdict(cause) for cause in run.causes],
        "mismatches": sums.mismatches(),
        "missing": {
            "count": sums.count_missing(),
            "first": [asdict(missing) for missing in islice(sums.missing(), _MOST_MISSING)],
        },
        "sources": _sources(sums),
    }


def _sources(sums: LedgerSums) -> dict[str, Any]:
    """Return what each source knew that the others did not: those first that knew most."""
    found = sorted(sums.sources(_EXAMPLES), key=lambda source: (-source.alone, source.source))
    return {"count": len(found), "first": [asdict(source) for source in found[:_MOST_SOURCES]]}
