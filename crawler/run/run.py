"""One run: a crawl into a collection, from its lock to its report.

Everything that a crawl keeps passes here: exchanges into the WARC, outcomes into the queue, groups into the ledger.
"""

from __future__ import annotations

import logging
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy.exceptions import NotSupported

from archive.collection import WriteLock
from archive.errors import ArchiveError
from archive.message import Head
from archive.model import Capture, Exchange, FailedFetch, Stored
from archive.records import payload_digest_of
from archive.timestamps import timestamp14
from crawler.frontier.backend import PENDING, Lease, NewUrl, Politeness, Wait
from crawler.frontier.transaction import TransactionError
from crawler.items import Brief, Hop, Rejection
from crawler.ledger.entry import CommitQueue, Entry
from crawler.ledger.ledger import CommitError, Ledger
from crawler.ledger.opening import open_for_writing, torn_folder
from crawler.ledger.reading import KNOWN_STATES
from crawler.ledger.recovery import Cut, save_tail
from crawler.plan import Plan
from crawler.reading import location_of
from crawler.run.rereading import Rereader
from crawler.run.revisiting import as_revisit, head_of, known_capture, original_of
from crawler.run.tally import Tally
from crawler.run.warcs import check_writing, new_writer
from crawler.works.fold import CapturedPage, Fold

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_ROBOTS_SECONDS = 86400.0


class Run:
    """A crawl under way, and the only writer of its collection."""

    def __init__(self, plan: Plan, run_id: str, lock: WriteLock, ledger: Ledger, settings: BaseSettings) -> None:
        self.plan = plan
        self.id = run_id
        self.began = datetime.now(UTC)
        self.folder = plan.collection.runs / run_id
        self.tally = Tally()
        self.closed = False
        self.broken: str | None = None
        """Why the run cannot go on; None while it can."""
        self.stop: Callable[[str], None] = lambda reason: None
        """Asks the crawl to end, with a reason; set by whoever drives it, as is `settled`."""
        self.settled: Callable[[], None] = lambda: None
        """Called when a request has ended."""
        self.report: dict[str, Any] | None = None
        """The last report, once the run is closed."""
        self.cuts: list[Cut] = []
        """What was cut off the files at the start."""
        self.shut_hosts: list[str] = []
        """Hosts whose pages wait because their robots.txt could not be had; known at the end."""
        self.frontier = ledger.frontier
        self.ledger = ledger
        self._lock = lock
        self._writer = new_writer(plan, run_id, settings)
        reread = Rereader(plan.collection, plan.site, ledger.captures, settings.getint("DOWNLOAD_MAXSIZE"))
        self._fold = Fold(ledger.index, plan.site.scope.canonical, plan.site.name, reread)
        self._queue = CommitQueue()
        self._entries: WeakKeyDictionary[Request, Entry] = WeakKeyDictionary()
        self._heads: WeakKeyDictionary[Request, Head] = WeakKeyDictionary()
        self._leases = 0
        self._group = max(1, settings.getint("COMMIT_PAGES"))
        self._min_free = settings.getint("MIN_FREE_BYTES")
        self._recrawl_after = settings.getfloat("RECRAWL_AFTER")

    @classmethod
    def open(cls, plan: Plan, settings: BaseSettings) -> Run:
        """Make or open the collection, take its lock, put right what a crash left, and begin; raise CollectionError."""
        check_writing(settings)
        run_id = f"{timestamp14(datetime.now(UTC))}-{uuid.uuid4().hex[:4]}"
        politeness = Politeness(
            delay=settings.getfloat("DOWNLOAD_DELAY"),
            concurrency=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            obeys_robots=settings.getbool("ROBOTSTXT_OBEY"),
        )
        lock, ledger, cuts = open_for_writing(plan.collection, plan.collection_settings(), politeness, run_id)
        ledger.captures.algorithm = settings["WARC_DIGEST"]
        run = cls(plan, run_id, lock, ledger, settings)
        run.cuts = cuts
        run._begin()
        return run

    @staticmethod
    def of(crawler: Crawler) -> Run:
        """Return the run of a crawl; raise NotSupported for a spider that has none."""
        run = getattr(crawler.spider, "run", None)
        if not isinstance(run, Run):
            raise NotSupported(f"spider {crawler.spider!r} has no run, expected the spider `briefs` or one built on it")
        return run

    # --- what the scheduler asks ---------------------------------------------------------------------------------

    def claim(self) -> Lease | Wait:
        """Return an address to ask now, or how long to wait; nothing more is claimed over the limit of pages."""
        if self.is_full() or self.broken:
            return Wait(None)
        try:
            claimed = self.frontier.claim(time.time())
        except TransactionError as error:
            self._break(str(error))
            return Wait(None)
        if isinstance(claimed, Lease):
            self._leases += 1
            self.tally.pages += claimed.hop is not None
        return claimed

    def is_full(self) -> bool:
        """Return whether the limit of pages is reached."""
        return bool(self.plan.reach.max_pages) and self.tally.pages >= self.plan.reach.max_pages

    def has_more(self) -> bool:
        """Return whether addresses are left that this run may ask."""
        return not self.is_full() and self.frontier.has_claimable()

    def is_idle(self) -> bool:
        """Return whether nothing is under way and nothing waits to be committed."""
        return not self._leases and not len(self._queue)

    def waits_for_commit(self) -> bool:
        """Return whether nothing is under way, and what has ended waits to be committed."""
        return not self._leases and bool(len(self._queue))

    # --- what the download handler stores -------------------------------------------------------------------------

    async def store(self, request: Request, exchange: Exchange, *, is_last: bool = True) -> None:
        """Append an exchange to the WARC; an attempt that is not the request's last is settled with it."""
        hop: Hop | None = request.meta.get("hop")
        head = head_of(exchange)
        digest = payload_digest_of(exchange, self.ledger.captures.algorithm) if head is not None else None
        validated = self.ledger.captures.by_id(request.meta.get("validates", ""))
        original = None
        if hop is not None and digest is not None:
            original = original_of(exchange, validated, digest, self.ledger.captures)
        if original is not None:
            exchange = as_revisit(exchange, original)
            digest = original.capture.payload_digest
        stored = self._written(lambda: self._writer.write(exchange, payload_digest=digest))
        entry = Entry(stored=stored, repeats=original is not None)
        if stored.capture is not None and head is not None and hop is not None:
            self.ledger.captures.note(known_capture(exchange, stored, head, validated))
            entry.page = self._page(stored.capture, exchange, hop, head)
        if head is not None:
            self._heads[request] = head
        self._add(request, entry, is_last=is_last)
        self.tally.count(exchange, stored)
        self._note_sent(exchange)

    async def store_failure(self, request: Request, failed: FailedFetch, *, is_last: bool = True) -> None:
        """Append the record of a fetch that got no answer."""
        stored = self._written(lambda: self._writer.write_failure(failed))
        self._add(request, Entry(stored=stored), is_last=is_last)
        self.tally.failures += 1
        self.tally.warc_bytes += sum(member.length for member in stored.members)

    def capture_of(self, request: Request) -> Capture | None:
        """Return the capture of the response that this very request object brought."""
        entry = self._entries.get(request)
        return entry.stored.capture if entry is not None and entry.stored is not None else None

    def head_of(self, request: Request) -> Head | None:
        """Return the head of that response as it was received; None for one over the size that is kept in memory."""
        return self._heads.get(request)

    # --- what the spider and the pipelines say --------------------------------------------------------------------

    def found(self, request: Request, children: Iterable[NewUrl]) -> None:
        """Say what a page leads to: it is kept with the page's own outcome, or not at all."""
        self._entry(request).children += children

    def finish(self, request: Request, state: str) -> None:
        """Say how a request ended that brought no page to read."""
        self._settle(self._entry(request), state)

    def requeue(self, request: Request, not_before: float) -> None:
        """Ask an address once more, later."""
        self._settle(self._entry(request), None)
        self.frontier.requeue(request.meta["address"], not_before)

    def end_robots(self, request: Request, end: Callable[[], None]) -> None:
        """Say what came of a robots.txt: `end` opens the host's gate, shuts it, or has it asked again.

        It is called by the commit: a gate that is open has its robots.txt in the WARC.
        """
        entry = self._entry(request)
        entry.end = end
        self._settle(entry, None)

    def settle(self, record_id: str, reading: Brief | Rejection) -> None:
        """Say what was read of a capture: once; whatever comes after is not heard."""
        entry = self._queue.of_record(record_id)
        if entry is not None:
            self._settle(entry, _state_of(reading), reading)

    def fail_reading(self, request: Request, detail: str) -> None:
        """Say that a captured page could not be read: a mistake of ours."""
        entry = self._entry(request)
        canonical = self.plan.site.scope.canonical(request.url) or request.url
        rejection = Rejection(
            url=canonical, captured_url=request.url, site=self.plan.site.name, reason="error", detail=detail
        )
        self._settle(entry, _state_of(rejection), rejection)

    # --- the commit -----------------------------------------------------------------------------------------------

    def commit(self) -> None:
        """Commit what is settled, from the first entry on; a failure ends the run."""
        if self.broken:
            return
        group = self._queue.take_settled()
        if not group:
            return
        is_made = False
        try:
            lines = self.ledger.commit(group, self._writer, self._fold)
            is_made = True
        except CommitError as error:
            self._break(str(error))
            return
        finally:
            if not is_made:  # nothing may be committed behind entries that were not
                self._break(f"the commit failed, and everything before it stands: {sys.exception()!r}")
        self.tally.commits += 1
        self.tally.cosmetic += len(lines.cosmetic)
        self.tally.briefs.update(brief.change for brief, _ in lines.briefs)
        self.tally.rejects.update(rejection.reason for rejection, _ in lines.rejects)
        self._check_space()

    def close(self, state: str) -> None:
        """Commit what is settled, cut off what is not, and give the lock back; a second call does nothing."""
        if self.closed:
            return
        self.commit()
        self.closed = True
        self.shut_hosts = self.frontier.shut_hosts()
        self._seal()
        try:
            self.frontier.release()
            self.ledger.end_run(self.id, self.broken or state)
        except TransactionError as error:
            self._break(str(error))

    def release(self) -> None:
        """Close the ledger and give the lock back, once the last report is written."""
        self.ledger.close()
        self._lock.release()

    def _begin(self) -> None:
        released = self.frontier.release()
        for cut in self.cuts:
            logger.warning("recovered: %s", cut)
        if released:
            logger.warning("recovered: %d addresses were being asked when the last run ended: asked again", released)
        left = self.frontier.counts().get(PENDING, 0)
        if left:
            logger.warning("going on with the %d addresses that earlier runs left", left)
        now = time.time()
        self.frontier.forget_robots(now - _ROBOTS_SECONDS)
        self.frontier.add(NewUrl(address=seed, hop=Hop(seed=seed)) for seed in self.plan.seeds)
        self.frontier.reopen(self.plan.reach.max_hops)
        before = self.plan.due_before(now, self._recrawl_after)
        if before is not None:
            self.frontier.put_back_finished(KNOWN_STATES, before)
        self.ledger.begin_run(self.id, self.began)

    def _written(self, write: Callable[[], Stored]) -> Stored:
        """Return what was stored; a disk that takes no more ends the run, and the error goes on."""
        if self.broken:
            raise RunBrokenError(self.broken)
        is_written = False
        try:
            stored = write()
            self.ledger.note_file(stored.warc)
            is_written = True
        finally:
            if not is_written:
                self._break(f"{self.plan.collection.archive}: an exchange could not be written: {sys.exception()}")
        return stored

    def _note_sent(self, exchange: Exchange) -> None:
        """Count the delay from when the request went out: a handshake may lie between that and its claim."""
        try:
            self.frontier.sent(urlsplit(exchange.url).hostname or "", exchange.began.timestamp())
        except TransactionError as error:
            self._break(str(error))

    def _page(self, capture: Capture, exchange: Exchange, hop: Hop, head: Head) -> CapturedPage:
        return CapturedPage(
            capture=capture,
            url=exchange.url,
            run=self.id,
            hop=hop,
            location=location_of(exchange.url, head),
            truncated=exchange.truncated,
        )

    def _add(self, request: Request, entry: Entry, *, is_last: bool = True) -> None:
        self._queue.add(entry)
        if is_last:
            entry.address = request.meta["address"]
            self._entries[request] = entry
        else:
            entry.settle(None)

    def _entry(self, request: Request) -> Entry:
        """Return the entry of a request; one that reached no wire gets an entry without a record."""
        entry = self._entries.get(request)
        if entry is None:
            entry = Entry()
            self._add(request, entry)
        return entry

    def _settle(self, entry: Entry, state: str | None, reading: Brief | Rejection | None = None) -> None:
        if entry.settled:
            return
        entry.settle(state, reading)
        self._leases -= 1
        if self._queue.settled() >= self._group:
            self.commit()
        self.settled()

    def _seal(self) -> None:
        """Give the current WARC its final name, less what was not committed, which goes to the torn folder."""
        name = self._writer.warc
        if name is None:
            return
        committed = self.ledger.committed.get(f"archive/{name}", 0)
        path = self.plan.collection.archive / f"{name}.open"
        try:
            if self._writer.length > committed:
                save_tail(path, committed, torn_folder(self.plan.collection, self.id))
            if not committed:
                self._writer.abandon()
                return
            self._writer.cut_back(committed)
            self._writer.close()
            self.ledger.note_length(f"archive/{name}", committed, is_sealed=True)
        except OSError as error:
            self._break(f"{path}: could not be closed, the next run will: {error}")

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.plan.collection.root).free
        if free < self._min_free:
            self._break(f"{self.plan.collection.root}: {free} bytes are free on the disk, expected {self._min_free}")

    def _break(self, reason: str) -> None:
        if not self.broken:
            self.broken = reason
            logger.error("stopping: %s", reason)
            self.stop("broken")


def _state_of(reading: Brief | Rejection) -> str:
    if isinstance(reading, Brief):
        return "done"
    # A mistake of ours, not the page's: somebody should look at it.
    return "failed: reading" if reading.reason == "error" else f"rejected: {reading.reason}"


class RunBrokenError(ArchiveError):
    """The run cannot write any more; nothing is stored."""
