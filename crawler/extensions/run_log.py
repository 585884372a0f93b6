"""The run's log, in runs/RUN/crawl.log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy import signals

from crawler.run import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class RunLog:
    """Keeps a copy of everything that is logged from the spider's making to the engine's end."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler
        logging.getLogger().addHandler(handler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunLog:
        """Open the log of that crawl's run."""
        settings = crawler.settings
        handler = logging.FileHandler(Run.of(crawler).folder / "crawl.log", encoding="utf-8", delay=True)
        handler.setLevel(settings["LOG_LEVEL"])
        handler.setFormatter(logging.Formatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
        log = cls(handler)
        crawler.signals.connect(log.engine_stopped, signals.engine_stopped)
        return log

    def engine_stopped(self) -> None:
        """Close the log."""
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
