"""Choose the layout of a page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crawler.extract.page import Page
from crawler.sites import Layout, Site

_GRACE = timedelta(days=92)
"""Caches serve a design after its last day."""


def choose_layout(page: Page, site: Site, captured_at: datetime | None = None) -> Layout:
    """Return the layout whose markers the page shows; where several or none are shown, the day of capture decides.

    Markers weigh more than days: a mirror may serve an old design for years, and its rules still read it best.
    """
    shown = [layout for layout in site.layouts if page.tree.select_any(layout.markers)]
    choices = shown or [layout for layout in site.layouts if not layout.markers] or list(site.layouts)
    served = [layout for layout in choices if _was_served(layout, captured_at)]
    if shown or not served:
        return (served or choices)[0]
    return min(served, key=lambda layout: layout.last_day or date.max)


def _was_served(layout: Layout, at: datetime | None) -> bool:
    return layout.last_day is None or (at is not None and at.date() <= layout.last_day + _GRACE)
