"""Every captured page once more: its lines, its capture, its address and what it led to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from archive.coding import decode
from archive.digest import is_empty_digest
from archive.errors import MessageError
from archive.message import is_chunked
from archive.takedown import Removal, Takedown
from archive.timestamps import parse_timestamp, parse_warc_date
from crawler.blocking import is_blocked
from crawler.frontier.backend import TAKEN_DOWN, NewUrl
from crawler.items import Brief, Hop, Rejection
from crawler.ledger.captures import KnownCapture
from crawler.ledger.entry import is_blocked_page, state_of
from crawler.ledger.restoring import RestoredLedger
from crawler.plan import Plan
from crawler.reading import Captured, is_readable, parse_body, state_without_page
from crawler.rebuild.captured import Reading
from crawler.rebuild.exchanges import OnProblem, StoredExchange
from crawler.rebuild.files import collection_files
from crawler.rebuild.known import imported_capture
from crawler.rebuild.pages import page_of, payload_at
from crawler.recover.members import Inventory
from crawler.recover.requisites import led_to, requisite_state
from crawler.recover.sources import restored_source
from crawler.run.revisiting import LEAST_PAYLOAD
from crawler.settings import REQUISITES_MAX_PER_PAGE
from crawler.spiders.leads import Leads
from crawler.spiders.requisites import Requisites
from crawler.spiders.source_leads import SourceLeads
from crawler.works.fold import LOST, CapturedPage, Fold


@dataclass(slots=True)
class Restorer:
    """Fills a new ledger from a collection's WARCs."""

    plan: Plan
    ledger: RestoredLedger
    inventory: Inventory
    on_problem: OnProblem

    def run(self) -> int:
        """Restore everything and return how many captures there were."""
        scope, site = self.plan.site.scope, self.plan.site
        fold = Fold(self.ledger.index, scope.canonical, site.name)
        warcs = [path.name.removesuffix(".open") for path in self.plan.collection.warcs()]
        count = 0
        self.ledger.frontier.add(NewUrl(address=seed, hop=Hop(seed=seed)) for seed in self.plan.seeds)
        files = collection_files(self.plan.collection, self.inventory.lengths())
        for exchange in Reading(files=files, site=site, on_problem=self.on_problem).exchanges():
            self._take(exchange, fold)
            failure = self.inventory.failures.get(exchange.url)
            if failure is not None and failure.at < (warcs.index(exchange.capture.warc), exchange.capture.offset):
                del self.inventory.failures[exchange.url]
            count += exchange.takedown is None
        for failure in self.inventory.failures.values():
            self._finish(failure.url, failure.hop, failure.state, failure.date)
        self.ledger.frontier.recount()
        self.ledger.keep_files(self.inventory.members, self.inventory.runs)
        self.ledger.keep_runs(self.plan.collection, self.inventory.runs.values())
        return count

    def _take(self, exchange: StoredExchange, fold: Fold) -> None:
        if exchange.takedown is not None:
            self._take_down(exchange, exchange.takedown, fold)
            return
        payload = payload_at(exchange.body_at, exchange.max_size) if exchange.body_at else None
        page = fold.judged(page_of(exchange, self.plan.site)) if exchange.is_page else None
        known = self._known(exchange, payload or b"")
        self.ledger.keep_capture(replace(known, etag=None, modified=None) if is_blocked_page(page) else known)
        if page is not None:
            self._take_page(exchange, fold, page, payload)
        elif exchange.hop is not None and exchange.hop.is_source and not exchange.is_imported:
            self._take_source(exchange, exchange.hop, payload)
        elif exchange.hop is not None and not exchange.is_imported:
            self._finish(exchange.url, exchange.hop, requisite_state(exchange, exchange.hop), exchange.date)
            self.ledger.frontier.add(led_to(exchange, exchange.hop, payload, self._requisites))

    def _take_down(self, exchange: StoredExchange, takedown: Removal | Takedown, fold: Fold) -> None:
        """Let what was taken down be refused, and known as far as other works depend on it."""
        if exchange.is_page:
            self.ledger.keep_lines(fold.add(page_of(exchange, self.plan.site)))
        if isinstance(takedown, Removal):
            # Where it was met first; the takedown's record, which comes later, refuses it.
            self.ledger.frontier.add([NewUrl(address=exchange.url, hop=exchange.hop)] if exchange.hop else [])
            return
        for address in takedown.addresses:
            self.inventory.failures.pop(address, None)
            self._finish(address, exchange.hop or Hop(seed=address), TAKEN_DOWN, exchange.date)

    def _take_source(self, exchange: StoredExchange, hop: Hop, payload: bytes | None) -> None:
        state, children = restored_source(exchange, hop, payload, self._source_leads)
        self._finish(exchange.url, hop, state, exchange.date)
        self.ledger.keep_children(children, parse_warc_date(exchange.date).timestamp())

    def _take_page(self, exchange: StoredExchange, fold: Fold, page: CapturedPage, payload: bytes | None) -> None:
        self.ledger.keep_lines(fold.add(page))
        if exchange.hop is not None and not exchange.is_imported:  # nobody asked for that
            self._finish(exchange.url, exchange.hop, self._state_of(exchange, page, exchange.hop), exchange.date)
            children = self._children(exchange, exchange.hop, page, payload)
            self.ledger.keep_children(children, parse_warc_date(exchange.date).timestamp())

    @property
    def _source_leads(self) -> SourceLeads:
        """Judges by the project's own limits, as for requisites; the robots of the sources are asked again."""
        return SourceLeads(plan=self.plan, sightings=self.ledger.sightings)

    @property
    def _requisites(self) -> Requisites:
        """Judges by the project's own limit of a page: which one each run had, no WARC says."""
        return Requisites(self.plan.reach, most=REQUISITES_MAX_PER_PAGE)

    def _finish(self, url: str, hop: Hop, state: str, date: str) -> None:
        self.ledger.frontier.add([NewUrl(address=url, hop=hop)])
        self.ledger.frontier.restore(url, state, parse_warc_date(date).timestamp())

    def _children(self, exchange: StoredExchange, hop: Hop, page: CapturedPage, payload: bytes | None) -> list[NewUrl]:
        leads = Leads(self.plan)
        if page.location is not None:
            return list(leads.of_redirect(page.location, exchange.url, hop))
        if page.reading is None or payload is None or _leads_nowhere(page.reading):
            return []
        captured = Captured(
            url=exchange.url, head=exchange.head, at=parse_timestamp(exchange.capture.timestamp), robots_txt=None
        )
        try:
            body = decode(payload, exchange.head.joined("content-encoding"), max_size=exchange.max_size).body
        except MessageError:
            return []
        parsed = parse_body(body, captured)
        children = leads.of_page(parsed, page.reading, captured, hop)[0]
        return [*children, *self._requisites.of_page(parsed, exchange.url, hop)]

    def _state_of(self, exchange: StoredExchange, page: CapturedPage, hop: Hop) -> str:
        """Return the state that an address was in after this capture, as far as it tells."""
        if page.location is not None:
            return Leads(self.plan).state_of_redirect(page.location, page.url, hop, self.ledger.frontier.hop_of)
        if page.reading is not None:
            return state_of(page.reading)
        if is_readable(page.capture.http_status, None) and page.truncated:
            return "failed: cut"
        return state_without_page(exchange.head, asked_whole=exchange.refers_to is None)

    def _known(self, exchange: StoredExchange, payload: bytes) -> KnownCapture:
        if exchange.is_imported:
            return imported_capture(exchange)
        etag, modified = self._validators(exchange)
        is_whole = exchange.capture.http_status == 200 and exchange.truncated is None
        is_reusable = is_whole and exchange.refers_to is None and len(payload) >= LEAST_PAYLOAD
        return KnownCapture(
            capture=exchange.capture,
            url=exchange.url,
            date=exchange.date,
            original=exchange.refers_to or exchange.capture.record_id,
            # As the crawl judges it: pywb's digest of a chunked entity is not ours.
            reusable=(1 if is_chunked(exchange.head) else 2) if is_reusable else 0,
            etag=etag,
            modified=modified,
        )

    def _validators(self, exchange: StoredExchange) -> tuple[str | None, str | None]:
        """Return what the crawl would send the next time."""
        etag, modified = (_last(exchange, name) for name in ("etag", "last-modified"))
        if exchange.hop is not None and exchange.hop.is_requisite:
            return None, None  # as the crawl keeps it: a requisite is never asked whether it changed
        status, digest = exchange.capture.http_status, exchange.capture.payload_digest
        if status == 304 and exchange.refers_to is not None:
            known = self.ledger.captures.newest(exchange.url)
            return (etag or known.etag, modified or known.modified) if known else (etag, modified)
        is_whole = status == 200 and exchange.truncated is None and not is_empty_digest(digest)
        return (etag, modified) if is_whole else (None, None)


def _leads_nowhere(reading: Brief | Rejection) -> bool:
    # A page that lost its article was read before the fold judged it, and its links count.
    return isinstance(reading, Rejection) and is_blocked(reading.reason) and reading.reason != LOST


def _last(exchange: StoredExchange, name: str) -> str | None:
    values = exchange.head.values(name)
    return values[-1].decode("latin-1") if values else None
