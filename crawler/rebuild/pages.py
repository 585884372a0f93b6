"""What a stored exchange holds, as the crawl handed it to the fold."""

from __future__ import annotations

import logging
from dataclasses import replace

from archive.errors import RecordError
from archive.reader import captured_message, read_record
from archive.takedown import Removal, Takedown
from archive.timestamps import parse_timestamp
from crawler.blocking import is_judged
from crawler.items import Brief, Rejection
from crawler.reading import Captured, is_readable, location_of, normalise, read_payload, read_refusal, validate
from crawler.rebuild.bodies import Place
from crawler.rebuild.exchanges import StoredExchange
from crawler.rebuild.files import standing
from crawler.sites import Site
from crawler.works.fold import CapturedPage

_logger = logging.getLogger(__name__)


def log_problem(problem: RecordError) -> None:
    """Warn of a place that could not be read."""
    _logger.warning("%s", problem)


def page_of(exchange: StoredExchange, site: Site) -> CapturedPage:
    """Return what the fold is to see of a stored exchange; an exception says in a note which one it was."""
    if exchange.takedown is not None:
        return _left(exchange, exchange.takedown)
    try:
        reading = read_exchange(exchange, site)
    except Exception as error:  # whatever it is, it goes on, with the place that no trace tells
        place = exchange.capture
        error.add_note(f"while {exchange.url} was read, in {place.warc} at byte {place.offset}")
        raise
    return CapturedPage(
        capture=exchange.capture,
        url=exchange.url,
        run=exchange.run,
        hop=exchange.hop,
        location=location_of(exchange.url, exchange.head),
        truncated=exchange.truncated,
        reading=reading,
    )


def _left(exchange: StoredExchange, takedown: Removal | Takedown) -> CapturedPage:
    """Return what the fold is to see of a takedown's record."""
    return CapturedPage(
        capture=exchange.capture,
        url=exchange.url,
        run=exchange.run if isinstance(takedown, Removal) else takedown.run,
        hop=None,
        location=takedown.location if isinstance(takedown, Removal) else None,
        takedown=takedown,
    )


def read_exchange(exchange: StoredExchange, site: Site) -> Brief | Rejection | None:
    """Return what a stored page holds, normalised and validated; None for what is no page to be read."""
    if not is_readable(exchange.capture.http_status, exchange.truncated):
        return _read_refusal(exchange, site)
    item = replace(_read(exchange, site), capture=exchange.capture)
    return validate(normalise(item, site.scope.canonical)) if isinstance(item, Brief) else item


def _read_refusal(exchange: StoredExchange, site: Site) -> Rejection | None:
    """Return what a rule of blocked pages says of a whole response that is no page; None where none knows it."""
    if exchange.truncated is not None or exchange.body_at is None or not is_judged(exchange.capture.http_status):
        return None
    payload = payload_at(exchange.body_at, exchange.max_size) or b""
    rejection = read_refusal(payload, _captured(exchange), site, max_size=exchange.max_size)
    return None if rejection is None else replace(rejection, capture=exchange.capture)


def _captured(exchange: StoredExchange) -> Captured:
    return Captured(
        url=exchange.url,
        head=exchange.head,
        at=parse_timestamp(exchange.capture.timestamp),
        robots_txt=exchange.robots_txt,
        robots_txt_disallows=exchange.robots_txt_disallows,
    )


def _read(exchange: StoredExchange, site: Site) -> Brief | Rejection:
    if exchange.body_at is None:
        return _refused(exchange, site, "error", f"repeats {exchange.original}, which no earlier record is")
    payload = payload_at(exchange.body_at, exchange.max_size)
    if payload is None:
        return _refused(exchange, site, "error", f"payload is over {exchange.max_size} bytes")
    return read_payload(payload, _captured(exchange), site, max_size=exchange.max_size)


def payload_at(place: Place, max_size: int) -> bytes | None:
    """Return the payload of a response, its content coding kept; None when it is over the size that a crawl takes."""
    payload = bytearray()
    with read_record(standing(place.path), place.offset) as record:
        for piece in captured_message(record)[1]:
            payload += piece
            if len(payload) > max_size:
                return None
    return bytes(payload)


def _refused(exchange: StoredExchange, site: Site, reason: str, detail: str) -> Rejection:
    canonical = site.scope.canonical(exchange.url) or exchange.url
    return Rejection(url=canonical, captured_url=exchange.url, site=site.name, reason=reason, detail=detail)
