"""How the settings have a host treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.frontier.backend import Politeness

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_DAY = 86400.0
"""RFC 9309 2.4: a robots.txt should not be used for longer."""


def politeness_by(settings: BaseSettings) -> Politeness:
    """Return how the settings have a host treated."""
    number, count = settings.getfloat, settings.getint
    return Politeness(
        delay=number("DOWNLOAD_DELAY"),
        concurrency=count("CONCURRENT_REQUESTS_PER_DOMAIN"),
        obeys_robots=settings.getbool("ROBOTSTXT_OBEY"),
        robots_seconds=min(number("ROBOTSTXT_MAX_AGE"), _DAY),
        retry_wait=number("RETRY_WAIT"),
        most_retry_wait=number("RETRY_WAIT_MAX"),
        most_retry_after=number("RETRY_AFTER_MAX"),
        most_failures=count("HOST_MAX_FAILURES"),
        bad_statuses=frozenset(map(int, settings.getlist("RETRY_HTTP_CODES"))),
        adapts=settings.getbool("AUTOTHROTTLE_ENABLED"),
        start_delay=number("AUTOTHROTTLE_START_DELAY"),
        most_delay=number("AUTOTHROTTLE_MAX_DELAY"),
        target_concurrency=number("AUTOTHROTTLE_TARGET_CONCURRENCY"),
        most_pages=count("HOST_MAX_PAGES"),
        most_bytes=count("HOST_MAX_BYTES"),
        most_seconds=number("HOST_MAX_SECONDS"),
    )
