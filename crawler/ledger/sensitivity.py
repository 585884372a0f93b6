"""How easily the drift alarm goes off."""

from __future__ import annotations

from dataclasses import dataclass

from crawler import settings as defaults


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What a share must do to be told of; the settings DRIFT_… in words."""

    window: int = defaults.DRIFT_WINDOW
    threshold: float = defaults.DRIFT_THRESHOLD
    least_pages: int = defaults.DRIFT_LEAST_PAGES
