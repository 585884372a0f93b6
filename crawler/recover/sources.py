"""What was captured of sources: the state that each left its address in, and what it led to."""

from __future__ import annotations

from archive.timestamps import parse_timestamp, parse_warc_date
from crawler.discovery import Answer, SourceReading, read_source
from crawler.frontier.backend import SOURCE, SOURCE_ENDED, SOURCE_REDIRECTED, NewUrl, failed_state
from crawler.items import Hop
from crawler.reading import is_readable, location_of
from crawler.rebuild.exchanges import StoredExchange
from crawler.settings import SOURCES_MAX_SIZE
from crawler.spiders.source_leads import Asked, SourceLeads, state_of_reading, state_of_status


def restored_source(
    exchange: StoredExchange, hop: Hop, payload: bytes | None, leads: SourceLeads
) -> tuple[str, list[NewUrl]]:
    """Return the state of a source after this capture, and what it led to, by the project's own limits.

    Where a listing was followed to its end, that is noted, as in the crawl.
    """
    at = parse_warc_date(exchange.date).timestamp()
    asked = Asked(url=exchange.url, hop=hop, at=at, began=_began(exchange, at))
    target = location_of(exchange.url, exchange.head)
    if target is not None:
        return SOURCE_REDIRECTED, leads.of_redirect(target, asked)
    if exchange.truncated is not None:
        return failed_state(hop, "cut"), []
    if not is_readable(exchange.capture.http_status, None):
        state, children = state_of_status(exchange.capture.http_status, asked), []
    else:
        reading = _read(exchange, asked, payload, leads)
        state, children = state_of_reading(reading), leads.of_reading(reading, asked)
    if state == SOURCE_ENDED or (state == SOURCE and leads.ends_walk(children, asked)):
        leads.sightings.note_walked(hop.seed)
    return state, children


def _read(exchange: StoredExchange, asked: Asked, payload: bytes | None, leads: SourceLeads) -> SourceReading:
    if payload is None:
        return SourceReading(problem="lost")
    answer = Answer(
        url=exchange.url,
        kind=asked.kind,
        page=asked.page,
        payload=payload,
        head=exchange.head,
        max_size=SOURCES_MAX_SIZE,
        most=leads.limits.named,
    )
    return read_source(answer, leads.plan.site)


def _began(exchange: StoredExchange, at: float) -> float:
    """Return when the run of a capture began: its name tells; a name of another form, the capture's own moment."""
    stamp = exchange.run.partition("-")[0]
    return parse_timestamp(stamp).timestamp() if len(stamp) == 14 and stamp.isdigit() else at
