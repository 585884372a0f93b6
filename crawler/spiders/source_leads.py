"""What a source leads to: pages, other sources, its own next page; in a crawl, and when a ledger is recovered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from crawler.discovery import Named, NamedSource, SourceReading, resolved
from crawler.frontier.backend import (
    PENDING,
    SOURCE,
    SOURCE_ENDED,
    SOURCE_GONE,
    SOURCE_LEFT_OUT,
    SOURCE_NOT_MODIFIED,
    SOURCE_UNREADABLE,
    NewUrl,
    failed_state,
)
from crawler.items import Hop
from crawler.ledger.sightings import Sightings
from crawler.plan import Plan
from crawler.run.sources import hosts_of
from crawler.settings import SOURCES_MAX, SOURCES_MAX_DEPTH, SOURCES_MAX_NAMED, SOURCES_MAX_PAGES
from crawler.spiders.leads import Leads

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_MOST_REDIRECTS = 5
_FUTURE = 2 * 86400.0
"""Seconds after its capture in which a source may say that something changed: a day ends elsewhere a day later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLimits:
    """How much is taken of sources; 0 is no limit."""

    named: int = SOURCES_MAX_NAMED
    pages: int = SOURCES_MAX_PAGES
    depth: int = SOURCES_MAX_DEPTH
    sources: int = SOURCES_MAX

    @classmethod
    def by(cls, settings: BaseSettings) -> SourceLimits:
        """Return the limits that the settings give."""
        names = {"named": "SOURCES_MAX_NAMED", "pages": "SOURCES_MAX_PAGES"}
        names |= {"depth": "SOURCES_MAX_DEPTH", "sources": "SOURCES_MAX"}
        return cls(**{name: settings.getint(setting) for name, setting in names.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A source that answered."""

    url: str
    hop: Hop
    at: float
    """When it was captured."""
    began: float
    """When the run began that asked it: nothing is asked again twice in one run."""

    @property
    def kind(self) -> str:
        """What it was asked as, without the number of its page."""
        return (self.hop.source or "").partition("/")[0]

    @property
    def is_listing(self) -> bool:
        """Whether it is one of several pages."""
        return self.kind in ("listing", "wp-json")

    @property
    def page(self) -> int:
        """Which page of its listing it is."""
        number = (self.hop.source or "").partition("/")[2]
        return int(number[:6]) if number.isascii() and number.isdigit() else 1


@dataclass(slots=True, kw_only=True)
class SourceLeads:
    """Judges what sources name."""

    plan: Plan
    sightings: Sightings
    limits: SourceLimits = field(default_factory=SourceLimits)
    _taken: int = 0

    def of_reading(self, reading: SourceReading, asked: Asked) -> list[NewUrl]:
        """Return what an answer leads to."""
        pages = [self._page(named, asked) for named in reading.pages]
        sources = [self._source(named, asked) for named in reading.sources]
        goes_on = bool(pages) and asked.is_listing and self._has_news(pages, asked)
        return [*pages, *sources, *(self._following(reading, asked) if goes_on else ())]

    def ends_walk(self, children: list[NewUrl], asked: Asked) -> bool:
        """Return whether a listing ends with this page, as far as it is followed."""
        waits = any(child.hop.is_source and child.state == PENDING for child in children)
        return asked.is_listing and not waits

    def _has_news(self, pages: list[NewUrl], asked: Asked) -> bool:
        listing = asked.hop.seed
        if not self.sightings.is_walked(listing):
            return True
        return any(not self.sightings.is_old(url.address, listing, asked.began, url.again) for url in pages)

    def of_redirect(self, target: str, asked: Asked) -> list[NewUrl]:
        """Return what a source's redirect leads to: the same source at another address."""
        address = resolved(asked.url, target)
        if address is None:
            return []
        hop = replace(asked.hop.step("R", asked.url), source=asked.hop.source)
        rule = "too many redirects" if asked.hop.hops.endswith("R" * _MOST_REDIRECTS) else None
        return [self._judged(address, hop, rule, asked.began)]

    def _page(self, named: Named, asked: Asked) -> NewUrl:
        hops = asked.hop.hops if asked.hop.hops.endswith("M") else f"{asked.hop.hops}M"
        page = Leads(self.plan).judged(named.address, Hop(seed=asked.hop.seed, via=asked.url, hops=hops))
        return replace(page, again=_again(named, asked))

    def _source(self, named: NamedSource, asked: Asked) -> NewUrl:
        hop = replace(asked.hop.step("M", asked.url), source=named.kind)
        again = _again(named, asked)
        rule = "too deep" if 0 < self.limits.depth <= asked.hop.hops.count("M") else self._too_many()
        return self._judged(named.address, hop, rule, asked.began if again is None else again)

    def _following(self, reading: SourceReading, asked: Asked) -> list[NewUrl]:
        page = asked.page + 1
        templates = (source.pages for source in self.plan.site.sources if source.address == asked.hop.seed)
        template = next((template for template in templates if template), None)
        address = template.replace("{page}", str(page)) if template else reading.following
        if address is None or address == asked.url:
            return []
        hop = replace(asked.hop, via=asked.url, source=f"{asked.kind}/{page}")
        rule = "page limit" if 0 < self.limits.pages < page else self._too_many()
        return [self._judged(address, hop, rule, asked.began)]

    def _too_many(self) -> str | None:
        self._taken += 1
        return "too many" if 0 < self.limits.sources < self._taken else None

    def _judged(self, address: str, hop: Hop, rule: str | None, again: float) -> NewUrl:
        source = NewUrl(address=address, hop=hop, again=again)
        # A site's file may name a source anywhere; a source, nowhere but on the site.
        if source.host not in hosts_of(self.plan):
            rule = "other host"
        return replace(source, state=PENDING if rule is None else f"{SOURCE_LEFT_OUT}: {rule}")


def _again(named: Named | NamedSource, asked: Asked) -> float | None:
    """Return before which moment it must have been asked to be asked again; what lies in the future says nothing."""
    if named.changed is None or named.changed > asked.at + _FUTURE:
        return None
    return min(named.changed, asked.began)


def state_of_reading(reading: SourceReading) -> str:
    """Return the state of a source that came whole."""
    names_nothing = not (reading.pages or reading.sources)
    if reading.problem is None or not names_nothing:
        return SOURCE
    return f"{SOURCE_UNREADABLE}: {reading.problem.partition(':')[0]}"


def state_of_status(status: int, asked: Asked) -> str:
    """Return the state of a source that answered with anything but a page to be read or a redirect."""
    if status == 304:
        return SOURCE_NOT_MODIFIED
    if asked.page > 1 and status in (400, 404, 410):  # behind the last page; WordPress says 400
        return SOURCE_ENDED
    return SOURCE_GONE if status in (404, 410) else failed_state(asked.hop, f"http {status}")
