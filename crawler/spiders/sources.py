"""Feeds, sitemaps, listings and WordPress' list: asked as such, and what they name kept with their outcome."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from archive.timestamps import parse_timestamp
from crawler.discovery import Answer, read_source
from crawler.frontier.backend import SOURCE, SOURCE_ENDED, SOURCE_REDIRECTED
from crawler.reading import is_readable, location_of
from crawler.run import Run
from crawler.spiders.retries import Retries
from crawler.spiders.source_leads import Asked, SourceLeads, SourceLimits, state_of_reading, state_of_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

ACCEPT = (
    "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,application/json;q=0.9,"
    "text/html;q=0.8,*/*;q=0.7"
)


class Sources:
    """Asks sources and reads their answers."""

    def __init__(self, run: Run, retries: Retries, settings: BaseSettings) -> None:
        self._run = run
        self._retries = retries
        self._limits = SourceLimits.by(settings)
        self._max_size = settings.getint("SOURCES_MAX_SIZE") or settings.getint("DOWNLOAD_MAXSIZE")
        self._leads = SourceLeads(plan=run.plan, sightings=run.ledger.sightings, limits=self._limits)

    def asking(self, request: Request, failed: Callable[[Failure], None]) -> Request:
        """Return the request of a source."""
        meta = {**request.meta, "download_maxsize": self._max_size}
        return request.replace(callback=self.answered, errback=failed, headers={"Accept": ACCEPT}, meta=meta)

    def answered(self, response: Response) -> None:
        """Note what came of a source, and what it leads to."""
        request = response.request
        assert request is not None
        head = self._run.head_of(request)
        assert head is not None, "every response that came over the wire has its capture"
        asked = self._asked(request)
        if is_readable(response.status, None):
            self._read(request, asked, Answer(
                url=request.url, kind=asked.kind, page=asked.page, payload=response.body, head=head,
                max_size=self._max_size, most=self._limits.named,
            ))  # fmt: skip
        elif (target := location_of(request.url, head)) is not None:
            self._run.found(request, self._leads.of_redirect(target, asked))
            self._run.finish(request, SOURCE_REDIRECTED)
        elif self._retries.is_worth_it(response.status):
            self._retries.retry(request, f"http {response.status}")
        else:
            state = state_of_status(response.status, asked)
            self._run.finish(request, state, self._walked(asked) if state == SOURCE_ENDED else None)

    def _read(self, request: Request, asked: Asked, answer: Answer) -> None:
        reading = read_source(answer, self._run.plan.site)
        told = self._run.tally.sources.get(request.meta["address"])
        if told is not None:
            left_out = f"{reading.left_out} addresses over the limit" if reading.left_out else None
            told.named, told.sources = len(reading.pages), len(reading.sources)
            told.problem = reading.problem or left_out
        children = self._leads.of_reading(reading, asked)
        state = state_of_reading(reading)
        is_end = state == SOURCE and self._leads.ends_walk(children, asked)
        self._run.found(request, children)
        self._run.finish(request, state, self._walked(asked) if is_end else None)

    def _walked(self, asked: Asked) -> Callable[[], None]:
        return partial(self._run.ledger.sightings.note_walked, asked.hop.seed)

    def _asked(self, request: Request) -> Asked:
        capture = self._run.capture_of(request)
        assert capture is not None
        at = parse_timestamp(capture.timestamp).timestamp()
        return Asked(url=request.url, hop=request.meta["hop"], at=at, began=self._run.began.timestamp())
