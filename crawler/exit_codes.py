"""The exit codes of `briefs` and what they mean; `crawler.report.exit_code` says which one a crawl ends with."""

from __future__ import annotations

import signal
import textwrap

DONE = 0
PROBLEMS = 1
USAGE = 2
LOCKED = 3
BROKEN = 4
WAITING = 5
INTERRUPTED = 128 + signal.SIGINT
KILLED = 128 + signal.SIGKILL
NO_READER = 128 + signal.SIGPIPE
TERMINATED = 128 + signal.SIGTERM

MEANINGS = {
    DONE: "done; 404, 410, rejected and refused pages are outcomes, not problems",
    PROBLEMS: "an address failed, was blocked or parked, a rebuild differs, verify finds an error, "
    "crawl --strict finds drift, or a crawl that run-due ran did not end with 0",
    USAGE: "wrong usage, or bad input",
    LOCKED: "another process is writing to the collection",
    BROKEN: "a crawl broke off: a full disk, a commit that failed",
    WAITING: "pages of a host wait: its robots.txt could not be had, or it turned the crawl away; try later",
    INTERRUPTED: "stopped by SIGINT (Ctrl-C)",
    NO_READER: "the reader of the output went away (SIGPIPE)",
    TERMINATED: "stopped by SIGTERM",
}
"""Every code that `briefs` ends with; the help and README.md print them."""


def listing(width: int = 100) -> str:
    """Return the codes and their meanings as text, a code a paragraph of the help."""
    indent = " " * 7
    lines = (
        textwrap.fill(meaning, width, initial_indent=f"  {code:<5}", subsequent_indent=indent)
        for code, meaning in MEANINGS.items()
    )
    return "\n".join(lines)
