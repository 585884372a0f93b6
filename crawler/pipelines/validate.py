"""Validate: a line of briefs.jsonl fits brief.schema.json, or becomes a line of rejects.jsonl that says why."""

from __future__ import annotations

from crawler.items import Brief
from crawler.reading import validate


class ValidatePipeline:
    """Hands a brief that fits the schema on, and a rejection in place of one that does not."""

    def process_item(self, item: object) -> object:
        """Return the item, or the rejection in its place."""
        return validate(item) if isinstance(item, Brief) else item
