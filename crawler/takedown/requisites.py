"""What pages that are taken down need to look right, and no other page does."""

from __future__ import annotations

from collections.abc import Iterator

from archive.coding import decode
from archive.errors import MessageError
from archive.timestamps import parse_timestamp
from crawler.extract import find_requisites
from crawler.ledger.takedown import HeldCapture, TakedownLedger
from crawler.reading import Captured, is_readable, parse_body
from crawler.rebuild.captured import Reading
from crawler.rebuild.exchanges import StoredExchange
from crawler.rebuild.pages import payload_at
from crawler.takedown.targets import Found, Target


def add_requisites(found: Found, reading: Reading, ledger: TakedownLedger) -> Found:
    """Return what was found and, as targets of their own, what its pages alone name for their looks.

    What another page names too stays, and so does what has the bytes of something else. Reads every page.
    """
    own, others = set[str](), set[str]()
    taken = found.captures
    for exchange in reading.exchanges():
        if exchange.is_page and exchange.takedown is None:
            names = own if exchange.capture.record_id in taken else others
            names.update(_named_by(exchange))
    alone = own - others
    kept = {one.digest for one in ledger.held() if one.url not in alone}
    captures: dict[str, list[HeldCapture]] = {}
    for capture in ledger.held():
        if capture.url in alone and capture.record_id not in taken:
            captures.setdefault(capture.url, []).append(capture)
    seed = found.targets[0].url
    targets = [
        Target(url=url, addresses=[url], captures=held, looks_of=seed)
        for url, held in sorted(captures.items())
        if kept.isdisjoint(one.digest for one in held)
    ]
    return Found(targets=[*found.targets, *targets])


def _named_by(exchange: StoredExchange) -> Iterator[str]:
    """Yield what a page names for its looks."""
    if exchange.body_at is None or not is_readable(exchange.capture.http_status, exchange.truncated):
        return
    payload = payload_at(exchange.body_at, exchange.max_size)
    at = parse_timestamp(exchange.capture.timestamp)
    captured = Captured(url=exchange.url, head=exchange.head, at=at, robots_txt=None)
    try:
        coding = exchange.head.joined("content-encoding")
        body = decode(payload or b"", coding, max_size=exchange.max_size).body
    except MessageError:
        return
    yield from find_requisites(parse_body(body, captured), scripts=True)
