"""How easily the drift alarm goes off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler import settings as defaults
from crawler.plan import PlanError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_HIGHEST = {"DRIFT_WINDOW": 1000, "DRIFT_LEAST_PAGES": 1_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What a share must do to be told of; the settings DRIFT_… in words."""

    window: int = defaults.DRIFT_WINDOW
    threshold: float = defaults.DRIFT_THRESHOLD
    least_pages: int = defaults.DRIFT_LEAST_PAGES

    @classmethod
    def by(cls, settings: BaseSettings) -> Sensitivity:
        """Return what the settings say."""
        return cls(
            window=settings.getint("DRIFT_WINDOW"),
            threshold=settings.getfloat("DRIFT_THRESHOLD"),
            least_pages=settings.getint("DRIFT_LEAST_PAGES"),
        )


def check_sensitivity(settings: BaseSettings) -> None:
    """Raise PlanError for a setting of the drift alarm that it cannot have."""
    for name, highest in _HIGHEST.items():
        if not str(settings[name]).isdigit() or not 1 <= settings.getint(name) <= highest:
            raise PlanError(f"{name} is {settings[name]}, expected a whole number from 1 to {highest}")
    try:
        is_share = 0 < settings.getfloat("DRIFT_THRESHOLD") <= 1
    except ValueError:
        is_share = False
    if not is_share:
        raise PlanError(f"DRIFT_THRESHOLD is {settings['DRIFT_THRESHOLD']}, expected a share above 0, 1 at the most")
