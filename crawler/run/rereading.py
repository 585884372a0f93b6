"""An earlier capture, read by today's rules: so that a better rule is not taken for a change of the page."""

from __future__ import annotations

from archive.collection import Collection
from archive.errors import ArchiveError
from archive.reader import Entity, read_entity, read_record
from archive.timestamps import parse_timestamp
from crawler.items import Brief
from crawler.ledger.captures import CaptureIndex
from crawler.reading import Captured, normalise, read_payload
from crawler.sites import Site


class Rereader:
    """Reads the capture of an earlier line again."""

    def __init__(self, collection: Collection, site: Site, captures: CaptureIndex, max_size: int) -> None:
        self._collection = collection
        self._site = site
        self._captures = captures
        self._max_size = max_size

    def entity_of(self, record_id: str) -> Entity | None:
        """Return what a capture, or the one that it repeats, holds; None where it cannot be read."""
        known = self._captures.by_id(record_id)
        original = self._captures.by_id(known.original) if known is not None else None
        if original is None:
            return None
        try:
            record = read_record(self._collection.archive / original.capture.warc, original.capture.offset)
            return read_entity(record, max_size=self._max_size)
        except (ArchiveError, OSError):
            return None

    def __call__(self, line: Brief) -> Brief | None:
        """Return what today's rules read of the line's capture; None where it cannot be read."""
        entity = self.entity_of(line.capture.record_id) if line.capture is not None else None
        if entity is None or line.capture is None:
            return None
        captured = Captured(
            url=line.captured_url,
            head=entity.head,
            at=parse_timestamp(line.capture.timestamp),
            robots_txt=line.rights.robots_txt,
            robots_txt_disallows=line.rights.robots_txt_disallows,
        )
        item = read_payload(entity.payload, captured, self._site, max_size=self._max_size)
        return normalise(item, self._site.scope.canonical) if isinstance(item, Brief) else None
