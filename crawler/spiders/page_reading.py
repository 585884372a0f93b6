"""What is read of a page that came, and what it leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.coding import decode
from archive.errors import MessageError
from archive.message import Head
from archive.model import Capture
from archive.timestamps import parse_timestamp
from crawler.blocking import is_blocked
from crawler.frontier.backend import NewUrl
from crawler.items import Brief, Rejection
from crawler.reading import Captured, parse_body, read_body, read_refusal, undecodable
from crawler.run import Run
from crawler.spiders.leads import Leads
from crawler.spiders.requisites import Requisites

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings


class PageReading:
    """Reads pages once, for their item and for their leads; what a page leads to is kept with its outcome."""

    def __init__(self, run: Run, settings: BaseSettings) -> None:
        self._run = run
        self._site = run.plan.site
        self._most_read = settings.getint("DOWNLOAD_MAXSIZE")
        self._obeys_robots = settings.getbool("ROBOTSTXT_OBEY")
        self._leads = Leads(run.plan, obeys_nofollow=settings.getbool("NOFOLLOW_OBEY"))
        self.requisites = Requisites(run.plan.reach, most=settings.getint("REQUISITES_MAX_PER_PAGE"))

    def read(self, response: Response, request: Request, head: Head) -> Brief | Rejection:
        """Return the item of a page that came whole, with its capture."""
        capture, captured = self._captured(request, head)
        return replace(self._item(response, request, captured), capture=capture)

    def read_refusal(self, response: Response, request: Request, head: Head) -> Rejection | None:
        """Return the item of a response that is no page and that a rule of blocked pages knows, with its capture."""
        capture, captured = self._captured(request, head)
        rejection = read_refusal(response.body, captured, self._site, max_size=self._most_read)
        return None if rejection is None else replace(rejection, capture=capture)

    def follow_redirect(self, request: Request, target: str) -> str:
        """Keep what a redirect leads to, and return the state of the address that redirects."""
        hop = request.meta["hop"]
        self._run.found(request, list(self._leads.of_redirect(target, request.url, hop)))
        return self._leads.state_of_redirect(target, request.url, hop, self._run.frontier.hop_of)

    def want_requisites_again(self, request: Request) -> None:
        """Keep what a page needs that did not change: an earlier run may not have asked for it."""
        validates = request.meta.get("validates", "")
        entity = self._run.reread.entity_of(validates) if self._run.plan.reach.requisites else None
        if entity is None:
            return
        try:
            body = decode(entity.payload, entity.head.joined("content-encoding"), max_size=self._most_read).body
        except MessageError:
            return
        page = parse_body(body, Captured(url=request.url, head=entity.head, at=self._run.began))
        self._run.found(request, self.requisites.of_page(page, request.url, request.meta["hop"]))

    def _captured(self, request: Request, head: Head) -> tuple[Capture, Captured]:
        capture = self._run.capture_of(request)
        assert capture is not None
        captured = Captured(
            url=request.url,
            head=head,
            at=parse_timestamp(capture.timestamp),
            robots_txt="allowed" if self._obeys_robots else None,
            robots_txt_disallows=request.meta.get("ai_disallowed"),
        )
        return capture, captured

    def _item(self, response: Response, request: Request, captured: Captured) -> Brief | Rejection:
        try:
            body = decode(response.body, captured.head.joined("content-encoding"), max_size=self._most_read).body
        except MessageError as error:
            return undecodable(request.url, str(error), self._site)
        page = parse_body(body, captured)
        item = read_body(page, captured, self._site)
        if isinstance(item, Rejection) and is_blocked(item.reason):
            return item  # it leads nowhere: its links are none of the site's
        children, others = self._leads.of_page(page, item, captured, request.meta["hop"])
        needed: list[NewUrl] = self.requisites.of_page(page, request.url, request.meta["hop"])
        self._run.found(request, [*children, *needed])
        self._run.tally.links.update(others)
        return item
