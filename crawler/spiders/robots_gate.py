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
from crawler.run import Run
from crawler.run.sources import named_by_robots
from crawler.spiders.retries import Retries

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_SIZE = 500 * 1024
_MOST_REDIRECTS = 5


class RobotsGate:
    """Opens or shuts the gates of hosts (RFC 9309 2.3.1)."""

    def __init__(self, run: Run, retries: Retries) -> None:
        self._run = run
        self._retries = retries

    def answered(self, request: Request, response: Response) -> None:
        """Open or shut the gate of a host by the answer to its robots.txt."""
        frontier, host = self._run.frontier, request.meta["host"]
        head = self._run.head_of(request)
        target = location_of(request.url, head) if head is not None else None
        if target is not None and request.meta["attempts"] < _MOST_REDIRECTS:
            self._run.end_robots(request, partial(frontier.retry_gate, host, 0.0, target))
        elif 200 <= response.status < 300:
            self._run.end_robots(request, partial(self._open, request, _rules(response, head)))
        elif response.status >= 500:
            self.failed(request)
        else:  # 2.3.1.3: an unavailable robots.txt, as a 404, allows everything
            self._run.end_robots(request, partial(frontier.open_gate, host, b"", time.time()))

    def _open(self, request: Request, rules: bytes) -> None:
        """Open a host's gate; the sitemaps that its robots.txt names are sources."""
        self._run.frontier.open_gate(request.meta["host"], rules, time.time())
        self._run.frontier.add(named_by_robots(self._run.plan, rules, request.url))

    def failed(self, request: Request) -> None:
        """Ask for a robots.txt again, or leave its host alone (RFC 9309 2.3.1.4)."""
        frontier, host = self._run.frontier, request.meta["host"]
        if self._retries.may(request):
            not_before = self._retries.not_before(request)
            self._run.end_robots(request, partial(frontier.retry_gate, host, not_before, request.meta["address"]))
            return
        logger.error("%s could not be had: the pages of %s wait for a later run", request.url, host)
        self._run.end_robots(request, partial(frontier.shut_gate, host))


def _rules(response: Response, head: Head | None) -> bytes:
    """Return the body of a robots.txt, its codings removed, as far as it must be read (RFC 9309 2.5)."""
    coding = head.joined("content-encoding") if head is not None else None
    try:
        return decode(response.body, coding, max_size=64 * _SIZE).body[:_SIZE]
    except MessageError:
        return b""
