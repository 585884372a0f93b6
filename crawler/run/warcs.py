"""The WARC files of a run: what their warcinfo says, and the settings that they are written by."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive.model import Fields
from archive.writer import WarcWriter, next_serial
from crawler.plan import Plan, PlanError, check_whole, software_used

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def new_writer(plan: Plan, run_id: str, settings: BaseSettings) -> WarcWriter:
    """Return the writer of a run; its first file is made with its first exchange."""
    archive = plan.collection.archive
    return WarcWriter(
        archive,
        prefix=plan.site.name,
        serial=next_serial(archive),
        warcinfo=_warcinfo(plan, run_id, settings),
        now=lambda: datetime.now(UTC),
        new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
        level=settings.getint("WARC_LEVEL"),
        algorithm=settings["WARC_DIGEST"],
        max_size=settings.getint("WARC_MAX_SIZE"),
    )


def check_writing(settings: BaseSettings) -> None:
    """Raise PlanError for a setting that the WARC writer cannot follow."""
    if settings["WARC_DIGEST"] not in ("sha256", "sha1"):
        raise PlanError(f"WARC_DIGEST is {settings['WARC_DIGEST']!r}, expected sha256 or sha1")
    for name, lowest, highest in (("WARC_LEVEL", 0, 9), ("WARC_MAX_SIZE", 1, 2**40)):
        check_whole(name, settings[name], lowest, highest)


def _warcinfo(plan: Plan, run_id: str, settings: BaseSettings) -> Fields:
    return (
        ("software", software_used()),
        ("operator", plan.contact),
        ("robots", "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"),
        ("http-header-user-agent", plan.user_agent),
        ("isPartOf", plan.site.name),
        ("description", f"briefs of {plan.site.label}, by their related-content links"),
        ("site", plan.site.name),
        ("run", run_id),
        # A rebuild reads no page that the crawl could not have read.
        ("maxBodySize", str(settings.getint("DOWNLOAD_MAXSIZE"))),
    )
