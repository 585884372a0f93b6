"""Settings under which a crawl would not do what it says: refused before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.settings import SETTINGS_PRIORITIES

from crawler.capture.connect import parse_connect_to
from crawler.capture.handler import class_of, refuse_what_hides_the_wire
from crawler.pipelines.works import WorksPipeline
from crawler.plan import SOFTWARE, PlanError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def refuse_settings(settings: BaseSettings) -> None:
    """Raise PlanError or ConnectToError, with one sentence, for a setting that no crawl can keep its word under."""
    refuse_another_name(settings)
    refuse_lost_lines(settings)
    refuse_what_hides_the_wire(settings)
    refuse_no_pace(settings)
    parse_connect_to(settings.getlist("CONNECT_TO"))


def refuse_another_name(settings: BaseSettings) -> None:
    """Raise PlanError for a User-Agent other than the one that every warcinfo record names."""
    given = (settings.getpriority("USER_AGENT") or 0) >= SETTINGS_PRIORITIES["cmdline"]
    headers = [str(name).lower() for name in settings.getdict("DEFAULT_REQUEST_HEADERS")]
    if given or "user-agent" in headers:
        name = "USER_AGENT" if given else "DEFAULT_REQUEST_HEADERS with a User-Agent"
        raise PlanError(f"{name} cannot be set: the name is {SOFTWARE} (+CONTACT), set --contact")


def refuse_lost_lines(settings: BaseSettings) -> None:
    """Raise PlanError for pipelines without the one that writes the lines."""
    pipelines = settings.getwithbase("ITEM_PIPELINES")
    if not any(issubclass(class_of(path), WorksPipeline) for path, place in pipelines.items() if place is not None):
        raise PlanError(
            "ITEM_PIPELINES is without crawler.pipelines.works.WorksPipeline, expected it last: it writes every line"
        )


def refuse_no_pace(settings: BaseSettings) -> None:
    """Raise PlanError for a delay by latency that would be infinite."""
    target = settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY")
    if settings.getbool("AUTOTHROTTLE_ENABLED") and target <= 0:
        raise PlanError(f"AUTOTHROTTLE_TARGET_CONCURRENCY is {target}, expected more than 0")
