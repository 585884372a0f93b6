"""What `briefs schedule` and `briefs run-due` share: where the schedules are, and a turn as text."""

from __future__ import annotations

import click

from crawler.report.figures import readable_seconds
from crawler.schedule.book import NAMED
from crawler.schedule.schedule import Outcome, Turn
from crawler.schedule.wording import moment_text

schedules_option = click.option(
    "--schedules", metavar="FILE", help=f"File of the schedules; else {NAMED}, or one of your user's state."
)


def turn_text(turn: Turn, zone: str) -> str:
    """Return a turn as one line, and its last words below when there is something to say."""
    parts = [f"{turn.schedule}  {moment_text(turn.due, zone)}  {turn.outcome}"]
    if turn.count > 1:
        parts[0] += f", {turn.count} moments until {moment_text(turn.last_due, zone)}"
    parts += [f"exit code {turn.exit_code}"] if turn.exit_code else []
    parts += [f"attempt {turn.attempt}"] if turn.attempt > 1 else []
    parts += [f"run {turn.run}"] if turn.run else []
    if turn.began and turn.ended and turn.outcome not in (Outcome.OVERLAP, Outcome.MISSED):
        parts.append(f"took {readable_seconds(turn.ended - turn.began)}")
    parts += [f"again at {moment_text(turn.not_before, zone)}"] if turn.not_before else []
    detail = turn.detail.splitlines()[-1] if turn.detail else ""
    return ", ".join(parts) + (f"\n    {detail}" if detail else "")
