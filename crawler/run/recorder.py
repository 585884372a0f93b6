"""What goes into the WARC: exchanges as they are or as revisits, and what the ledger is to know of each."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.errors import CollectionError
from archive.message import Head
from archive.model import Capture, Exchange, FailedFetch, Stored
from archive.records import payload_digest_of
from crawler.items import Hop
from crawler.ledger.entry import Entry
from crawler.ledger.ledger import Ledger
from crawler.ledger.opening import torn_folder
from crawler.ledger.recovery import save_tail
from crawler.plan import Plan
from crawler.reading import location_of
from crawler.run.indexes import Indexes
from crawler.run.revisiting import as_revisit, head_of, known_capture, original_of
from crawler.run.warcs import new_writer
from crawler.works.fold import CapturedPage

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True)
class Recorded:
    """An exchange that is in the WARC, to be committed with its entry."""

    entry: Entry
    exchange: Exchange
    """As it was written: a revisit, where it repeats an earlier one."""
    stored: Stored
    head: Head | None
    """Of the response, as received; None where no byte came."""


class Recorder:
    """The WARC files of one run, and the captures that later records may refer to."""

    def __init__(self, plan: Plan, run_id: str, ledger: Ledger, settings: BaseSettings) -> None:
        self.writer = new_writer(plan, run_id, settings)
        self._plan = plan
        self._run_id = run_id
        self._ledger = ledger
        self._captures = ledger.captures
        self._indexes = Indexes(plan.collection, ledger.committed)
        self._min_free = settings.getint("MIN_FREE_BYTES")

    def record(self, exchange: Exchange, hop: Hop | None, validates: str) -> Recorded:
        """Append an exchange; `hop` is None for robots.txt, `validates` the capture whose validators were sent."""
        head = head_of(exchange)
        digest = payload_digest_of(exchange, self._captures.algorithm) if head is not None else None
        validated = self._captures.by_id(validates)
        original = None
        if hop is not None and digest is not None:
            original = original_of(exchange, validated, digest, self._captures)
        if original is not None:
            exchange = as_revisit(exchange, original)
            digest = original.capture.payload_digest
        stored = self.writer.write(exchange, payload_digest=digest)
        self._ledger.note_file(stored.warc)
        entry = Entry(stored=stored, repeats=original is not None)
        if stored.capture is not None and head is not None and hop is not None:
            known = known_capture(exchange, stored, head, validated)
            if hop.is_requisite:  # never asked with validators: a 304 would hide it from a page of the same address
                known = replace(known, etag=None, modified=None)
            elif hop.is_page:
                entry.page = self._page(stored.capture, exchange, hop, head)
            self._captures.note(known)
        return Recorded(entry, exchange, stored, head)

    def record_failure(self, failed: FailedFetch) -> Stored:
        """Append the record of a fetch that got no answer."""
        stored = self.writer.write_failure(failed)
        self._ledger.note_file(stored.warc)
        return stored

    def close(self) -> None:
        """Give the current WARC its final name, and write the indexes."""
        self._seal()
        self._indexes.finish()

    def note_commit(self) -> None:
        """Take what was committed into the catalogue; raise CollectionError when the disk is nearly full."""
        self._indexes.follow(self.writer.warc)
        self._check_space()

    def _seal(self) -> None:
        """Give the current WARC its final name, less what was not committed, which goes to the torn folder."""
        name = self.writer.warc
        if name is None:
            return
        committed = self._ledger.committed.get(f"archive/{name}", 0)
        if self.writer.length > committed:
            path = self._plan.collection.archive / f"{name}.open"
            save_tail(path, committed, torn_folder(self._plan.collection, self._run_id))
        if not committed:
            self.writer.abandon()
            return
        self.writer.cut_back(committed)
        self.writer.close()
        self._ledger.note_length(f"archive/{name}", committed, is_sealed=True)

    def _check_space(self) -> None:
        """Raise CollectionError when the disk has less room than a crawl is to leave."""
        root = self._plan.collection.root
        free = shutil.disk_usage(root).free
        if free < self._min_free:
            raise CollectionError(root, f"{free} bytes are free on the disk, expected {self._min_free}")

    def _page(self, capture: Capture, exchange: Exchange, hop: Hop, head: Head) -> CapturedPage:
        return CapturedPage(
            capture=capture,
            url=exchange.url,
            run=self._run_id,
            hop=hop,
            location=location_of(exchange.url, head),
            truncated=exchange.truncated,
        )
