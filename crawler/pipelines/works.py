"""Works: hand what was read of a capture to the run, which folds the captures in their order into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Brief, Rejection
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class WorksPipeline:
    """Settles the capture that an item was read from.

    The line is written when every earlier capture is settled too, so it may come after `process_item` has returned.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WorksPipeline:
        """Return the pipeline of that crawl."""
        return cls(Run.of(crawler))

    def process_item(self, item: object) -> object:
        """Settle the item's capture and return the item."""
        if isinstance(item, Brief | Rejection) and item.capture is not None:
            self._run.settle(item.capture.record_id, item)
        return item
