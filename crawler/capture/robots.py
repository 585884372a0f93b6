"""Which hosts' robots.txt was read: only of these can be said that they allow a page."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request

ALLOWED = "allowed"


class RobotsRead:
    """The hosts whose robots.txt answered; an answer is a 2xx with rules or a 4xx without any (RFC 9309 2.3.1)."""

    def __init__(self) -> None:
        self._hosts: set[str] = set()

    def note(self, request: Request, status: int) -> None:
        """Note a whole response, if it is the one that a host's robots.txt ended with."""
        # The mark is the robots.txt middleware's own; redirects are followed and keep it.
        if request.meta.get("dont_obey_robotstxt") and (200 <= status < 300 or 400 <= status < 500):
            asked = next(iter(request.meta.get("redirect_urls", ())), request.url)
            self._hosts.add(urlsplit(asked).netloc)

    def verdict(self, request: Request) -> str | None:
        """Return what robots.txt says of an address that is being asked, or None where there was none to read."""
        return ALLOWED if urlsplit(request.url).netloc in self._hosts else None
