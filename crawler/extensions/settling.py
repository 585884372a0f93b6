"""No captured page is left hanging: a mistake of ours on the way to its line is that page's outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from crawler.frontier.backend import failed_state
from crawler.items import Brief, Hop, Rejection
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure


class Settling:
    """Settles the captures whose callback or pipeline raised, or whose item somebody dropped."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Settling:
        """Connect to the signals that say so."""
        settling = cls(Run.of(crawler))
        crawler.signals.connect(settling.spider_error, signals.spider_error)
        crawler.signals.connect(settling.item_error, signals.item_error)
        crawler.signals.connect(settling.item_dropped, signals.item_dropped)
        return settling

    def spider_error(self, failure: Failure, response: Response) -> None:
        """Note that reading a page raised."""
        request = response.request
        if request is None:
            return
        hop: Hop | None = request.meta.get("hop")
        if hop is not None and not hop.is_page:
            state = failed_state(hop, "reading")
            self._run.finish(request, state)
        else:
            self._run.fail_reading(request, f"reading it raised {type(failure.value).__name__}")

    def item_error(self, item: object, failure: Failure) -> None:
        """Note that a pipeline raised."""
        self._settle(item, "error", f"a pipeline raised {type(failure.value).__name__}")

    def item_dropped(self, item: object, exception: Exception) -> None:
        """Note that a pipeline dropped the item."""
        self._settle(item, "dropped", str(exception) or "a pipeline dropped it")

    def _settle(self, item: object, reason: str, detail: str) -> None:
        if not isinstance(item, Brief | Rejection) or item.capture is None:
            return
        rejection = Rejection(
            url=item.url, captured_url=item.captured_url, site=item.site, reason=reason, detail=detail
        )
        self._run.settle(item.capture.record_id, rejection)
