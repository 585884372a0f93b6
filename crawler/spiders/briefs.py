"""The spider: asks for what the frontier leases, hands what was read on, says what a page leads to."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest

from crawler.capture.causes import PRIVATE_ADDRESS, cause_of
from crawler.frontier.backend import (
    REQUISITE,
    REQUISITE_LEFT_OUT,
    REQUISITE_REDIRECTED,
    Lease,
    failed_state,
    host_of,
    refused_state,
)
from crawler.items import Brief, Hop, Rejection
from crawler.plan import Plan, make_plan, read_seeds
from crawler.reading import is_readable, location_of, state_without_page
from crawler.run import Run, open_run
from crawler.spiders.page_reading import PageReading
from crawler.spiders.reach import reach_by
from crawler.spiders.refusals import refuse_settings
from crawler.spiders.requisites import limits_by
from crawler.spiders.retries import Retries
from crawler.spiders.robots_gate import RobotsGate
from crawler.spiders.sources import Sources

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

_FINAL_CAUSES = frozenset({"size limit", "head limit", "scheme", "tls", PRIVATE_ADDRESS})
"""Failures that asking again would not mend."""


class BriefsSpider(Spider):
    """`scrapy crawl briefs -a site=NAME -a collection=DIR [-a seed=URL | -a seeds=FILE] -s CONTACT=…`"""

    name = "briefs"
    plan: Plan
    run: Run
    retries: Retries
    robots_gate: RobotsGate
    reading: PageReading
    sources: Sources

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> BriefsSpider:
        """Return the spider with its run opened; raise PlanError and the like before anything is made."""
        settings = crawler.settings
        plan = kwargs.pop("plan", None) or plan_from_arguments(settings, kwargs)
        for name, value in plan.site.settings.items():
            settings.set(name, value, priority="spider")
        refuse_settings(settings)
        settings.set("USER_AGENT", plan.user_agent, priority=_OVER_ALL)
        spider = super().from_crawler(crawler, *args)
        spider.plan = plan
        spider.run = open_run(plan, settings)
        spider.retries = Retries(spider.run, settings)
        spider.robots_gate = RobotsGate(spider.run, spider.retries, settings)
        spider.reading = PageReading(spider.run, settings)
        spider.sources = Sources(spider.run, spider.retries, settings)
        # The claim keeps the delay, over restarts too; the downloader below it must not wait a second time.
        settings.set("DOWNLOAD_DELAY", 0, priority=_OVER_ALL)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield nothing: the seeds are in the frontier."""
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    def request_for(self, lease: Lease) -> Request:
        """Return the request of a lease."""
        meta = {
            "address": lease.address,
            "host": lease.host,
            "origin": lease.origin,
            "redirects": lease.redirects,
            "hop": lease.hop,
            "attempts": lease.attempts,
            "handle_httpstatus_all": True,
        }
        callback, errback = (self.parse, self.failed) if lease.hop is not None else (self.parse_robots, self.no_robots)
        request = Request(lease.address, callback=callback, errback=errback, dont_filter=True, meta=meta)
        if lease.hop is not None and lease.hop.is_source:
            return self.sources.asking(request, self.failed)
        return self._for_looks(request) if lease.hop is not None and lease.hop.is_requisite else request

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Brief | Rejection]:
        """Yield what was read of a page; what it leads to is kept with its outcome."""
        request = response.request
        assert request is not None
        head = self.run.head_of(request)
        assert head is not None, "every response that came over the wire has its capture"
        if is_readable(response.status, None):
            yield self.reading.read(response, request, head)
        elif (target := location_of(request.url, head)) is not None:
            self.run.finish(request, self.reading.follow_redirect(request, target))
        elif (blocked := self.reading.read_refusal(response, request, head)) is not None:
            yield blocked
        elif self.retries.is_worth_it(response.status):
            self.retries.retry(request, f"http {response.status}", response.status)
        else:
            if response.status == 304:
                self.reading.want_requisites_again(request)
            asked_whole = "validates" not in request.meta
            self.run.finish(request, state_without_page(head, asked_whole=asked_whole))

    def parse_requisite(self, response: Response, **kwargs: Any) -> None:
        """Note what a page needed to look right; of a style sheet, what that needs is asked too."""
        request = response.request
        assert request is not None
        head, hop = self.run.head_of(request), request.meta["hop"]
        assert head is not None, "every response that came over the wire has its capture"
        requisites = self.reading.requisites
        if is_readable(response.status, None):
            limit = int(request.meta["download_maxsize"])
            needed = requisites.of_payload(response.body, head, request.url, hop, max_size=limit)
            self.run.found(request, needed)
            self.run.finish(request, REQUISITE)
        elif (target := location_of(request.url, head)) is not None:
            self.run.found(request, requisites.of_redirect(target, request.url, hop))
            self.run.finish(request, REQUISITE_REDIRECTED)
        elif self.retries.is_worth_it(response.status):
            self.retries.retry(request, f"http {response.status}", response.status)
        else:
            self.run.finish(request, failed_state(hop, f"http {response.status}"))

    def failed(self, failure: Failure) -> None:
        """Note why an address brought no page, or ask it once more."""
        request: Request = failure.request  # type: ignore[attr-defined]
        hop: Hop = request.meta["hop"]
        assert failure.value is not None
        if isinstance(failure.value, IgnoreRequest):
            self.run.finish(request, refused_state(hop))
            return
        cause = cause_of(failure.value)
        state = failed_state(hop, cause.word)
        if cause.word in _FINAL_CAUSES or state.startswith(REQUISITE_LEFT_OUT):
            self.run.finish(request, state)
        else:
            self.retries.retry(request, cause.word)

    def parse_robots(self, response: Response, **kwargs: Any) -> None:
        """Open or shut the gate of a host by its robots.txt."""
        assert response.request is not None
        self.robots_gate.answered(response.request, response)

    def no_robots(self, failure: Failure) -> None:
        """Ask for a robots.txt again, or leave its host alone."""
        request: Request = failure.request  # type: ignore[attr-defined]
        assert failure.value is not None
        # A robots.txt that was redirected inside says nothing of where its host lies.
        is_own = host_of(request.url) == request.meta["host"]
        if is_own and cause_of(failure.value).word == PRIVATE_ADDRESS:
            end = partial(self.run.frontier.end_host, request.meta["host"], PRIVATE_ADDRESS, time.time())
            self.run.end_robots(request, end)
        else:
            self.robots_gate.failed(request)

    def _for_looks(self, request: Request) -> Request:
        """Return the request with a requisite's limits; what kind of thing it asks for, nobody knows."""
        meta = {**request.meta, **limits_by(self.settings)}
        return request.replace(callback=self.parse_requisite, headers={"Accept": "*/*"}, meta=meta)


_OVER_ALL = 100
"""A priority above that of `-s`."""


def plan_from_arguments(settings: Settings, arguments: dict[str, Any]) -> Plan:
    """Return the plan that `-a` arguments and settings ask for; raise PlanError."""
    seeds = arguments.pop("seed", "").split()
    seeds_file = arguments.pop("seeds", None)
    return make_plan(
        arguments.pop("site", ""),
        arguments.pop("collection", ""),
        settings.get("CONTACT") or "",
        [*seeds, *(read_seeds(Path(seeds_file)) if seeds_file else ())],
        reach_by(settings),
    )
