"""`briefs status --watch`: the newest run, looked at until it ends."""

from __future__ import annotations

import sys
import time
from typing import Any

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from archive.collection import Collection, is_being_written
from crawler.cli.gaps import gap_rows
from crawler.cli.summary import summary
from crawler.ledger.reading import open_reading
from crawler.report import latest_report

_SECONDS = 1.0


def present(places: Collection) -> tuple[dict[str, Any], str]:
    """Return the newest run's report, its addresses as they are at this moment, and the same as text, with the gaps."""
    with open_reading(places) as ledger:
        report = {**latest_report(places), "urls": ledger.counts()}
        return report, "\n".join([summary(places, report), *gap_rows(places, ledger)])


def watch(places: Collection) -> None:
    """Show the summary anew each second while a crawl writes; end with the last one. Ctrl-C ends the looking alone."""
    console = Console()
    if not console.is_terminal:
        _watch_in_lines(places)
        return
    with Live(console=console, auto_refresh=False) as live:
        while True:
            is_running = is_being_written(places)
            live.update(Text(present(places)[1]), refresh=True)
            if not is_running:
                return
            time.sleep(_SECONDS)


def _watch_in_lines(places: Collection) -> None:
    """Print a line whenever something has changed, and the summary at the end."""
    last = ""
    while is_being_written(places):
        report, _ = present(places)
        counts = f"{report['pages']} pages, {sum(report['briefs'].values())} lines, {report['remaining']} left"
        line = f"{report['run']}: {counts}"
        if line != last:
            click.echo(line)
            sys.stdout.flush()
        last = line
        time.sleep(_SECONDS)
    click.echo(present(places)[1])
