"""Scrapy's SCHEDULER over the frontier: politeness and memory live in the claim, the commit in the run."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from scrapy.core.scheduler import BaseScheduler

from crawler.frontier.backend import Lease
from crawler.frontier.engine_hooks import ask_now, check_hooks

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

_SHORTEST_WAIT = 0.005


class FrontierScheduler(BaseScheduler):
    """Claims addresses for the engine, and has the run commit when nothing else is to be done."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._commit_seconds = crawler.settings.getfloat("COMMIT_SECONDS")
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._run: Any = None
        self._spider: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FrontierScheduler:
        """Return the scheduler of that crawl."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take the spider's run."""
        self._spider = spider
        self._run = spider.run  # type: ignore[attr-defined]
        self._run.stop = self._stop
        self._run.settled = self._settled

    def close(self, reason: str) -> None:
        """Stop waiting."""
        for timer in self._timers.values():
            timer.cancel()

    def has_pending_requests(self) -> bool:
        """Return whether the crawl has more to do: something under way, to be committed, or to be asked later."""
        if self._run.broken:
            return False
        return not self._run.is_idle() or self._run.has_more()

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: what is asked comes from the frontier alone."""
        logger.error("%s was yielded past the frontier and is not asked", request)
        return False

    def next_request(self) -> Request | None:
        """Return a request for the address whose turn it is, or None until one's turn comes."""
        claimed = self._run.claim()
        if not isinstance(claimed, Lease) and self._run.waits_for_commit():
            # Nothing is under way, and what waits to be committed may hold the only addresses left.
            self._run.commit()
            claimed = self._run.claim()
        if isinstance(claimed, Lease):
            return self._spider.request_for(claimed)  # type: ignore[no-any-return]
        if claimed.seconds is not None:
            self._later("turn", max(claimed.seconds, _SHORTEST_WAIT), self._ask)
        elif self._run.is_idle():
            self._later("end", _SHORTEST_WAIT, self._ask)
        return None

    def _settled(self) -> None:
        """Commit soon, and at once when nothing is under way."""
        self._later("commit", self._commit_seconds, self._commit)
        if self._run.waits_for_commit():
            self._later("turn", 0.0, self._ask)

    def _commit(self) -> None:
        self._run.commit()
        self._ask()

    def _ask(self) -> None:
        engine = self._crawler.engine
        check_hooks(engine)
        ask_now(engine)

    def _later(self, name: str, seconds: float, call: Any) -> None:
        """Call once after that time; a timer of that name that ends sooner stands, one that ends later gives way.

        A host may be waited for for an hour; whatever comes in between must not wait with it.
        """
        loop = asyncio.get_running_loop()
        known = self._timers.get(name)
        if known is not None:
            if known.when() <= loop.time() + seconds:
                return
            known.cancel()

        def fire() -> None:
            del self._timers[name]
            call()

        self._timers[name] = loop.call_later(seconds, fire)

    def _stop(self, reason: str) -> None:
        asyncio.get_running_loop().create_task(self._crawler.engine.close_spider_async(reason=reason))
