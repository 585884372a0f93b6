"""Known pages are asked with the validators of their newest capture, so that an unchanged one costs a 304."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class ValidatorsMiddleware:
    """Adds If-None-Match and If-Modified-Since from the ledger's captures."""

    def __init__(self, run: Run) -> None:
        self._captures = run.ledger.captures

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ValidatorsMiddleware:
        """Return the middleware of that crawl."""
        return cls(Run.of(crawler))

    def process_request(self, request: Request) -> None:
        """Add the validators to a page's request, and note whose they are."""
        if request.meta.get("hop") is None or "validates" in request.meta:
            return
        known = self._captures.newest(request.url)
        if known is None or not (known.etag or known.modified):
            return
        request.meta["validates"] = known.capture.record_id
        if known.etag:
            request.headers["If-None-Match"] = known.etag.encode("latin-1")
        if known.modified:
            request.headers["If-Modified-Since"] = known.modified.encode("latin-1")
