"""All that a takedown writes beside before its one step: WARC files, its own record, lines, indexes, logs."""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from archive.catalog import Catalog, catalog_file, open_current
from archive.catalog.schema import open_catalog
from archive.collection import Collection
from archive.indexing import index_file, pages_file, write_indexes
from archive.model import Fields, Member
from archive.openfile import serial_of
from archive.takedown import FIELD, Removal, Removed, Takedown
from archive.writer import WarcWriter, next_serial
from crawler.items import Brief
from crawler.ledger.takedown import TakedownLedger
from crawler.plan import SOFTWARE
from crawler.rebuild.captured import Reading
from crawler.rebuild.exchanges import StoredExchange
from crawler.rebuild.files import WarcFile, imported_run
from crawler.rebuild.known import EarlierCaptures
from crawler.rebuild.pages import page_of
from crawler.sites import Site
from crawler.takedown.leftovers import leftovers_with, logs_with, passages_of, without_passages
from crawler.takedown.lines import Moved, without_captures, without_works
from crawler.takedown.targets import Found, Target
from crawler.takedown.warcs import Replaced, Rewriter, Stretch, find_stretches


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
    """Name of the file with the takedown's own records."""
    members: list[Member] = field(default_factory=list)
    """Of that file."""
    leftovers: list[str] = field(default_factory=list)
    """Names of leftovers that go, and of logs that are written anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """Writes everything into a folder of the collection's own; the caller has the lock."""

    collection: Collection
    ledger: TakedownLedger
    site: Site
    run: str
    found: Found
    at: datetime
    folder: Path

    def prepare(self, reason: str) -> Prepared:
        """Write all of it; raise CollectionError or RecordError."""
        prepared = Prepared()
        self.folder.mkdir()
        ids = {target.url: f"urn:uuid:{uuid.uuid4()}" for target in self.found.targets}
        self._rewrite_warcs(prepared, ids)
        self._write_takedowns(prepared, ids, reason)
        self._write_lines(prepared)
        self._write_indexes(prepared)
        self._scrub_leftovers(prepared)
        return prepared

    def _rewrite_warcs(self, prepared: Prepared, ids: dict[str, str]) -> None:
        removals, of_capture = self._removals(ids), self.found.captures
        rewriter = Rewriter(at=self.at, new_id=lambda: f"urn:uuid:{uuid.uuid4()}")
        for warc, captures in self._by_warc().items():
            path = self.collection.archive / warc
            stretches = find_stretches(path, captures, self.ledger.members(warc))
            pairs = list(self._pairs(stretches, removals))
            target = self.folder / "archive" / warc
            prepared.replaced[warc] = rewriter.rewrite(path, target, pairs)
            prepared.files[f"archive/{warc}"] = target
            for stretch, replaced in zip(stretches, prepared.replaced[warc], strict=True):
                place = Removed(warc=warc, offset=stretch.offset, leaf=replaced.leaf)
                prepared.removed[of_capture[stretch.capture].url].append(place)

    def _by_warc(self) -> dict[str, dict[str, str]]:
        """Return the captures of each file, record id and address, the files in the order of the captures."""
        found: dict[str, dict[str, str]] = {}
        for target in self.found.targets:
            for capture in target.captures:
                found.setdefault(capture.warc, {})[capture.record_id] = capture.url
        return dict(sorted(found.items(), key=lambda file: (serial_of(file[0]), file[0])))

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
            if target is not None:
                removals[exchange.capture.record_id] = self._removal(exchange, target, ids[target.url])
        return removals

    def _removal(self, exchange: StoredExchange, target: Target, takedown: str) -> Removal:
        """Return what is to stand for an exchange, with all of it that lines of other works depend on."""
        page = page_of(exchange, self.site)
        brief = page.reading if exchange.is_page and isinstance(page.reading, Brief) else None
        line = target.line_of(exchange.capture.record_id)
        stored = line["language"] if line else None
        return Removal(
            takedown=takedown,
            leaves=(),
            work=target.work,
            version=line["version"] if line else None,
            language=brief.language if brief else stored,
            declared=(brief.url, *brief.aliases) if brief else (),
            location=page.location,
            hop=exchange.hop.fields() if exchange.hop else (),
        )

    def _write_takedowns(self, prepared: Prepared, ids: dict[str, str], reason: str) -> None:
        """Write the file that says what is taken down."""
        folder = self.folder / "archive"
        writer = WarcWriter(
            folder,
            prefix=self.site.name,
            serial=next_serial(self.collection.archive),
            warcinfo=self._warcinfo(),
            now=lambda: self.at,
            new_id=lambda: f"urn:uuid:{uuid.uuid4()}",
        )
        for target in self.found.targets:
            takedown = self._takedown(target, prepared.removed[target.url], reason)
            own = ids[target.url]
            extra = ((FIELD, f"<{own}>"),)
            prepared.members += writer.write_metadata(own, self.at, target.url, extra, takedown.fields())
        prepared.warc = writer.warc or ""
        writer.close()
        prepared.files[f"archive/{prepared.warc}"] = folder / prepared.warc

    def _takedown(self, target: Target, removed: Sequence[Removed], reason: str) -> Takedown:
        newest = target.lines[-1] if target.lines else {}
        return Takedown(
            run=self.run,
            url=target.url,
            reason=reason,
            addresses=tuple(target.addresses),
            removed=tuple(removed),
            work=target.work,
            versions=newest.get("version", 0),
            kind=newest.get("kind", ""),
            language=newest.get("language", ""),
            looks_of=target.looks_of,
        )

    def _warcinfo(self) -> Fields:
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
        target = self.folder / briefs.name
        prepared.moved = without_works(briefs, committed.get(briefs.name, 0), target, self.found.works)
        prepared.files[briefs.name] = target
        target = self.folder / rejects.name
        without_captures(rejects, committed.get(rejects.name, 0), target, self.found.captures.keys())
        prepared.files[rejects.name] = target

    def _write_indexes(self, prepared: Prepared) -> None:
        """Write catalogue, CDXJ and page list as they are to be."""
        made = Collection(self.folder)
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
        for tail in ("", "-journal", "-wal", "-shm"):
            # It holds the texts for the search, and is made again from the lines that are left.
            prepared.files[f"{self.collection.search.name}{tail}"] = None
        for folder in ("indexes", "pages"):
            (self.collection.root / folder).mkdir(exist_ok=True)

    def _scrub_leftovers(self, prepared: Prepared) -> None:
        """Have leftovers removed, and logs written anew, that hold any of it."""
        root = self.collection.root
        lines = [line for target in self.found.targets for line in target.lines]
        passages = passages_of(lines)
        names = [*self.found.addresses, *self.found.works]
        gone = leftovers_with(self.collection, [*passages, *(name.encode() for name in names)])
        # The pages of runs quote lines and their differences; they are made again from what is left.
        pages = self.collection.runs.glob("*/report.html")
        prepared.files |= {str(path.relative_to(root)): None for path in (*gone, *pages)}
        logs = logs_with(self.collection, passages) if passages else []
        for path in logs:
            name = str(path.relative_to(root))
            without_passages(path, self.folder / name, passages)
            prepared.files[name] = self.folder / name
        prepared.leftovers = [str(path.relative_to(root)) for path in (*gone, *logs)]
