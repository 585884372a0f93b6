"""A takedown, from what it is of to the one step that makes it true."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

from archive.catalog import Catalog, catalog_file, open_current
from archive.catalog.schema import open_catalog
from archive.collection import Collection
from archive.errors import CollectionError
from archive.indexing import index_file, pages_file, write_indexes
from archive.model import Member
from archive.takedown import FIELD, Removal, Removed, Takedown
from archive.writer import WarcWriter, next_serial
from crawler.items import Brief
from crawler.ledger.faults import fault
from crawler.ledger.importing import write_synced
from crawler.ledger.takedown import TakedownLedger, open_for_takedown, open_to_look
from crawler.plan import SOFTWARE
from crawler.rebuild.captured import Reading
from crawler.rebuild.files import WarcFile, collection_files, imported_run
from crawler.rebuild.known import EarlierCaptures
from crawler.rebuild.pages import page_of
from crawler.sites import Site, get_site
from crawler.takedown.leftovers import leftovers_with, logs_with, passages_of, without_passages
from crawler.takedown.lines import Moved, without_captures, without_works
from crawler.takedown.report import takedown_report
from crawler.takedown.requisites import add_requisites
from crawler.takedown.targets import Finder, Found
from crawler.takedown.warcs import Replaced, Rewriter, Stretch, find_stretches
from crawler.works.fold import CapturedPage, Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDown:
    """What a takedown left."""

    run: str
    warcs: tuple[str, ...]
    """Names of the WARC files that were written anew."""
    warc: str
    """Name of the one that says what was taken down."""
    leftovers: tuple[str, ...]
    """Leftovers of crashes that were removed, and logs that were written anew, by their names in the collection."""


@dataclass(slots=True)
class Prepared:
    """All that is written beside before the one step."""

    files: dict[str, Path | None] = field(default_factory=dict)
    """As `replace_files` takes them."""
    replaced: dict[str, list[Replaced]] = field(default_factory=dict)
    """File name -> what stands there for what was taken out."""
    removed: defaultdict[str, list[Removed]] = field(default_factory=lambda: defaultdict(list))
    """Address of a target -> the places where its records were."""
    moved: list[Moved] = field(default_factory=list)
    warc: str = ""
    members: list[Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakedownWork:
    """One takedown under way; the caller has the lock."""

    collection: Collection
    ledger: TakedownLedger
    site: Site
    run: str
    found: Found
    at: datetime

    @property
    def _folder(self) -> Path:
        return self.collection.root / ".takedown"

    def apply(self, reason: str) -> TakenDown:
        """Take everything down: all of it, or nothing. Raises CollectionError or RecordError."""
        clean_up(self.collection)
        prepared = Prepared()
        try:
            self._prepare(prepared, reason)
            leftovers = self._leftovers(prepared)
            fault("takedown prepared")
            self.ledger.replace(prepared.files, lambda: self._change(prepared, reason))
        except OSError as error:
            place = error.filename or self.collection.root
            raise CollectionError(place, f"cannot be read or written: {error.strerror}") from error
        self.ledger.scrub()
        clean_up(self.collection)
        return TakenDown(run=self.run, warcs=tuple(prepared.replaced), warc=prepared.warc, leftovers=tuple(leftovers))

    def _prepare(self, prepared: Prepared, reason: str) -> None:
        self._folder.mkdir()
        ids = {target.url: f"urn:uuid:{uuid.uuid4()}" for target in self.found.targets}
        self._rewrite_warcs(prepared, ids)
        self._write_takedowns(prepared, ids, reason)
        self._write_lines(prepared)
        self._write_indexes(prepared)

    def _rewrite_warcs(self, prepared: Prepared, ids: dict[str, str]) -> None:
        removals = self._removals(ids)
        rewriter = Rewriter(at=self.at, new_id=lambda: f"urn:uuid:{uuid.uuid4()}")
        for warc, captures in self._by_warc().items():
            path = self.collection.archive / warc
            stretches = find_stretches(path, captures, self.ledger.members(warc))
            pairs = list(self._pairs(stretches, removals))
            target = self._folder / "archive" / warc
            prepared.replaced[warc] = rewriter.rewrite(path, target, pairs)
            prepared.files[f"archive/{warc}"] = target
            for stretch, replaced in zip(stretches, prepared.replaced[warc], strict=True):
                place = Removed(warc=warc, offset=stretch.offset, leaf=replaced.leaf)
                prepared.removed[self.found.captures[stretch.capture].url].append(place)

    def _by_warc(self) -> dict[str, dict[str, str]]:
        """Return the captures of each file: record id and address."""
        found: dict[str, dict[str, str]] = {}
        for target in self.found.targets:
            for capture in target.captures:
                found.setdefault(capture.warc, {})[capture.record_id] = capture.url
        return found

    def _pairs(self, stretches: Sequence[Stretch], removals: dict[str, Removal]) -> Iterator[tuple[Stretch, Removal]]:
        """Yield each stretch with what is to stand there: what lines depend on once a capture."""
        told: set[str] = set()
        for stretch in stretches:
            removal = removals[stretch.capture]
            if stretch.capture in told:
                removal = Removal(takedown=removal.takedown, leaves=())
            told.add(stretch.capture)
            yield stretch, replace(removal, leaves=stretch.leaves)

    def _removals(self, ids: dict[str, str]) -> dict[str, Removal]:
        """Return what is to stand for each capture, by its record id, its leaves left out."""
        captures = self.found.captures
        warcs = self._by_warc()
        files = [WarcFile(path=self.collection.archive / name, run=imported_run(name)) for name in warcs]
        reading = Reading(
            files=files,
            site=self.site,
            on_problem=lambda problem: None,
            earlier=EarlierCaptures(self.collection.archive, self.ledger.captures, frozenset(warcs)),
        )
        removals = {
            record_id: Removal(takedown=ids[target.url], leaves=(), work=target.work)
            for record_id, target in captures.items()
        }
        for exchange in reading.exchanges():
            target = captures.get(exchange.capture.record_id)
            if target is None:
                continue
            page = page_of(exchange, self.site)
            brief = page.reading if exchange.is_page and isinstance(page.reading, Brief) else None
            removals[exchange.capture.record_id] = Removal(
                takedown=ids[target.url],
                leaves=(),
                work=target.work,
                version=target.version_of(exchange.capture.record_id),
                language=brief.language if brief else None,
                declared=(brief.url, *brief.aliases) if brief else (),
                location=page.location,
                hop=exchange.hop.fields() if exchange.hop else (),
            )
        return removals

    def _write_takedowns(self, prepared: Prepared, ids: dict[str, str], reason: str) -> None:
        """Write the file that says what is taken down."""
        folder = self._folder / "archive"
        writer = WarcWriter(
            folder,
            prefix=self.site.name,
            serial=next_serial(self.collection.archive),
            warcinfo=self._warcinfo(),
            now=lambda: self.at,
            new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
        )
        for target in self.found.targets:
            newest = target.lines[-1] if target.lines else {}
            takedown = Takedown(
                run=self.run,
                url=target.url,
                reason=reason,
                addresses=tuple(target.addresses),
                removed=tuple(prepared.removed[target.url]),
                work=target.work,
                versions=target.versions,
                kind=newest.get("kind", ""),
                language=newest.get("language", ""),
                looks_of=target.looks_of,
            )
            own = ids[target.url]
            extra = ((FIELD, f"<{own}>"),)
            prepared.members += writer.write_metadata(own, self.at, target.url, extra, takedown.fields())
        prepared.warc = writer.warc or ""
        writer.close()
        prepared.files[f"archive/{prepared.warc}"] = folder / prepared.warc

    def _warcinfo(self) -> tuple[tuple[str, str], ...]:
        return (
            ("software", SOFTWARE),
            ("operator", str(self.collection.settings().get("contact", ""))),
            ("isPartOf", self.site.name),
            ("description", f"what was taken down of {self.site.label}"),
            ("site", self.site.name),
            ("run", self.run),
        )

    def _write_lines(self, prepared: Prepared) -> None:
        committed = self.ledger.committed()
        briefs, rejects = self.collection.briefs, self.collection.rejects
        target = self._folder / briefs.name
        prepared.moved = without_works(briefs, committed.get(briefs.name, 0), target, self.found.works)
        prepared.files[briefs.name] = target
        target = self._folder / rejects.name
        without_captures(rejects, committed.get(rejects.name, 0), target, self.found.captures.keys())
        prepared.files[rejects.name] = target

    def _write_indexes(self, prepared: Prepared) -> None:
        """Write catalogue, CDXJ and page list as they are to be."""
        made = Collection(self._folder)
        places = [(capture.warc, capture.offset) for target in self.found.targets for capture in target.captures]
        with open_current(self.collection, self.ledger.committed(), lambda problem: None) as current:
            current.copy_to(catalog_file(made))
        with Catalog(open_catalog(catalog_file(made))) as catalog:
            catalog.remove(places)
            last = prepared.members[-1]
            catalog.add(prepared.warc, last.offset + last.length, ())
            write_indexes(self.collection, catalog, None, made=made)
        with catalog_file(made).open("r+b") as stream:
            os.fsync(stream.fileno())
        for path in (catalog_file(made), index_file(made), pages_file(made)):
            prepared.files[str(path.relative_to(made.root))] = path
        for tail in ("-wal", "-shm"):
            prepared.files[f"{catalog_file(made).name}{tail}"] = None
        for folder in ("indexes", "pages"):
            (self.collection.root / folder).mkdir(exist_ok=True)

    def _leftovers(self, prepared: Prepared) -> list[str]:
        """Have leftovers removed, and logs scrubbed, that hold any of it; return their names."""
        root = self.collection.root
        lines = [line for target in self.found.targets for line in target.lines]
        passages = passages_of(lines)
        names = [*self.found.addresses, *self.found.works]
        gone = leftovers_with(self.collection, [*passages, *(name.encode() for name in names)])
        prepared.files |= {str(path.relative_to(root)): None for path in gone}
        logs = logs_with(self.collection, passages) if passages else []
        for path in logs:
            name = str(path.relative_to(root))
            without_passages(path, self._folder / name, passages)
            prepared.files[name] = self._folder / name
        return [str(path.relative_to(root)) for path in (*gone, *logs)]

    def _change(self, prepared: Prepared, reason: str) -> None:
        """Write to the ledger what is true once the files are in place."""
        ledger = self.ledger
        ledger.begin(self.at)
        for warc, replaced in prepared.replaced.items():
            for one in replaced:
                ledger.keep_removal(warc, one.member)
        ledger.keep_new_warc(prepared.warc, prepared.members)
        ledger.forget_captures(self.found.captures)
        for target in self.found.targets:
            ledger.refuse(target.addresses, self.at, target.looks_of)
        ledger.forget_rejections(self.found.addresses)
        ledger.move_lines(prepared.moved)
        for work in self.found.works:
            ledger.empty_work(work)
        self._append_lines(prepared)
        ended = datetime.now(UTC)
        about = {"run": self.run, "site": self.site.name, "reason": reason}
        self._keep_report(prepared, takedown_report(about, self.at, ended, self.found, ledger.end(ended)))
        fault("before commit")

    def _append_lines(self, prepared: Prepared) -> None:
        """Append the lines that the takedown's own records make."""
        made = Collection(self._folder)
        index = self.ledger.index(made.briefs)
        fold = Fold(index, self.site.scope.canonical, self.site.name)
        for page in self._own_pages(prepared):
            places: dict[str, tuple[int, int]] = {}
            for line in fold.add(page):
                path = made.briefs if isinstance(line, Brief) else made.rejects
                content = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
                if isinstance(line, Brief):
                    places[line.id] = (path.stat().st_size, len(content))
                with path.open("ab") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
            index.write_changes(places)
        for path in (made.briefs, made.rejects):
            self.ledger.keep_lines(path.name, path)

    def _own_pages(self, prepared: Prepared) -> Iterator[CapturedPage]:
        reading = Reading(files=[WarcFile(path=self._folder / "archive" / prepared.warc)], site=self.site)
        return reading.pages()

    def _keep_report(self, prepared: Prepared, content: bytes) -> None:
        path = self._folder / "runs" / self.run / "report.json"
        path.parent.mkdir(parents=True)
        write_synced(path, content)
        (self.collection.runs / self.run).mkdir(parents=True, exist_ok=True)
        prepared.files[f"runs/{self.run}/report.json"] = path
        self.ledger.note_report(self.run, hashlib.sha256(content).digest())


def look_for(collection: Collection, wanted: str, *, requisites: bool = False) -> Found:
    """Return what would be taken down, also while a crawl writes; nothing is changed."""
    with open_to_look(collection) as ledger:
        return _find(collection, ledger, wanted, requisites=requisites)


@contextmanager
def taking_down(collection: Collection, wanted: str, run: str, *, requisites: bool = False) -> Iterator[TakedownWork]:
    """Lock a collection and find what is to be taken down; raise CollectionError or CaptureNotFound."""
    with open_for_takedown(collection, run) as ledger:
        found = _find(collection, ledger, wanted, requisites=requisites)
        site = _site_of(collection)
        yield TakedownWork(collection=collection, ledger=ledger, site=site, run=run, found=found, at=datetime.now(UTC))


def _find(collection: Collection, ledger: TakedownLedger, wanted: str, *, requisites: bool) -> Found:
    site = _site_of(collection)
    found = Finder(collection, ledger, site.scope.canonical).find(wanted)
    if not requisites:
        return found
    files = collection_files(collection, ledger.committed())
    reading = Reading(files=files, site=site, on_problem=lambda problem: None)
    return add_requisites(found, reading, ledger)


def _site_of(collection: Collection) -> Site:
    return get_site(str(collection.settings().get("site")))


def clean_up(collection: Collection) -> None:
    """Remove what an earlier takedown, killed before its one step, has prepared."""
    folder = collection.root / ".takedown"
    if folder.exists():
        shutil.rmtree(folder)
