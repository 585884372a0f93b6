"""One run: a crawl into a collection, from its lock to its report.

Everything that a crawl keeps passes here: exchanges into the WARC, outcomes into the queue, groups into the ledger.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy.exceptions import NotSupported

from archive.collection import WriteLock
from archive.errors import CollectionError
from archive.message import Head
from archive.model import Capture, Exchange, FailedFetch
from crawler.frontier.backend import Lease, NewUrl, Wait, Wanted
from crawler.frontier.transaction import TransactionError
from crawler.items import Brief, Hop, Rejection
from crawler.ledger.entry import Entry, state_of
from crawler.ledger.gaps import Cause
from crawler.ledger.ledger import CommitError, Ledger
from crawler.ledger.recovery import Cut
from crawler.ledger.runs import Root
from crawler.plan import Plan
from crawler.reading import unread
from crawler.run.allowance import Allowance
from crawler.run.blocked import BlockedPages
from crawler.run.broken import RunBrokenError
from crawler.run.manners import Manners
from crawler.run.pending import Pending
from crawler.run.recorder import Recorder
from crawler.run.rereading import Rereader
from crawler.run.sensitivity import sensitivity_by
from crawler.run.tally import Tally
from crawler.run.wholeness import judge
from crawler.works.fold import Fold

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

_Written = TypeVar("_Written")


class Run:
    """A crawl under way, and the only writer of its collection."""

    closed = False
    broken: str | None = None
    """Why it cannot go on; None while it can."""
    stopped_by: int | None = None
    """The signal that asked it to end; None when none did."""
    report: dict[str, Any] | None = None
    """The last one, once it is closed."""
    root: Root | None = None
    """Over its records, once it is closed."""
    looked: datetime | None = None
    """As of when it knows the news, where it was complete; known at the end."""

    def __init__(self, plan: Plan, run_id: str, lock: WriteLock, ledger: Ledger, settings: BaseSettings) -> None:
        self.plan = plan
        self.id = run_id
        self.began = datetime.now(UTC)
        self.folder = plan.collection.runs / run_id
        self.tally = Tally()
        self.allowance = Allowance.by(settings, plan.reach, self.tally)
        self.is_strict = settings.getbool("STRICT")
        """Whether drift makes its exit code 1."""
        self.stop: Callable[[str], None] = lambda reason: None
        """Asks the crawl to end, with a reason; set by whoever drives it, as is `settled`."""
        self.settled: Callable[[], None] = lambda: None
        """Called when a request has ended."""
        self.cuts: list[Cut] = []
        """What was cut off the files at the start."""
        """Earlier runs that were killed, and the roots over what they had committed."""
        self.shut_hosts: dict[Wanted, list[str]] = {}
        """Hosts where pages, or requisites, wait because their robots.txt could not be had; known at the end."""
        self.causes: list[Cause] = []
        """Why it was not complete; known at the end."""
        self.sensitivity = sensitivity_by(settings)
        self.frontier = ledger.frontier
        self.manners = Manners(ledger.frontier, settings)
        self.ledger = ledger
        self._lock = lock
        self._recorder = Recorder(plan, run_id, ledger, settings)
        self.reread = Rereader(plan.collection, plan.site, ledger.captures, settings.getint("DOWNLOAD_MAXSIZE"))
        self._fold = Fold(ledger.index, plan.site.scope.canonical, plan.site.name, self.reread)
        self._pending = Pending()
        self._queue = self._pending.queue
        self._leases = 0
        self.blocked = BlockedPages(settings.getint("BLOCKED_IN_A_ROW"), self._fold.judged, self.park_host)
        self._group = max(1, settings.getint("COMMIT_PAGES"))

    @staticmethod
    def of(crawler: Crawler) -> Run:
        """Return the run of a crawl; raise NotSupported for a spider that has none."""
        run = getattr(crawler.spider, "run", None)
        if not isinstance(run, Run):
            raise NotSupported(f"spider {crawler.spider!r} has no run, expected the spider `briefs` or one built on it")
        return run

    # --- what the scheduler asks ---------------------------------------------------------------------------------

    def claim(self) -> Lease | Wait:
        """Return an address to ask now, or how long to wait; nothing more is claimed over the limits."""
        wanted = self.allowance.wanted()
        if wanted is None or self.broken:
            return Wait(None)
        try:
            claimed = self.frontier.claim(time.time(), wanted)
        except TransactionError as error:
            self.break_off(str(error))
            return Wait(None)
        if isinstance(claimed, Lease):
            self._leases += 1
            self.tally.count_lease(claimed)
        return claimed

    def has_more(self) -> bool:
        """Return whether addresses are left that this run may ask."""
        wanted = self.allowance.wanted()
        return wanted is not None and self.frontier.has_claimable(wanted, time.time())

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
        recorded = self._written(lambda: self._recorder.record(exchange, hop, request.meta.get("validates", "")))
        if recorded.head is not None:
            self._pending.note_head(request, recorded.head)
        self._pending.add(request, recorded.entry, is_last=is_last)
        self.tally.count(recorded.exchange, recorded.stored, hop)
        self._guarded(partial(self.manners.heard, request, exchange, recorded.head, is_last=is_last))

    async def store_failure(self, request: Request, failed: FailedFetch, *, is_last: bool = True) -> None:
        """Append the record of a fetch that got no answer."""
        stored = self._written(lambda: self._recorder.record_failure(failed))
        self._pending.add(request, Entry(stored=stored), is_last=is_last)
        if is_last:
            self._guarded(partial(self.manners.failed, failed))
        self.tally.failures += 1
        self.tally.warc_bytes += sum(member.length for member in stored.members)

    def capture_of(self, request: Request) -> Capture | None:
        """Return the capture of the response that this very request object brought."""
        return self._pending.capture_of(request)

    def head_of(self, request: Request) -> Head | None:
        """Return the head of that response as it was received."""
        return self._pending.head_of(request)

    # --- what the spider and the pipelines say --------------------------------------------------------------------

    def found(self, request: Request, children: Collection[NewUrl]) -> None:
        """Say what a page leads to: it is kept with the page's own outcome, or not at all."""
        self._pending.entry_of(request).children += children
        self.tally.count_states(child.state for child in children)

    def finish(self, request: Request, state: str | None, end: Callable[[], None] | None = None) -> None:
        """Say how a request ended that brought no page to read, or nothing final; `end` is called by its commit."""
        entry = self._pending.entry_of(request)
        entry.end = end
        self._settle(entry, state)

    def requeue(self, request: Request, not_before: float) -> None:
        """Ask an address once more, later."""
        self._settle(self._pending.entry_of(request), None)
        self._guarded(partial(self.frontier.requeue, request.meta["address"], not_before))

    def park_host(self, host: str, why: str) -> None:
        """Ask a host no more in this run: its addresses stay pending, and the report says why."""
        self._guarded(partial(self.manners.park, host, why))

    def end_robots(self, request: Request, end: Callable[[], None]) -> None:
        """Say what came of a robots.txt: `end` opens the host's gate, shuts it, or has it asked again.

        It is called by the commit: a gate that is open has its robots.txt in the WARC.
        """
        self.finish(request, None, end)

    def settle(self, record_id: str, reading: Brief | Rejection) -> None:
        """Say what was read of a capture: once; whatever comes after is not heard."""
        entry = self._queue.of_record(record_id)
        if entry is not None:
            self._settle(entry, state_of(reading), reading)

    def fail_reading(self, request: Request, detail: str) -> None:
        """Say that a captured page could not be read: a mistake of ours."""
        entry = self._pending.entry_of(request)
        rejection = unread(request.url, detail, self.plan.site)
        self._settle(entry, state_of(rejection), rejection)

    def commit(self) -> None:
        """Commit what is settled, from the first entry on; a failure ends the run."""
        if self.broken:
            return
        group = self._queue.take_settled()
        if not group:
            return
        is_made = False
        try:
            lines = self.ledger.commit(group, self._recorder.writer, self._fold)
            is_made = True
        except CommitError as error:
            self.break_off(str(error))
            return
        finally:
            if not is_made:  # nothing may be committed behind entries that were not
                self.break_off(f"the commit failed, and everything before it stands: {sys.exception()!r}")
        self.tally.count_commit(lines)
        self.tally.count_sources(group)
        try:
            self._recorder.note_commit()
        except CollectionError as error:
            self.break_off(str(error))

    def close(self, state: str) -> None:
        """Commit what is settled, cut off what is not, and give the lock back; a second call does nothing."""
        if self.closed:
            return
        self.commit()
        self.closed = True
        self.shut_hosts = {wanted: self.frontier.shut_hosts(wanted) for wanted in (Wanted.PAGES, Wanted.REQUISITES)}
        try:
            self._recorder.close()
        except (OSError, TransactionError) as error:
            self.break_off(f"{self.plan.collection.archive}: a WARC could not be closed, the next run will: {error}")
        try:
            self.frontier.release()
            self.causes, self.looked = judge(self, state)
            self.root = self.ledger.end_run(self.id, self.broken or state, self.causes, self.looked)
            self.manners.end_run()
        except TransactionError as error:
            self.break_off(str(error))

    def release(self) -> None:
        """Close the ledger and give the lock back, once the last report is written."""
        self.ledger.close()
        self._lock.release()

    def _written(self, write: Callable[[], _Written]) -> _Written:
        """Return what was written; a disk that takes no more ends the run, and the error goes on."""
        if self.broken:
            raise RunBrokenError(self.broken)
        is_written = False
        try:
            written = write()
            is_written = True
        finally:
            if not is_written:
                self.break_off(f"{self.plan.collection.archive}: an exchange could not be written: {sys.exception()}")
        return written

    def _guarded(self, act: Callable[[], None]) -> None:
        """Do something to the frontier; a ledger that cannot be written ends the run."""
        try:
            act()
        except TransactionError as error:
            self.break_off(str(error))

    def _settle(self, entry: Entry, state: str | None, reading: Brief | Rejection | None = None) -> None:
        if entry.settled:
            return
        entry.settle(state, reading)
        self.blocked.note(entry)
        self.tally.count_states([state])
        self._leases -= 1
        if state is not None and entry.address is not None:
            self._guarded(partial(self.frontier.answered, entry.address))
        if self._queue.settled() >= self._group:
            self.commit()
        self.settled()

    def break_off(self, reason: str) -> None:
        """End the run: it cannot keep what it fetches, or what comes of it."""
        if not self.broken:
            self.broken = reason
            logger.error("stopping: %s", reason)
            self.stop("broken")
