"""What the ledger keeps of captures: those that no crawl of ours made, and those before the files of a walk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crawler.ledger.captures import CaptureIndex, KnownCapture
from crawler.rebuild.bodies import Name, Place, Sort
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


@dataclass(frozen=True, slots=True)
class EarlierCaptures:
    """Finds what a revisit repeats among the captures that the ledger knows."""

    archive: Path
    captures: CaptureIndex
    left_out: frozenset[str] = frozenset()
    """The files that a walk reads: it knows their captures itself."""

    def __call__(self, name: Name) -> Place | None:
        """Return where the response of that name lies."""
        if name.sort is Sort.RECORD_ID:
            known = self.captures.by_id(name.value)
        elif name.sort is Sort.DIGEST:
            known = self.captures.first_with(name.value)
        else:
            timestamp, _, url = name.value.partition(" ")
            known = self.captures.first_at(url, timestamp)
        if known is None or known.original != known.capture.record_id or known.capture.warc in self.left_out:
            return None
        return Place(self.archive / known.capture.warc, known.capture.offset, known.capture.record_id)
