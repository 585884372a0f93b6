"""One run: a crawl into a collection, from its lock to its report.

Everything that a crawl keeps passes here: exchanges into the WARC, then, in the order of their captures, lines.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING
from urllib.parse import urljoin
from weakref import WeakKeyDictionary

import orjson
from scrapy.exceptions import NotSupported

from archive.collection import WriteLock
from archive.message import parse_head
from archive.model import Capture, Exchange, FailedFetch, Fields
from archive.timestamps import timestamp14
from archive.writer import WarcWriter, next_serial
from crawler.frontier.table import UrlTable
from crawler.items import Brief, Hop, Rejection
from crawler.plan import SOFTWARE, Plan, PlanError, software_used
from crawler.works.fold import CapturedPage, Fold
from crawler.works.index import MemoryIndex

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


@dataclass(slots=True)
class _Waiting:
    """A captured page in the order of captures, and what was read from it as soon as that is known."""

    page: CapturedPage
    address: str
    """The row of the URL table."""
    settled: bool
    reading: Brief | Rejection | None = None


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    requests: int = 0
    captures: int = 0
    failures: int = 0
    """Fetches that got no answer, each attempt counted."""
    wire_bytes: int = 0
    """Bytes sent and received, heads and framing included."""
    warc_bytes: int = 0
    briefs: int = 0
    """Lines appended to briefs.jsonl."""
    rejects: Counter[str] = field(default_factory=Counter)
    """Lines appended to rejects.jsonl, by reason."""
    refused_links: Counter[str] = field(default_factory=Counter)
    """Links that were not followed, by the rule that refused them; each address is counted once."""
    unsettled: int = 0
    """Captured pages that no outcome was found for: mistakes of ours."""


class Run:
    """A crawl under way, and the only writer of its collection."""

    def __init__(self, plan: Plan, run_id: str, writer: WarcWriter, lock: WriteLock) -> None:
        self.plan = plan
        self.id = run_id
        self.began = datetime.now(UTC)
        self.folder = plan.collection.runs / run_id
        self.urls = UrlTable()
        self.asked = 0
        """Pages asked so far, redirects counted too."""
        self.tally = Tally()
        self.closed = False
        self._refused: set[str] = set()
        self._writer = writer
        self._lock = lock
        self._fold = Fold(MemoryIndex(), plan.site.scope.canonical, plan.site.name)
        self._waiting: dict[str, _Waiting] = {}
        self._captures: WeakKeyDictionary[Request, Capture] = WeakKeyDictionary()
        self._briefs: IO[bytes] = plan.collection.briefs.open("ab")
        self._rejects: IO[bytes] = plan.collection.rejects.open("ab")

    @classmethod
    def open(cls, plan: Plan, settings: BaseSettings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Run:
        """Make or open the collection, take its lock and begin a run; raise CollectionError."""
        check_writing(settings)
        began = now()
        run_id = f"{timestamp14(began)}-{uuid.uuid4().hex[:4]}"
        collection = plan.collection
        if not collection.exists():
            collection.create(_collection_settings(plan, began))
        lock = WriteLock(collection)
        (collection.runs / run_id).mkdir()
        writer = WarcWriter(
            collection.archive,
            prefix=plan.site.name,
            serial=next_serial(collection.archive),
            warcinfo=_warcinfo(plan, run_id, settings),
            now=now,
            new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
            level=settings.getint("WARC_LEVEL"),
            algorithm=settings["WARC_DIGEST"],
            max_size=settings.getint("WARC_MAX_SIZE"),
        )
        return cls(plan, run_id, writer, lock)

    @staticmethod
    def of(crawler: Crawler) -> Run:
        """Return the run of a crawl; raise NotSupported for a spider that has none."""
        run = getattr(crawler.spider, "run", None)
        if not isinstance(run, Run):
            raise NotSupported(f"spider {crawler.spider!r} has no run, expected the spider `briefs` or one built on it")
        return run

    async def store(self, request: Request, exchange: Exchange) -> None:
        """Append an exchange to the WARC; the capture of its response is then known to `capture_of`."""
        stored = self._writer.write(exchange)
        self._count(exchange, sum(member.length for member in stored.members))
        hop: Hop | None = request.meta.get("hop")
        if stored.capture is None:
            return
        self._captures[request] = stored.capture
        if hop is not None:
            self._queue(stored.capture, exchange, request.meta["address"], hop)

    async def store_failure(self, request: Request, failed: FailedFetch) -> None:
        """Append the record of a fetch that got no answer."""
        stored = self._writer.write_failure(failed)
        self.tally.failures += 1
        self.tally.warc_bytes += sum(member.length for member in stored.members)

    def capture_of(self, request: Request) -> Capture | None:
        """Return the capture of the response that this very request object brought."""
        return self._captures.get(request)

    def settle(self, record_id: str, reading: Brief | Rejection | None) -> None:
        """Say what was read of a capture: once; whatever comes after is not heard."""
        waiting = self._waiting.get(record_id)
        if waiting is None or waiting.settled:
            return
        waiting.settled = True
        waiting.reading = reading
        if isinstance(reading, Brief | Rejection):
            self.urls.set(waiting.address, "done" if isinstance(reading, Brief) else f"rejected: {reading.reason}")
        self._write_settled()

    def fail_reading(self, request: Request, detail: str) -> None:
        """Say that a captured page could not be read: a mistake of ours, or of the server after a whole 2xx."""
        capture = self.capture_of(request)
        if capture is None or capture.record_id not in self._waiting:
            return
        canonical = self.plan.site.scope.canonical(request.url) or request.url
        rejection = Rejection(
            url=canonical, captured_url=request.url, site=self.plan.site.name, reason="error", detail=detail
        )
        self.settle(capture.record_id, rejection)
        self.urls.set(request.meta["address"], "failed: reading")

    def refuse(self, url: str, rule: str) -> None:
        """Count a link that is not followed, once an address."""
        if url not in self._refused:
            self._refused.add(url)
            self.tally.refused_links[rule] += 1

    def close(self) -> None:
        """Write what is settled, close every file and give the lock back; a second call does nothing."""
        if self.closed:
            return
        self.closed = True
        for waiting in self._waiting.values():
            if not waiting.settled:
                self.tally.unsettled += 1
                waiting.settled = True
        self._write_settled()
        self._writer.close()
        self._briefs.close()
        self._rejects.close()
        self._lock.release()

    def _queue(self, capture: Capture, exchange: Exchange, address: str, hop: Hop) -> None:
        status = capture.http_status
        location = _location(exchange) if 300 <= status < 400 and status != 304 else None
        page = CapturedPage(capture=capture, url=exchange.url, run=self.id, hop=hop, location=location)
        # A whole 2xx goes to the spider, which settles it; anything else is told by its status alone, and may
        # never reach the spider: a retried 503 does not.
        readable = 200 <= status < 300 and exchange.truncated is None
        self._waiting[capture.record_id] = _Waiting(page, address, settled=not readable)
        self._write_settled()

    def _write_settled(self) -> None:
        """Fold the captures from the first one on, up to one whose reading is still awaited."""
        while self._waiting:
            record_id, first = next(iter(self._waiting.items()))
            if not first.settled:
                break
            del self._waiting[record_id]
            page = first.page
            if first.reading is not None:
                page = CapturedPage(
                    capture=page.capture, url=page.url, run=page.run, hop=page.hop, reading=first.reading
                )
            for line in self._fold.add(page):
                self._append(line)

    def _append(self, line: Brief | Rejection) -> None:
        if isinstance(line, Brief):
            self._briefs.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            self._briefs.flush()
            self.tally.briefs += 1
        else:
            self._rejects.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            self._rejects.flush()
            self.tally.rejects[line.reason] += 1

    def _count(self, exchange: Exchange, warc_bytes: int) -> None:
        response = exchange.response
        size = len(response) if isinstance(response, bytes) else response.seek(0, 2) if response else 0
        self.tally.requests += 1
        self.tally.captures += response is not None
        self.tally.failures += response is None
        self.tally.wire_bytes += len(exchange.request) + size + sum(map(len, exchange.interim))
        self.tally.warc_bytes += warc_bytes


def check_writing(settings: BaseSettings) -> None:
    """Raise PlanError for a setting that the WARC writer cannot follow."""
    if settings["WARC_DIGEST"] not in ("sha256", "sha1"):
        raise PlanError(f"WARC_DIGEST is {settings['WARC_DIGEST']!r}, expected sha256 or sha1")
    for name, lowest, highest in (("WARC_LEVEL", 0, 9), ("WARC_MAX_SIZE", 1, 2**40)):
        if not str(settings[name]).isdigit() or not lowest <= settings.getint(name) <= highest:
            raise PlanError(f"{name} is {settings[name]}, expected a whole number from {lowest} to {highest}")


def _location(exchange: Exchange) -> str | None:
    if not isinstance(exchange.response, bytes):
        return None
    values = parse_head(exchange.response).values("location")
    try:
        return urljoin(exchange.url, values[0].decode("latin-1")) if values else None
    except ValueError:
        return None


def _collection_settings(plan: Plan, began: datetime) -> dict[str, object]:
    return {
        "site": plan.site.name,
        "contact": plan.contact,
        "created": began.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "software": SOFTWARE,
        "seeds": list(plan.seeds),
        "reach": asdict(plan.reach),
    }


def _warcinfo(plan: Plan, run_id: str, settings: BaseSettings) -> Fields:
    return (
        ("software", software_used()),
        ("operator", plan.contact),
        ("robots", "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"),
        ("http-header-user-agent", plan.user_agent),
        ("isPartOf", plan.site.name),
        ("description", f"briefs of {plan.site.label}, by their related-content links"),
        ("site", plan.site.name),
        ("run", run_id),
    )
