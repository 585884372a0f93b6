"""`briefs import`: WARC files of other crawlers, checked, copied, read, and committed as one step."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archive.catalog import open_current
from archive.collection import Collection
from archive.errors import CollectionError
from archive.indexing import write_indexes
from archive.writer import next_serial
from crawler.importing.report import import_report
from crawler.importing.taken import TakenFile, take_file
from crawler.items import Brief
from crawler.ledger.importing import ImportLedger, open_for_import, write_synced
from crawler.ledger.runs import Root
from crawler.rebuild.captured import OnPage, Reading
from crawler.rebuild.exchanges import OnProblem, StoredExchange
from crawler.rebuild.files import WarcFile, check_warc, imported_name
from crawler.rebuild.known import EarlierCaptures, imported_capture
from crawler.rebuild.pages import log_problem
from crawler.rebuild.workers import read_pages
from crawler.run.rereading import Rereader
from crawler.settings import DOWNLOAD_MAXSIZE
from crawler.sites import Site, get_site
from crawler.works.fold import Fold


@dataclass(slots=True, kw_only=True)
class Imported:
    """What came in."""

    run: str
    site: str
    began: datetime
    files: list[TakenFile] = field(default_factory=list)
    captures: int = 0
    """Those of addresses in the site's scope."""
    briefs: Counter[str] = field(default_factory=Counter)
    """Lines of briefs.jsonl, by change."""
    rejects: Counter[str] = field(default_factory=Counter)
    """Lines of rejects.jsonl, by reason."""
    root: Root | None = None
    """Over all records that came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Takes files into a collection: all of them, or none."""

    collection: Collection
    run: str
    jobs: int = 1
    on_problem: OnProblem = log_problem
    on_page: OnPage = lambda page: None

    def take(self, sources: Sequence[Path]) -> Imported:
        """Take the files in, in their order, and return what came in; raise RecordError or CollectionError."""
        site = get_site(str(self.collection.settings().get("site")))
        for source in sources:
            check_warc(source)
        imported = Imported(run=self.run, site=site.name, began=datetime.now(UTC))
        with open_for_import(self.collection, self.run) as ledger:
            try:
                self._prepare(imported, sources, ledger)
                self._commit(imported, site, ledger)
            except OSError as error:
                place = error.filename or self.collection.root
                raise CollectionError(place, f"cannot be read or written: {error.strerror}") from error
            finally:
                # After the commit, what is yet to be renamed lies there.
                if not ledger.is_replacing():
                    self._clean_up()
            self._index(ledger)
        return imported

    @property
    def _folder(self) -> Path:
        return self.collection.root / ".importing"

    def _prepare(self, imported: Imported, sources: Sequence[Path], ledger: ImportLedger) -> None:
        """Copy the files beside; raise CollectionError when a record of theirs is known."""
        self._clean_up()
        self._folder.mkdir()
        serial = next_serial(self.collection.archive)
        leaves: dict[str, str] = {}
        for number, source in enumerate(sources, serial):
            taken = take_file(source, self._folder, imported_name(source.name, self.run, number))
            _refuse_known(source, taken, ledger, leaves)
            imported.files.append(taken)

    def _commit(self, imported: Imported, site: Site, ledger: ImportLedger) -> None:
        files = {f"archive/{taken.name}": self._folder / taken.name for taken in imported.files}
        report = self._folder / "report.json"
        (self.collection.runs / self.run).mkdir(parents=True, exist_ok=True)

        def fill() -> None:
            ledger.begin(imported.began)
            for taken in imported.files:
                ledger.keep_warc(taken.name, taken.members)
            self._read(imported, site, ledger)
            ended = datetime.now(UTC)
            imported.root = ledger.end(ended)
            content = import_report(imported, ended)
            write_synced(report, content)
            ledger.note_report(hashlib.sha256(content).digest())

        ledger.commit({**files, f"runs/{self.run}/report.json": report}, fill)

    def _read(self, imported: Imported, site: Site, ledger: ImportLedger) -> None:
        """Fold the pages of the files behind all that the collection has."""
        reread = Rereader(self.collection, site, ledger.captures, DOWNLOAD_MAXSIZE)
        fold = Fold(ledger.index, site.scope.canonical, site.name, reread)
        for page in read_pages(self._pages(imported, site, ledger), site, self.jobs):
            self.on_page(page)
            lines = list(fold.add(page))
            ledger.keep_lines(lines)
            imported.briefs.update(line.change for line in lines if isinstance(line, Brief))
            imported.rejects.update(line.reason for line in lines if not isinstance(line, Brief))

    def _pages(self, imported: Imported, site: Site, ledger: ImportLedger) -> Iterator[StoredExchange]:
        """Keep every capture of the files, and yield the pages among them."""
        reading = Reading(
            files=[WarcFile(path=self._folder / taken.name, run=self.run) for taken in imported.files],
            site=site,
            on_problem=self.on_problem,
            earlier=EarlierCaptures(
                self.collection.archive, ledger.captures, frozenset(taken.name for taken in imported.files)
            ),
        )
        for exchange in reading.exchanges():
            if exchange.takedown is not None:
                yield exchange
                continue
            _refuse_taken_down(exchange, site, ledger)
            ledger.keep_capture(imported_capture(exchange))
            imported.captures += 1
            if exchange.is_page:
                yield exchange

    def _index(self, ledger: ImportLedger) -> None:
        committed = ledger.committed()
        with open_current(self.collection, committed, lambda problem: None) as catalog:
            write_indexes(self.collection, catalog, committed)

    def _clean_up(self) -> None:
        if self._folder.exists():
            shutil.rmtree(self._folder)
        run = self.collection.runs / self.run
        if run.exists() and not any(run.iterdir()):
            run.rmdir()


def _refuse_known(source: Path, taken: TakenFile, ledger: ImportLedger, leaves: dict[str, str]) -> None:
    """Raise CollectionError when the collection, or a file before this one, holds a record of it already."""
    own = {member.leaf for member in taken.members}
    before = next((leaves[leaf] for leaf in own if leaf in leaves), None) or ledger.warc_with(taken.members)
    if before is not None:
        raise CollectionError(source, f"holds a record that {before} has already, expected a file that is new here")
    leaves.update(dict.fromkeys(own, str(source)))


def _refuse_taken_down(exchange: StoredExchange, site: Site, ledger: ImportLedger) -> None:
    """Raise CollectionError for a capture of an address that was taken down: it is not to come back this way."""
    if ledger.is_taken_down(site.scope.canonical(exchange.url) or exchange.url):
        sentence = f"holds a capture of {exchange.url}, which was taken down here, expected none"
        raise CollectionError(exchange.capture.warc, sentence)
