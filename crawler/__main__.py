"""The program `briefs`; `python -m crawler` is the same."""

from __future__ import annotations

import signal
import sys
from types import FrameType


def main() -> None:
    """Run `briefs`; a signal during the imports, which take half a second, ends it as one does later."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _leave)
    from crawler.cli import main as briefs

    briefs(prog_name="briefs")


def _leave(signum: int, frame: FrameType | None) -> None:
    sys.exit(128 + signum)


if __name__ == "__main__":
    main()
