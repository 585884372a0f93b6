"""A pipeline with a mistake in it."""

from __future__ import annotations

from crawler.items import Brief

RAISES_FOR = 5
"""The page of the generated site whose brief it cannot take."""


class RaisingPipeline:
    """Raises for one page."""

    def process_item(self, item: object) -> object:
        """Hand the item on."""
        number = item.url.rstrip("/").rpartition("-")[2] if isinstance(item, Brief) else ""
        return item if number != str(RAISES_FOR) else 1 // 0
