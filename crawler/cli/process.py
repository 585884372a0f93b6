"""One crawl inside this process: Scrapy's engine, our signals, an exit code that tells what happened."""

from __future__ import annotations

import gc
import logging
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

import crawler.settings
from crawler import exit_codes
from crawler.cli.stderr_log import log_to_stderr
from crawler.plan import Plan
from crawler.report import read_report, write_report
from crawler.run import Run
from crawler.spiders.briefs import BriefsSpider

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finished:
    """How a crawl ended."""

    report: dict[str, Any]
    exit_code: int
    signum: int | None = None
    """The signal that stopped it; None when it ended by itself."""


def crawl_here(plan: Plan, options: Mapping[str, object], *, quiet: bool = False) -> Finished:
    """Crawl by the plan and return when it has ended; the errors of its opening are raised."""
    os.environ.pop("SCRAPY_SETTINGS_MODULE", None)
    settings = Settings()
    settings.setmodule(crawler.settings, priority="project")
    settings.setdict({"PROGRESS": not quiet, "LOG_INSTALL_ROOT_HANDLER": False, **options}, priority="cmdline")
    log_to_stderr(quiet=quiet)
    process = CrawlerProcess(settings)
    made = process.create_crawler(BriefsSpider)
    stop = _Stop(process, made)
    failures: list[Failure] = []
    # What is imported stays, and a page's thousands of objects go by their reference counts: measured, a tenth of a
    # crawl's CPU went into looking for circles among them.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with stop:
        process.crawl(made, plan=plan).addErrback(failures.append)
        stop.heed_once_running()
        process.start(install_signal_handlers=False)
    run = getattr(made.spider, "run", None)
    if failures or run is None:
        if run is not None:
            run.close("not begun")
            run.release()
        failures[0].raiseException()
    return _finish(run, stop)


def _finish(run: Run, stop: _Stop) -> Finished:
    if not run.closed:  # a second signal took the reactor away
        run.stopped_by = stop.signum
        run.close("interrupted")
        run.report = write_report(run, "interrupted")
        run.release()
    report = run.report or read_report(run.folder / "report.json")
    # Without one, the last report could not be made: whatever stopped that stopped the crawl.
    code = exit_codes.BROKEN if report["exit_code"] is None else report["exit_code"]
    return Finished(report, code, run.stopped_by)


class _Stop:
    """SIGINT and SIGTERM: the first lets what is in flight finish, the second does not wait.

    One that comes before the engine runs is kept until then: Scrapy's own stop would be lost on it.
    """

    def __init__(self, process: CrawlerProcess, made: Crawler) -> None:
        self.signum: int | None = None
        self._process = process
        self._made = made
        self._reactor: Any = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            self._before[signum] = signal.signal(signum, self._stop)

    def __exit__(self, *_: object) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def heed_once_running(self) -> None:
        """Act on signals as soon as the reactor, which is installed by now, runs."""
        from twisted.internet import reactor as installed

        reactor: Any = installed
        reactor.callWhenRunning(self._heed, reactor)

    def _heed(self, reactor: Any) -> None:
        self._reactor = reactor
        if self.signum is not None:
            self._finish()

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        name, again = signal.Signals(signum).name, self.signum is not None
        self.signum = signum
        logger.warning(f"{name} again: stopping at once" if again else f"{name}: {_FINISHING}")
        if self._reactor is not None:
            self._reactor.callFromThread(self._reactor.stop if again else self._finish)

    def _finish(self) -> None:
        if self._made.engine is not None and self._made.engine.running:
            self._note()
            self._process.stop()
        else:
            self._reactor.callLater(_SOON, self._finish)

    def _note(self) -> None:
        """Tell the run, whose report has the exit code."""
        run = getattr(self._made.spider, "run", None)
        if isinstance(run, Run):
            run.stopped_by = self.signum


_FINISHING = "finishing what is in flight; once more to stop at once"
_SOON = 0.02
"""Seconds until the engine is looked at again."""
