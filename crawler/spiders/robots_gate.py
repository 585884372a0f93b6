"""A host's robots.txt: what came of asking for it opens the host's gate, or shuts it."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING

from archive.coding import decode
from archive.errors import MessageError
from archive.message import Head
from crawler.reading import location_of
from crawler.robots import MOST_BYTES, Robots, readable_rules
from crawler.run import Run
from crawler.run.sources import named_by_robots
from crawler.spiders.retries import Retries

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_MOST_REDIRECTS = 5
_MOST_INFLATED = 64 * MOST_BYTES


class RobotsGate:
    """Opens or shuts the gates of a scheme, host and port (RFC 9309 2.3.1)."""

    def __init__(self, run: Run, retries: Retries, settings: BaseSettings) -> None:
        self._run = run
        self._retries = retries
        self._agent: str = settings["ROBOTSTXT_USER_AGENT"]
        self._longest = settings.getfloat("CRAWL_DELAY_MAX")
        self._wait = settings.getfloat("ROBOTSTXT_RETRY_WAIT")

    def answered(self, request: Request, response: Response) -> None:
        """Open or shut a gate by the answer to its robots.txt."""
        head = self._run.head_of(request)
        target = location_of(request.url, head) if head is not None else None
        if target is not None and request.meta["redirects"] < _MOST_REDIRECTS:
            self._run.end_robots(request, partial(self._run.frontier.redirect_gate, request.meta["origin"], target))
        elif 200 <= response.status < 300:
            self._open(request, _rules(response, head))
        elif response.status >= 500 or response.status == 429:  # 429 is "not now", not "there is none"
            self.failed(request)
        else:  # 2.3.1.2, 2.3.1.3: too many redirects, and an unavailable one, as a 404, allow everything
            self._open(request, b"")

    def failed(self, request: Request) -> None:
        """Ask for a robots.txt again, or leave its pages alone (RFC 9309 2.3.1.4)."""
        frontier, origin = self._run.frontier, request.meta["origin"]
        if self._retries.may(request):
            self._run.end_robots(request, partial(frontier.retry_gate, origin, 0.0, request.meta["address"]))
            return
        logger.error("%s could not be had: the pages of %s wait until it can", request.url, origin)
        self._run.end_robots(request, partial(frontier.shut_gate, origin, time.time() + self._wait))

    def _open(self, request: Request, rules: bytes) -> None:
        self._run.end_robots(request, partial(self._keep, request, rules, time.time()))

    def _keep(self, request: Request, rules: bytes, now: float) -> None:
        """Open a gate; the sitemaps that its robots.txt names are sources."""
        floor = min(Robots(rules, self._agent).delay, self._longest)
        self._run.frontier.open_gate(request.meta["origin"], rules, now, floor)
        self._run.frontier.add(named_by_robots(self._run.plan, rules, request.url))


def _rules(response: Response, head: Head | None) -> bytes:
    """Return the body of a robots.txt, its codings removed, as far as it must be read (RFC 9309 2.5).

    One that is not in the coding that it names is read as it came.
    """
    coding = head.joined("content-encoding") if head is not None else None
    try:
        body = decode(response.body, coding, max_size=_MOST_INFLATED).body
    except MessageError:
        body = response.body
    return readable_rules(body)
