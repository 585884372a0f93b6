"""The catalogue, the CDXJ and the page list of a collection that a run writes to: kept current, never its end."""

from __future__ import annotations

import logging

from archive.catalog import Catalog, Committed, catch_up, open_current
from archive.collection import Collection
from archive.errors import CollectionError, RecordError
from archive.indexing import write_indexes

logger = logging.getLogger(__name__)


class Indexes:
    """Follows the commits: the catalogue with each, CDXJ and page list with each WARC that is closed.

    All of it can be made again, so that what fails here is said, and left until a later run or `briefs index`.
    """

    def __init__(self, collection: Collection, committed: Committed) -> None:
        """`committed` are the ledger's lengths, as they stand whenever they are looked at."""
        self._collection = collection
        self._committed = committed
        self._catalog: Catalog | None = None
        self._warc: str | None = None
        self._failed = False

    def follow(self, warc: str | None) -> None:
        """Take in what was committed; `warc` is the file that is written to now."""
        if self._failed:
            return
        is_closed = self._warc not in (None, warc)
        self._warc = warc
        try:
            catalog = self._current()
            if is_closed:
                write_indexes(self._collection, catalog, self._committed)
        except (CollectionError, OSError) as error:
            self._give_up(error)

    def finish(self) -> None:
        """Write everything as the run leaves it."""
        if not self._failed:
            try:
                write_indexes(self._collection, self._current(), self._committed)
            except (CollectionError, OSError) as error:
                self._give_up(error)
        self._close()

    def _current(self) -> Catalog:
        if self._catalog is None:
            self._catalog = open_current(self._collection, self._committed, _warn)
        else:
            catch_up(self._catalog, self._collection, self._committed, _warn)
        return self._catalog

    def _give_up(self, error: Exception) -> None:
        self._failed = True
        logger.warning("the index is not kept any further, the next run or `briefs index` makes it whole: %s", error)

    def _close(self) -> None:
        if self._catalog is not None:
            self._catalog.close()
            self._catalog = None


def _warn(problem: RecordError) -> None:
    logger.warning("not in the index: %s", problem)
