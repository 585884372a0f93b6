"""`briefs run-due`."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from crawler import exit_codes
from crawler.cli.options import metrics_option
from crawler.cli.stderr_log import log_to_stderr
from crawler.cli.turns import schedules_option, turn_text
from crawler.schedule.book import book_file, open_book
from crawler.schedule.ending import Ended
from crawler.schedule.metrics import write_metrics
from crawler.schedule.rounds import Rounds


@click.command(name="run-due", short_help="Crawl what is due, and exit.")
@click.option("--watch", is_flag=True, help="Stay, and crawl what becomes due, until stopped.")
@click.option("--jobs", type=click.IntRange(1, 64), default=4, show_default=True, help="Crawls at a time.")
@metrics_option
@schedules_option
def run_due(watch: bool, jobs: int, metrics: Path | None, schedules: str | None) -> None:
    """Crawl what is due by the schedules, and exit when that is done.

    For a timer that calls it every minute: called twice, or twice at a time, it crawls nothing twice. Ctrl-C ends the
    crawls that it began; the next call goes on with them.
    """
    log_to_stderr(quiet=False)
    logging.getLogger("crawler").setLevel(logging.INFO)
    with open_book(book_file(schedules)) as book:
        rounds = Rounds(book=book, jobs=jobs, tell=_print)
        with _signals_to(rounds) as stopped_by:
            rounds.run(watch=watch, after_round=(lambda: write_metrics(book, metrics)) if metrics else None)
    if stopped_by():
        sys.exit(128 + stopped_by())
    sys.exit(exit_codes.PROBLEMS if rounds.went_wrong else exit_codes.DONE)


def _print(ended: Ended) -> None:
    click.echo(turn_text(ended.turn, ended.schedule.zone))
    sys.stdout.flush()


@contextmanager
def _signals_to(rounds: Rounds) -> Iterator[Callable[[], int]]:
    """Let SIGINT and SIGTERM stop the rounds; give what says which came."""
    came: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        came.append(signum)
        rounds.is_stopping = True

    before = {signum: signal.signal(signum, stop) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: came[0] if came else 0
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
