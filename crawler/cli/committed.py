"""How much of every file of a collection counts."""

from __future__ import annotations

from archive.collection import Collection
from crawler.ledger.reading import open_reading
from crawler.ledger.schema import ledger_file


def committed_lengths(collection: Collection) -> dict[str, int] | None:
    """Return the committed length of every file, also while a crawl writes them; None where no ledger says."""
    if not ledger_file(collection).exists():
        return None
    with open_reading(collection) as ledger:
        return ledger.files()
