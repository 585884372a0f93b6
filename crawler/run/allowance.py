"""How much more a run may ask: of pages, and of what they need to look right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.frontier.backend import Wanted
from crawler.plan import Reach
from crawler.run.tally import Tally

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of a run, held against what it has done; 0 is no limit."""

    reach: Reach
    tally: Tally
    most_requisites: int
    most_requisite_bytes: int

    @classmethod
    def by(cls, settings: BaseSettings, reach: Reach, tally: Tally) -> Allowance:
        """Return the allowance that the settings give."""
        return cls(reach, tally, settings.getint("REQUISITES_MAX"), settings.getint("REQUISITES_MAX_BYTES"))

    def wanted(self) -> Wanted | None:
        """Return what may be asked now; None for nothing more."""
        pages, requisites = not self.is_full_of_pages(), bool(self.reach.requisites) and self.spent() is None
        if pages:
            return Wanted.ALL if requisites else Wanted.PAGES
        return Wanted.REQUISITES if requisites else None

    def is_full_of_pages(self) -> bool:
        """Return whether the limit of pages is reached."""
        return bool(self.reach.max_pages) and self.tally.pages >= self.reach.max_pages

    def spent(self) -> str | None:
        """Return the setting that allows no more requisites; None while they are allowed."""
        if self.most_requisites and self.tally.requisites >= self.most_requisites:
            return "REQUISITES_MAX"
        if self.most_requisite_bytes and self.tally.requisite_bytes >= self.most_requisite_bytes:
            return "REQUISITES_MAX_BYTES"
        return None
