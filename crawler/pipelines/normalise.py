"""Normalise: Unicode NFC, white space, canonical addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Brief
from crawler.reading import normalise
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class NormalisePipeline:
    """Hands every brief on normalised."""

    def __init__(self, run: Run) -> None:
        self._canonical = run.plan.site.scope.canonical

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> NormalisePipeline:
        """Return the pipeline of that crawl."""
        return cls(Run.of(crawler))

    def process_item(self, item: object) -> object:
        """Return the item normalised, when it is a brief."""
        return normalise(item, self._canonical) if isinstance(item, Brief) else item
