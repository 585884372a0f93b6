"""Whether a page is a version of a work."""

from __future__ import annotations

from crawler.items import Brief
from crawler.works.compare import are_alike
from crawler.works.index import Work
from crawler.works.takedown import TAKEN_DOWN


def is_version(work: Work, brief: Brief) -> bool:
    """Return whether a page that only claims a work's address, or its text, is of that work."""
    if work.latest.change == TAKEN_DOWN:
        return False
    # Translations are never merged, whatever a page declares.
    return work.language == brief.language and are_alike(work.latest, brief)
