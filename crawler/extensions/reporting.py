"""The run's report: written while the crawl runs, and once more when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from twisted.internet.task import LoopingCall

from crawler.report import amend_killed, write_report
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler


class Reporting:
    """Writes runs/RUN/report.json, and closes the run with the spider."""

    def __init__(self, run: Run, interval: float) -> None:
        self._run = run
        self._interval = interval
        self._loop = LoopingCall(write_report, run, None)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Reporting:
        """Connect to the spider's opening and closing."""
        reporting = cls(Run.of(crawler), crawler.settings.getfloat("REPORT_INTERVAL"))
        crawler.signals.connect(reporting.spider_opened, signals.spider_opened)
        crawler.signals.connect(reporting.spider_closed, signals.spider_closed)
        return reporting

    def spider_opened(self, spider: Spider) -> None:
        """Begin the periodic report, once earlier runs have theirs."""
        amend_killed(self._run)
        self._loop.start(self._interval)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Close the run's files and write the last report."""
        if self._loop.running:
            self._loop.stop()
        self._run.close(reason)
        self._run.report = write_report(self._run, reason)
        self._run.release()
