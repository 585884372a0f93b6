"""A takedown, from what it is of to the one step that makes it true."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.items import Brief
from crawler.ledger.faults import fault
from crawler.ledger.importing import write_synced
from crawler.ledger.takedown import TakedownLedger, open_for_takedown, open_to_look
from crawler.rebuild.captured import Reading
from crawler.rebuild.files import WarcFile, collection_files
from crawler.report import read_report
from crawler.report.page import write_page
from crawler.sites import Site, get_site
from crawler.takedown.preparing import Preparation, Prepared
from crawler.takedown.report import takedown_report
from crawler.takedown.requisites import add_requisites
from crawler.takedown.sources import add_sources
from crawler.takedown.targets import Finder, Found
from crawler.works.fold import CapturedPage, Fold

logger = logging.getLogger(__name__)


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
        self._clean_up()
        try:
            prepared = self._preparation().prepare(reason)
            fault("takedown prepared")
            self.ledger.replace(prepared.files, lambda: self._change(prepared, reason))
        except OSError as error:
            place = error.filename or self.collection.root
            raise CollectionError(place, f"cannot be read or written: {error.strerror}") from error
        finally:
            # After the commit, what is yet to be renamed lies there.
            if not self.ledger.is_replacing():
                self._clean_up()
        self.ledger.scrub()
        self._write_pages()
        return TakenDown(
            run=self.run, warcs=tuple(prepared.replaced), warc=prepared.warc, leftovers=tuple(prepared.leftovers)
        )

    def _preparation(self) -> Preparation:
        return Preparation(
            collection=self.collection,
            ledger=self.ledger,
            site=self.site,
            run=self.run,
            found=self.found,
            at=self.at,
            folder=self._folder,
        )

    def _write_pages(self) -> None:
        """Make the page of every run anew, without what was taken down."""
        for path in sorted(self.collection.runs.glob("*/report.json")):
            try:
                write_page(self.collection, read_report(path))
            except (OSError, CollectionError) as error:
                logger.warning("%s: its page could not be written: %s", path, error)

    def _clean_up(self) -> None:
        """Remove what a takedown has prepared that was broken off before its one step."""
        if self._folder.exists():
            shutil.rmtree(self._folder)

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
    found = add_sources(found, collection, ledger)
    if not requisites:
        return found
    files = collection_files(collection, ledger.committed())
    reading = Reading(files=files, site=site, on_problem=lambda problem: None)
    return add_requisites(found, reading, ledger)


def _site_of(collection: Collection) -> Site:
    return get_site(str(collection.settings().get("site")))
