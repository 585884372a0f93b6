"""What a person sees while a crawl runs: one line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import signals
from scrapy.exceptions import NotConfigured
from twisted.internet.task import LoopingCall

from crawler.extensions.sizes import readable_bytes
from crawler.report import make_report
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_LIVE_SECONDS = 0.25
_LINE_SECONDS = 10.0


class Progress:
    """Shows pages, briefs, queue, rate and bytes written, on standard error."""

    def __init__(self, run: Run, console: Console) -> None:
        self._run = run
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._loop = LoopingCall(self._show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        """Return the display; raise NotConfigured where PROGRESS is off."""
        if not crawler.settings.getbool("PROGRESS"):
            raise NotConfigured
        progress = cls(Run.of(crawler), Console(stderr=True))
        crawler.signals.connect(progress.spider_opened, signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Begin to show."""
        if self._live:
            self._live.start()
        self._loop.start(_LIVE_SECONDS if self._live else _LINE_SECONDS, now=False)

    def spider_closed(self, spider: Spider) -> None:
        """Stop showing."""
        if self._loop.running:
            self._loop.stop()
        if self._live:
            self._live.stop()

    def _show(self) -> None:
        line = progress_line(self._run)
        if self._live:
            self._live.update(Text(line), refresh=True)
        else:
            logger.info(line)


def progress_line(run: Run) -> str:
    """Return a run's figures as one line."""
    report = make_report(run, None)
    requisites = f"{report['requisites']['asked']} requisites, " if run.plan.reach.requisites else ""
    return (
        f"{report['pages']} pages, {requisites}{sum(report['briefs'].values())} briefs, {report['remaining']} queued, "
        f"{report['requests_per_second']} requests/s, {readable_bytes(report['warc_bytes'])} written"
    )
