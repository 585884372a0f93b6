"""Named points inside the commit at which a test may kill the process, as a power cut would.

`BRIEFS_FAULT=POINT:N` kills it with SIGKILL at the N-th passing of that point; unset, it costs one comparison.
"""

from __future__ import annotations

import os
import signal

POINTS = ("torn warc", "warc synced", "torn line", "lines synced", "before commit", "after commit")
"""Those of a crawl's commit; replacing files has two more, `before renames` and `between renames`."""

_POINT, _, _COUNT = os.environ.get("BRIEFS_FAULT", "").partition(":")
_passed = 0


def armed(point: str) -> bool:
    """Return whether the process is to die at this passing of the point."""
    global _passed
    if point != _POINT:
        return False
    _passed += 1
    return _passed >= int(_COUNT or 1)


def fault(point: str) -> None:
    """Die here when the test says so."""
    if armed(point):
        die()


def die() -> None:
    """End as if the power went: no handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)
