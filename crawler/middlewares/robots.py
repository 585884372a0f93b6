"""robots.txt, as the frontier's gate keeps it: a page that it disallows is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protego import Protego
from scrapy.exceptions import IgnoreRequest

from crawler.items import Hop
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_MOST_PARSED = 100


class RobotsMiddleware:
    """Refuses what a host's robots.txt disallows."""

    def __init__(self, run: Run, crawler: Crawler) -> None:
        self._run = run
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._obeys = crawler.settings.getbool("ROBOTSTXT_OBEY")
        self._parsed: dict[str, Protego] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Return the middleware of that crawl."""
        return cls(Run.of(crawler), crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a page that is disallowed."""
        hop: Hop | None = request.meta.get("hop")
        if (
            hop is not None
            and self._obeys
            and not self._rules(request.meta["host"]).can_fetch(request.url, self._agent)
        ):
            raise IgnoreRequest("Forbidden by robots.txt")

    def _rules(self, host: str) -> Protego:
        if host not in self._parsed:
            if len(self._parsed) >= _MOST_PARSED:
                self._parsed.clear()
            text = (self._run.frontier.robots(host) or b"").decode("utf-8-sig", "replace")
            self._parsed[host] = Protego.parse(text)
        return self._parsed[host]
