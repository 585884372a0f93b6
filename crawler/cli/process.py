"""One crawl inside this process: Scrapy's engine, our signals, an exit code that tells what happened."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

import crawler.settings
from crawler.plan import Plan
from crawler.report import has_problems, read_report, write_report
from crawler.run import Run
from crawler.spiders.briefs import BriefsSpider

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finished:
    """How a crawl ended."""

    report: dict[str, Any]
    exit_code: int


def crawl_here(plan: Plan, options: Mapping[str, object], *, quiet: bool = False) -> Finished:
    """Crawl by the plan and return when it has ended; the errors of its opening are raised."""
    os.environ.pop("SCRAPY_SETTINGS_MODULE", None)
    settings = Settings()
    settings.setmodule(crawler.settings, priority="project")
    settings.setdict({"PROGRESS": not quiet, "LOG_INSTALL_ROOT_HANDLER": False, **options}, priority="cmdline")
    _log_to_stderr(quiet=quiet)
    process = CrawlerProcess(settings)
    stop = _Stop(process)
    made = process.create_crawler(BriefsSpider)
    failures: list[Failure] = []
    process.crawl(made, plan=plan).addErrback(failures.append)
    with stop:
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
        run.close("interrupted")
        run.report = write_report(run, "interrupted")
        run.release()
    report = run.report or read_report(run.folder / "report.json")
    if stop.signum is not None:
        return Finished(report, 128 + stop.signum)
    return Finished(report, 1 if has_problems(report) or report["state"] != "finished" else 0)


class _Stop:
    """SIGINT and SIGTERM: the first lets what is in flight finish, the second does not wait."""

    def __init__(self, process: CrawlerProcess) -> None:
        self.signum: int | None = None
        self._process = process
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM):
            self._before[signum] = signal.signal(signum, self._stop)

    def __exit__(self, *_: object) -> None:
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        from twisted.internet import reactor as installed

        reactor: Any = installed
        name = signal.Signals(signum).name
        is_first, self.signum = self.signum is None, signum  # at once: the next signal may come amid this call
        if is_first:
            logger.warning("%s: finishing what is in flight; once more to stop at once", name)
            reactor.callFromThread(self._process.stop)
        else:
            logger.warning("%s again: stopping at once", name)
            reactor.callFromThread(reactor.stop)


class _OurOwn(logging.Filter):
    """Lets our lines pass from INFO on, and everybody's from WARNING on."""

    def filter(self, record: logging.LogRecord) -> bool:
        ours = record.name.partition(".")[0] in ("crawler", "archive", "briefs")
        return record.levelno >= (logging.INFO if ours else logging.WARNING)


def _log_to_stderr(*, quiet: bool) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    handler.addFilter(_OurOwn())
    if quiet:
        handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
