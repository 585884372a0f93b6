"""robots.txt, as the frontier's gate keeps it: a page that it disallows is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from crawler.items import Hop
from crawler.robots import Robots
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_MOST_PARSED = 100


class RobotsMiddleware:
    """Refuses what robots.txt disallows, and notes which AI crawlers it turns away from a page that it allows."""

    def __init__(self, run: Run, crawler: Crawler) -> None:
        self._run = run
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._obeys = crawler.settings.getbool("ROBOTSTXT_OBEY")
        self._parsed: dict[str, tuple[float | None, Robots]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Return the middleware of that crawl."""
        return cls(Run.of(crawler), crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a page that is disallowed."""
        hop: Hop | None = request.meta.get("hop")
        if hop is None or not self._obeys:
            return
        robots = self._robots(request.meta["origin"])
        if not robots.allows(request.url):
            raise IgnoreRequest("Forbidden by robots.txt")
        request.meta["ai_disallowed"] = ", ".join(robots.disallowed_ai(request.url)) or None

    def _robots(self, origin: str) -> Robots:
        """Return the rules of the robots.txt that was fetched last."""
        fetched = self._run.frontier.fetched(origin)
        known = self._parsed.get(origin)
        if known is not None and known[0] == fetched:
            return known[1]
        if len(self._parsed) >= _MOST_PARSED:
            self._parsed.clear()
        robots = Robots(self._run.frontier.robots(origin) or b"", self._agent)
        self._parsed[origin] = fetched, robots
        return robots
