"""What was captured for the looks of pages alone: the state that it left its address in, and what it led to."""

from __future__ import annotations

from crawler.frontier.backend import REQUISITE, REQUISITE_REDIRECTED, NewUrl, failed_state
from crawler.items import Hop
from crawler.reading import is_readable, location_of
from crawler.rebuild.exchanges import StoredExchange
from crawler.spiders.requisites import Requisites


def requisite_state(exchange: StoredExchange, hop: Hop) -> str:
    """Return the state that a requisite's address was in after this capture, as far as it tells."""
    status = exchange.capture.http_status
    if location_of(exchange.url, exchange.head) is not None:
        return REQUISITE_REDIRECTED
    if is_readable(status, exchange.truncated):
        return REQUISITE
    return failed_state(hop, "cut" if exchange.truncated else f"http {status}")


def led_to(exchange: StoredExchange, hop: Hop, payload: bytes | None, requisites: Requisites) -> list[NewUrl]:
    """Return what a requisite led to: by its redirect, or as a style sheet."""
    target = location_of(exchange.url, exchange.head)
    if target is not None:
        return requisites.of_redirect(target, exchange.url, hop)
    if payload is None or not is_readable(exchange.capture.http_status, exchange.truncated):
        return []
    return requisites.of_payload(payload, exchange.head, exchange.url, hop, max_size=exchange.max_size)
