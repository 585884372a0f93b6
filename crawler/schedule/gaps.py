"""What was missed is a gap in its collection: noted there as soon as nobody else writes to it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from archive.errors import ArchiveError, CollectionLocked
from crawler.ledger.missed import note_missed
from crawler.schedule.book import Book
from crawler.schedule.schedule import Turn

logger = logging.getLogger(__name__)


def note_gaps(book: Book) -> None:
    """Note the gaps of missed moments that no collection knows of yet; one that is being written to waits."""
    for turn in book.owed_gaps():
        if _note(book, turn):
            book.settle_gap(turn.id)


def _note(book: Book, turn: Turn) -> bool:
    """Return whether nothing is left to do for a turn; noting the same moment twice leaves one gap."""
    schedule = book.find(turn.schedule)
    if schedule is None or not schedule.places.exists():
        return True  # what was never begun has no days that could lack anything
    try:
        note_missed(schedule.places, datetime.fromtimestamp(turn.due, UTC), turn.detail or "missed")
    except CollectionLocked:
        return False
    except ArchiveError as error:
        logger.warning("%s: its gap could not be noted: %s", turn.schedule, error)
    return True
