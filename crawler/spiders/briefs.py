"""The spider: asks for pages, hands what was read of them on, follows related-content links and redirects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest

from archive.model import Capture
from archive.timestamps import parse_timestamp
from crawler.capture.causes import cause_of
from crawler.extract import FoundLink, Page, extract, find_links, parse
from crawler.frontier.table import GONE, NOT_MODIFIED, REDIRECTED
from crawler.items import Brief, Hop, Rejection
from crawler.middlewares.decode import UNDECODABLE
from crawler.plan import Plan, Reach, make_plan, read_seeds
from crawler.run import Run
from crawler.spiders.refusals import refuse_settings

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 10


class BriefsSpider(Spider):
    """`scrapy crawl briefs -a site=NAME -a collection=DIR [-a seed=URL | -a seeds=FILE] -s CONTACT=…`"""

    name = "briefs"
    plan: Plan
    run: Run

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> BriefsSpider:
        """Return the spider with its run opened; raise PlanError and the like before anything is made."""
        plan = kwargs.pop("plan", None) or plan_from_arguments(crawler.settings, kwargs)
        for name, value in plan.site.settings.items():
            crawler.settings.set(name, value, priority="spider")
        refuse_settings(crawler.settings)
        crawler.settings.set("USER_AGENT", plan.user_agent, priority="cmdline")
        spider = super().from_crawler(crawler, *args)
        spider.plan = plan
        spider.run = Run.open(plan, crawler.settings)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the seeds."""
        for seed in self.plan.seeds:
            request = self._ask(seed, Hop(seed=seed))
            if request is not None:
                yield request

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Brief | Rejection | Request]:
        """Yield what was read of a page and the pages that it leads to."""
        request = response.request
        assert request is not None
        capture = self.run.capture_of(request)
        assert capture is not None, "every response that came over the wire has its capture"
        if response.status in _REDIRECTS and response.headers.get("Location"):
            yield from self._redirected(response, request)
        elif 200 <= response.status < 300:
            yield from self._read(response, request, capture)
        else:
            self.run.urls.set(request.meta["address"], _state_of_status(response.status))

    def failed(self, failure: Failure) -> None:
        """Note why an address brought no page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        if isinstance(failure.value, IgnoreRequest):
            self.run.urls.set(request.meta["address"], "refused: robots")
            return
        assert failure.value is not None
        cause = cause_of(failure.value)
        self.run.fail_reading(request, cause.detail)
        self.run.urls.set(request.meta["address"], f"failed: {cause.word}")

    def _read(self, response: Response, request: Request, capture: Capture) -> Iterator[Brief | Rejection | Request]:
        page = parse(response.body, url=response.url, content_type=_content_type(response))
        item = self._item(page, response, capture)
        yield item
        hop: Hop = request.meta["hop"]
        step = hop.step("L", response.url)
        leads = [self._follow(link, step) for link in find_links(page, self.plan.site)]
        if self.plan.reach.translations and isinstance(item, Brief):
            leads += [self._consider(translation.url, step) for translation in item.translations]
        yield from (request for request in leads if request is not None)

    def _item(self, page: Page, response: Response, capture: Capture) -> Brief | Rejection:
        undecodable = next((flag for flag in response.flags if flag.startswith(UNDECODABLE)), None)
        item: Brief | Rejection
        if undecodable:
            item = Rejection(
                url=self.plan.site.scope.canonical(response.url) or response.url,
                captured_url=response.url,
                site=self.plan.site.name,
                reason=UNDECODABLE,
                detail=undecodable.partition(": ")[2],
            )
        else:
            item = self._extract(page, response, parse_timestamp(capture.timestamp))
        return replace(item, capture=capture)

    def _extract(self, page: Page, response: Response, captured_at: datetime) -> Brief | Rejection:
        item = extract(
            page, url=response.url, captured_at=captured_at, site=self.plan.site, headers=_header_pairs(response)
        )
        if isinstance(item, Brief) and response.request is not None:
            item = replace(item, rights=replace(item.rights, robots_txt=response.request.meta.get("robots_txt")))
        return item

    def _follow(self, link: FoundLink, step: Hop) -> Request | None:
        """Return the request for a related link; every other link is counted with its reason."""
        if link.place == "related":
            return self._consider(link.url, step)
        self.run.refuse(link.url, link.place)
        return None

    def _redirected(self, response: Response, request: Request) -> Iterator[Request]:
        self.run.urls.set(request.meta["address"], REDIRECTED)
        hop: Hop = request.meta["hop"]
        location = (response.headers.get("Location") or b"").decode("latin-1")
        try:
            target = urljoin(response.url, location).partition("#")[0]
        except ValueError:
            self.run.refuse(location, "malformed address")
            return
        step = hop.step("R", response.url)
        if hop.hops.endswith("R" * _MOST_REDIRECTS):
            self.run.refuse(target, "too many redirects")
            return
        follow = self._consider(target, step, literal=self._leads_to_itself(request, target))
        if follow is not None:
            yield follow

    def _leads_to_itself(self, request: Request, target: str) -> bool:
        """Return whether a redirect only changes the spelling that we hold canonical: then the server knows better."""
        canonical = self.plan.site.scope.canonical
        return target != request.url and canonical(target) == canonical(request.url)

    def _consider(self, url: str, hop: Hop, *, literal: bool = False) -> Request | None:
        """Return the request for an address, unless it is out of scope, too far away, or known."""
        verdict = self.plan.site.scope.judge(url)
        address = self.plan.site.scope.canonical(url)
        if not verdict.in_scope or address is None:
            self.run.refuse(url, verdict.rule)
            return None
        if self.plan.reach.max_hops and hop.links > self.plan.reach.max_hops:
            self.run.refuse(address, "max hops")
            return None
        return self._ask(url if literal else address, hop)

    def _ask(self, address: str, hop: Hop) -> Request | None:
        """Return the request for an address that was not asked yet; one over the limit of pages stays pending."""
        if not self.run.urls.add(address):
            return None
        if self.plan.reach.max_pages and self.run.asked >= self.plan.reach.max_pages:
            return None
        self.run.asked += 1
        meta = {"hop": hop, "address": address, "dont_redirect": True, "handle_httpstatus_all": True}
        # The table has decided that it is new; Scrapy's own filter knows less.
        return Request(address, callback=self.parse, errback=self.failed, dont_filter=True, meta=meta)


def plan_from_arguments(settings: Settings, arguments: dict[str, Any]) -> Plan:
    """Return the plan that `-a` arguments and settings ask for; raise PlanError."""
    seeds = arguments.pop("seed", "").split()
    seeds_file = arguments.pop("seeds", None)
    reach = Reach(
        max_pages=settings.getint("MAX_PAGES"),
        max_hops=settings.getint("MAX_HOPS"),
        translations=settings.getbool("FOLLOW_TRANSLATIONS"),
    )
    return make_plan(
        arguments.pop("site", ""),
        arguments.pop("collection", ""),
        settings.get("CONTACT") or "",
        [*seeds, *(read_seeds(Path(seeds_file)) if seeds_file else ())],
        reach,
    )


def _state_of_status(status: int) -> str:
    if status in (404, 410):
        return GONE
    return NOT_MODIFIED if status == 304 else f"failed: http {status}"


def _content_type(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None


def _header_pairs(response: Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
