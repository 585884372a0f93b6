"""A run that never began, noted by whoever expected it."""

from __future__ import annotations

from datetime import datetime

from archive.collection import Collection
from crawler.frontier.transaction import transaction
from crawler.ledger.gaps import MISSED, Cause, GapLog, write_gaps
from crawler.ledger.opening import change_ledger


def note_missed(collection: Collection, due: datetime, why: str) -> bool:
    """Keep a gap for a run that was due and did not begin, and say whether it is new; raise CollectionError.

    `why` is a few words: `the machine was off`. The same moment is kept once, whatever its reason. Where a complete run
    has looked for news since, the gap is closed at once. Raises CollectionLocked while a crawl writes: then ask again.
    """
    with change_ledger(collection) as connection:
        log = GapLog(connection)
        with transaction(connection):
            is_new = not log.knows_missed(due)
            if is_new:
                log.open(None, due, [Cause(kind=MISSED, why=why)])
                log.close_missed()
        write_gaps(collection, log)
    return is_new
