"""Checks a collection: its WARC files, its ledger, its lines, and all that is derived from them, against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from archive.collection import Collection, is_being_written
from archive.errors import ArchiveError, CollectionError
from archive.problem import Problem
from archive.record import Record
from archive.verify import BlockFacts, Checker
from crawler.ledger.evidence import Evidence, KnownFile, open_evidence
from crawler.ledger.schema import LedgerOutdatedError, ledger_file, read_ledger
from crawler.ledger.seal import seal_file
from crawler.rebuild.captured import Reading
from crawler.rebuild.files import collection_files, final_name, standing
from crawler.sites import get_site
from crawler.verify.codes import (
    FILE_WAITING,
    LEDGER_DAMAGED,
    LEDGER_MISSING,
    LEDGER_OUTDATED,
    LEDGER_UNREADABLE,
    LINE_FOLD,
)
from crawler.verify.fold import check_fold
from crawler.verify.indexes import Derived
from crawler.verify.lines import ITEMS, check_lines
from crawler.verify.roots import check_chain, check_gaps, check_reports, check_roots, check_seal
from crawler.verify.sums import check_lengths, check_sums, place_of
from crawler.verify.warcs import Leaves, Watcher

OnProgress = Callable[[int], None]
"""Is told how many more bytes of WARC were read."""


@dataclass(slots=True, kw_only=True)
class CollectionCheck:
    """One check of a collection; its problems can be asked for once."""

    collection: Collection
    quick: bool = False
    """Whether to leave out the fold, which reads every page again."""
    jobs: int = 1
    """Processes that read pages."""
    on_progress: OnProgress = lambda size: None
    records: int = field(default=0, init=False)
    is_running: bool = field(default=False, init=False)
    """Whether a crawl writes to it: then what it has committed is looked at, and nothing that it writes at its end."""
    _files: list[KnownFile] | None = field(default=None, init=False)
    _watcher: Watcher = field(default_factory=Watcher, init=False)

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong; raise CollectionError where there is no collection, or none of a site known here."""
        name = str(self.collection.settings().get("site"))
        site = None if self.quick else get_site(name)
        self.is_running = is_being_written(self.collection)
        with ExitStack() as stack:
            evidence = yield from self._open_ledger(stack)
            waiting = evidence.waiting() if evidence and not self.is_running else []
            if waiting:
                sentence = f"{', '.join(waiting)} are yet to be replaced: the next command that writes here does it"
                yield Problem(code=FILE_WAITING, path=self.collection.root, sentence=sentence)
                return
            yield from self._check_warcs(evidence)
            yield from self._check_lines(evidence)
        if not self.is_running:
            is_behind = not seal_file(ledger_file(self.collection)).exists()
            yield from Derived(collection=self.collection, committed=self._committed(), is_behind=is_behind).check()
        if site is not None:
            files = collection_files(self.collection, self._committed())
            yield from self._check_fold(
                Reading(files=files, site=site, jobs=self.jobs, on_problem=lambda problem: None)
            )

    def _open_ledger(self, stack: ExitStack) -> Generator[Problem, None, Evidence | None]:
        """Yield what is wrong with the ledger itself and return it; None when it cannot be read."""
        path = ledger_file(self.collection)
        if not path.exists():
            yield Problem(code=LEDGER_MISSING, path=path, sentence="the ledger is missing")
            return None
        if not self.is_running:
            yield from check_seal(self.collection)
        outdated = _outdated(path)
        if outdated is not None:
            yield Problem(code=LEDGER_OUTDATED, path=path, sentence=f"it {outdated.sentence}")
            if outdated.version == 0:  # its making was cut short
                return None
        try:
            evidence = stack.enter_context(open_evidence(self.collection))
            damage = evidence.damage()
            self._files = evidence.files()
        except CollectionError as error:
            yield Problem(code=LEDGER_UNREADABLE, path=path, sentence=f"it {error.sentence}")
            return None
        for sentence in damage:
            yield Problem(code=LEDGER_DAMAGED, path=path, sentence=sentence)
        return None if outdated is not None and outdated.version == 1 else evidence  # the first version kept no sums

    def _check_warcs(self, evidence: Evidence | None) -> Iterator[Problem]:
        if evidence is not None:
            yield from check_lengths(self.collection, self._files or (), is_running=self.is_running)
        checker = Checker(watch=self._see)
        leaves: dict[str, Leaves] = defaultdict(Leaves)
        for file in collection_files(self.collection, self._committed()):
            name = final_name(file.path)
            if evidence is not None:
                yield from _read(
                    check_sums(standing(file.path), file.limit or 0, evidence.members(name)), self.collection
                )
            yield from checker.check_file(standing(file.path), end=file.limit)
            if evidence is not None:
                of_run = leaves[self._runs().get(f"archive/{name}") or ""]
                yield from _read(self._watcher.take_leaves(file.path, evidence.members(name), of_run), self.collection)
        yield from checker.end()
        yield from self._watcher.takedowns.end()
        self.records = checker.records
        if evidence is not None:
            yield from _read(self._check_runs(evidence, leaves), self.collection)

    def _check_runs(self, evidence: Evidence, leaves: dict[str, Leaves]) -> Iterator[Problem]:
        runs = evidence.runs()
        yield from check_reports(self.collection, runs)
        yield from check_roots(self.collection, runs, leaves)
        yield from check_chain(self.collection, runs)
        if seal_file(ledger_file(self.collection)).exists() and not self.is_running:  # else the next crawl writes them
            yield from check_gaps(self.collection, evidence.gaps())

    def _check_lines(self, evidence: Evidence | None) -> Iterator[Problem]:
        lengths = self._line_lengths()
        for name, length in lengths.items():
            path = place_of(self.collection, name)
            if not path.exists():
                continue
            if evidence is not None:
                yield from _read(check_sums(path, length or 0, evidence.pieces(name)), self.collection)
            yield from check_lines(self.collection, name, length, self._watcher.captures)

    def _check_fold(self, reading: Reading) -> Iterator[Problem]:
        try:
            yield from check_fold(self.collection, reading, self._line_lengths())
        except ArchiveError as error:
            yield Problem(code=LINE_FOLD, path=self.collection.briefs, sentence=f"the fold breaks off: {error}")

    def _committed(self) -> dict[str, int] | None:
        """Return the committed length of each file; None where no ledger says."""
        return None if self._files is None else {file.name: file.length for file in self._files}

    def _line_lengths(self) -> dict[str, int | None]:
        committed = self._committed()
        return {name: None if committed is None else committed.get(name, 0) for name in ITEMS}

    def _runs(self) -> dict[str, str | None]:
        return {file.name: file.run for file in self._files or ()}

    def _see(self, record: Record, facts: BlockFacts | None) -> None:
        self._watcher.see(record, facts)
        if facts is not None:
            self.on_progress(record.length)


def _outdated(ledger: Path) -> LedgerOutdatedError | None:
    """Say whether an earlier brief-archive made a ledger."""
    try:
        read_ledger(ledger).close()
    except LedgerOutdatedError as error:
        return error
    except CollectionError:
        return None  # whoever opens it says so
    return None


def _read(problems: Iterator[Problem], collection: Collection) -> Iterator[Problem]:
    """Yield the problems; a row of the ledger that cannot be read is one more."""
    try:
        yield from problems
    except CollectionError as error:
        yield Problem(code=LEDGER_UNREADABLE, path=ledger_file(collection), sentence=error.sentence)
