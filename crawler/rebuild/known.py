"""What the ledger keeps of a capture that no crawl of ours made."""

from __future__ import annotations

from crawler.ledger.captures import KnownCapture
from crawler.rebuild.exchanges import StoredExchange


def imported_capture(exchange: StoredExchange) -> KnownCapture:
    """Return what later runs are to know of it: where it lies, to read it again.

    No record of ours refers to it, and no validators of it are sent: what another crawler stored is not ours to vouch
    for, and a page that is asked again comes whole.
    """
    return KnownCapture(
        capture=exchange.capture,
        url=exchange.url,
        date=exchange.date,
        original=exchange.refers_to or exchange.capture.record_id,
    )
