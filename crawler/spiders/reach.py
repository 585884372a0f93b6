"""How far a crawl goes, as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.plan import Reach

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def reach_by(settings: BaseSettings, *, recrawl: bool = False, older_than: float | None = None) -> Reach:
    """Return what the settings ask for; raise PlanError."""
    return Reach(
        max_pages=settings.getint("MAX_PAGES"),
        max_hops=settings.getint("MAX_HOPS"),
        translations=settings.getbool("FOLLOW_TRANSLATIONS"),
        requisites=_choice(settings, "REQUISITES"),
        scripts=_choice(settings, "REQUISITES_SCRIPTS"),
        discover=_choice(settings, "DISCOVER"),
        recrawl=recrawl,
        older_than=older_than,
    )


def _choice(settings: BaseSettings, name: str) -> bool | None:
    """Return what a setting says that may be left to the collection: yes, no, or nothing."""
    return None if settings.get(name) is None else settings.getbool(name)
