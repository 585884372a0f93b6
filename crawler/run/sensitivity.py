"""How easily the drift alarm goes off, as the settings of a crawl say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.ledger.sensitivity import Sensitivity
from crawler.plan import PlanError, check_whole

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_HIGHEST = {"DRIFT_WINDOW": 1000, "DRIFT_LEAST_PAGES": 1_000_000}


def sensitivity_by(settings: BaseSettings) -> Sensitivity:
    """Return what the settings say; raise PlanError for one that cannot be."""
    _check(settings)
    return Sensitivity(
        window=settings.getint("DRIFT_WINDOW"),
        threshold=settings.getfloat("DRIFT_THRESHOLD"),
        least_pages=settings.getint("DRIFT_LEAST_PAGES"),
    )


def _check(settings: BaseSettings) -> None:
    for name, highest in _HIGHEST.items():
        check_whole(name, settings[name], 1, highest)
    try:
        is_share = 0 < settings.getfloat("DRIFT_THRESHOLD") <= 1
    except ValueError:
        is_share = False
    if not is_share:
        raise PlanError(f"DRIFT_THRESHOLD is {settings['DRIFT_THRESHOLD']}, expected a share above 0, 1 at the most")
