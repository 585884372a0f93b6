"""The spider: asks for what the frontier leases, hands what was read on, says what a page leads to."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest

from archive.coding import decode
from archive.errors import MessageError
from archive.message import Head
from archive.timestamps import parse_timestamp
from crawler.capture.causes import cause_of
from crawler.frontier.backend import (
    GONE,
    NOT_MODIFIED,
    REDIRECTED,
    REQUISITE,
    REQUISITE_LEFT_OUT,
    REQUISITE_REDIRECTED,
    Lease,
    NewUrl,
    failed_state,
    refused_state,
)
from crawler.items import Brief, Hop, Rejection
from crawler.plan import Plan, Reach, make_plan, read_seeds
from crawler.reading import Captured, is_readable, location_of, parse_body, read_body, undecodable
from crawler.run import Run
from crawler.spiders.leads import Leads
from crawler.spiders.refusals import refuse_settings
from crawler.spiders.requisites import Requisites, choice, limits_by

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

_FINAL_CAUSES = frozenset({"size limit", "scheme", "tls"})
"""Failures that asking again would not mend."""
_ROBOTS_SIZE = 500 * 1024
_ROBOTS_REDIRECTS = 5


class BriefsSpider(Spider):
    """`scrapy crawl briefs -a site=NAME -a collection=DIR [-a seed=URL | -a seeds=FILE] -s CONTACT=…`"""

    name = "briefs"
    plan: Plan
    run: Run
    leads: Leads
    requisites: Requisites

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
        spider.run = Run.open(plan, settings)
        spider.leads = Leads(plan)
        spider.requisites = Requisites(plan.reach, most=settings.getint("REQUISITES_MAX_PER_PAGE"))
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
            "hop": lease.hop,
            "attempts": lease.attempts,
            "handle_httpstatus_all": True,
        }
        callback, errback = (self.parse, self.failed) if lease.hop is not None else (self.parse_robots, self.no_robots)
        request = Request(lease.address, callback=callback, errback=errback, dont_filter=True, meta=meta)
        return self._for_looks(request) if lease.hop is not None and lease.hop.is_requisite else request

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Brief | Rejection]:
        """Yield what was read of a page; what it leads to is kept with its outcome."""
        request = response.request
        assert request is not None
        head = self.run.head_of(request)
        assert head is not None, "every response that came over the wire has its capture"
        if is_readable(response.status, None):
            yield self._read(response, request, head)
        elif (target := location_of(request.url, head)) is not None:
            self.run.found(request, list(self.leads.of_redirect(target, request.url, request.meta["hop"])))
            self.run.finish(request, REDIRECTED)
        elif response.status in self._retried_statuses():
            self._retry(request, f"http {response.status}")
        else:
            if response.status == 304:
                self.run.found(request, self._requisites_again(request))
            self.run.finish(request, _state_of_status(response.status))

    def parse_requisite(self, response: Response, **kwargs: Any) -> None:
        """Note what a page needed to look right; of a style sheet, what that needs is asked too."""
        request = response.request
        assert request is not None
        head, hop = self.run.head_of(request), request.meta["hop"]
        assert head is not None, "every response that came over the wire has its capture"
        if is_readable(response.status, None):
            limit = int(request.meta["download_maxsize"])
            needed = self.requisites.of_payload(response.body, head, request.url, hop, max_size=limit)
            self.run.found(request, needed)
            self.run.finish(request, REQUISITE)
        elif (target := location_of(request.url, head)) is not None:
            self.run.found(request, self.requisites.of_redirect(target, request.url, hop))
            self.run.finish(request, REQUISITE_REDIRECTED)
        elif response.status in self._retried_statuses():
            self._retry(request, f"http {response.status}")
        else:
            state = failed_state(hop, f"http {response.status}")
            self.run.finish(request, state)

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
            self._retry(request, cause.word)

    def parse_robots(self, response: Response, **kwargs: Any) -> None:
        """Open or shut the gate of a host by its robots.txt (RFC 9309 2.3.1)."""
        request = response.request
        assert request is not None
        frontier, host = self.run.frontier, request.meta["host"]
        head = self.run.head_of(request)
        target = location_of(request.url, head) if head is not None else None
        if target is not None and request.meta["attempts"] < _ROBOTS_REDIRECTS:
            self.run.end_robots(request, partial(frontier.retry_gate, host, 0.0, target))
        elif 200 <= response.status < 300:
            rules = _robots_rules(response, head)
            self.run.end_robots(request, partial(frontier.open_gate, host, rules, time.time()))
        elif response.status >= 500:
            self._retry_robots(request)
        else:  # 2.3.1.3: an unavailable robots.txt, as a 404, allows everything
            self.run.end_robots(request, partial(frontier.open_gate, host, b"", time.time()))

    def no_robots(self, failure: Failure) -> None:
        """Ask for a robots.txt again, or leave its host alone (RFC 9309 2.3.1.4)."""
        self._retry_robots(failure.request)  # type: ignore[attr-defined]

    def _read(self, response: Response, request: Request, head: Head) -> Brief | Rejection:
        capture = self.run.capture_of(request)
        assert capture is not None
        captured = Captured(
            url=request.url,
            head=head,
            at=parse_timestamp(capture.timestamp),
            robots_txt="allowed" if self.settings.getbool("ROBOTSTXT_OBEY") else None,
        )
        return replace(self._item(response, request, captured), capture=capture)

    def _item(self, response: Response, request: Request, captured: Captured) -> Brief | Rejection:
        try:
            body = decode(response.body, captured.head.joined("content-encoding"), max_size=self._most_read).body
        except MessageError as error:
            return undecodable(request.url, str(error), self.plan.site)
        page = parse_body(body, captured)
        item = read_body(page, captured, self.plan.site)
        children, others = self.leads.of_page(page, item, request.url, request.meta["hop"])
        self.run.found(request, [*children, *self.requisites.of_page(page, request.url, request.meta["hop"])])
        self.run.tally.links.update(others)
        return item

    def _requisites_again(self, request: Request) -> list[NewUrl]:
        """Return what a page that did not change needs: an earlier run may not have asked for it."""
        entity = self.run.reread.entity_of(request.meta.get("validates", "")) if self.plan.reach.requisites else None
        if entity is None:
            return []
        try:
            body = decode(entity.payload, entity.head.joined("content-encoding"), max_size=self._most_read).body
        except MessageError:
            return []
        page = parse_body(body, Captured(url=request.url, head=entity.head, at=self.run.began))
        return self.requisites.of_page(page, request.url, request.meta["hop"])

    def _for_looks(self, request: Request) -> Request:
        """Return the request with a requisite's limits; what kind of thing it asks for, nobody knows."""
        meta = {**request.meta, **limits_by(self.settings)}
        return request.replace(callback=self.parse_requisite, headers={"Accept": "*/*"}, meta=meta)

    @property
    def _most_read(self) -> int:
        return self.settings.getint("DOWNLOAD_MAXSIZE")

    def _retried_statuses(self) -> set[int]:
        return {int(status) for status in self.settings.getlist("RETRY_HTTP_CODES")}

    def _may_retry(self, request: Request) -> bool:
        limit = self.settings.getint("RETRY_TIMES") if self.settings.getbool("RETRY_ENABLED") else 0
        return bool(request.meta["attempts"] < limit)

    def _retry(self, request: Request, cause: str) -> None:
        if self._may_retry(request):
            self.run.requeue(request, self._not_before(request))
        else:
            state = failed_state(request.meta["hop"], cause)
            self.run.finish(request, state)

    def _retry_robots(self, request: Request) -> None:
        frontier, host = self.run.frontier, request.meta["host"]
        if self._may_retry(request):
            again = partial(frontier.retry_gate, host, self._not_before(request), request.meta["address"])
            self.run.end_robots(request, again)
            return
        self.logger.error("%s could not be had: the pages of %s wait for a later run", request.url, host)
        self.run.end_robots(request, partial(frontier.shut_gate, host))

    def _not_before(self, request: Request) -> float:
        """Return when a host may be asked again after a failure: later with each try, and never in step."""
        attempts: int = request.meta["attempts"]
        wait = self.settings.getfloat("RETRY_WAIT") * 2.0**attempts
        return time.time() + wait * (1 + random.random() / 4)  # noqa: S311 (no secret)


_OVER_ALL = 100
"""A priority above that of `-s`."""


def plan_from_arguments(settings: Settings, arguments: dict[str, Any]) -> Plan:
    """Return the plan that `-a` arguments and settings ask for; raise PlanError."""
    seeds = arguments.pop("seed", "").split()
    seeds_file = arguments.pop("seeds", None)
    reach = Reach(
        max_pages=settings.getint("MAX_PAGES"),
        max_hops=settings.getint("MAX_HOPS"),
        translations=settings.getbool("FOLLOW_TRANSLATIONS"),
        requisites=choice(settings, "REQUISITES"),
        scripts=choice(settings, "REQUISITES_SCRIPTS"),
    )
    return make_plan(
        arguments.pop("site", ""),
        arguments.pop("collection", ""),
        settings.get("CONTACT") or "",
        [*seeds, *(read_seeds(Path(seeds_file)) if seeds_file else ())],
        reach,
    )


def _robots_rules(response: Response, head: Head | None) -> bytes:
    """Return the body of a robots.txt, its codings removed, as far as it must be read (RFC 9309 2.5)."""
    coding = head.joined("content-encoding") if head is not None else None
    try:
        return decode(response.body, coding, max_size=64 * _ROBOTS_SIZE).body[:_ROBOTS_SIZE]
    except MessageError:
        return b""


def _state_of_status(status: int) -> str:
    if status in (404, 410):
        return GONE
    return NOT_MODIFIED if status == 304 else f"failed: http {status}"
