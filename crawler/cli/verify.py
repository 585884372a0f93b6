"""`briefs verify`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from archive.collection import Collection
from archive.errors import CollectionError
from archive.problem import Level, Problem
from archive.record import Record
from archive.verify import BlockFacts, Checker
from archive.wacz import PublicKey, load_public_key
from crawler.cli.options import json_option
from crawler.plan import PlanError
from crawler.rebuild.workers import cores
from crawler.verify import CollectionCheck, check_package, collections_in, files_in, is_package

OnProgress = Callable[[int], None]


@click.command(no_args_is_help=True, short_help="Check collections, WACZ packages and WARC files.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="COLLECTION|FOLDER|FILE...")
@click.option("--quick", is_flag=True, help="Leave out the fold, which reads every page again.")
@click.option("--key", type=click.Path(path_type=Path), metavar="PUB", help="Public key that a WACZ is signed with.")
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
@json_option
def verify(paths: tuple[Path, ...], quick: bool, key: Path | None, strict: bool, as_json: bool) -> None:
    """Check collections, WACZ packages, and WARC and ARC files of any producer.

    Prints a line for each problem: its code, where it is, and what is wrong. A collection's WARC files are held against
    its ledger, and its index, catalogue, page list and lines against the WARC files. Exit code 1 when there is an
    error; warnings are what a standard only recommends, and what a server may have sent so.
    """
    public_key = load_public_key(key) if key else None
    collections, files = collections_in(paths), files_in(paths)
    if public_key and not any(is_package(file) for file in files):
        raise PlanError("--key is for WACZ files, expected one")
    tally = _Tally()
    with _bar(collections, files, quick=quick) as on_progress:
        try:
            for problem in _problems(collections, files, _How(quick, public_key, on_progress, tally)):
                tally.add(problem)
                _print(problem, as_json=as_json)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CollectionError(error.filename or paths[0], f"cannot be read: {error.strerror}") from error
    click.echo(tally.summary(), err=True)
    sys.exit(1 if tally.levels[Level.ERROR] or (strict and tally.codes) else 0)


@dataclass(slots=True)
class _Tally:
    """What was looked at, and what was found."""

    records: int = 0
    running: list[Path] = field(default_factory=list)
    levels: Counter[Level] = field(default_factory=Counter)
    codes: Counter[tuple[Level, str]] = field(default_factory=Counter)

    def add(self, problem: Problem) -> None:
        """Count a problem."""
        self.levels[problem.code.level] += 1
        self.codes[problem.code.level, problem.code.name] += 1

    def summary(self) -> str:
        """Return what a person is told at the end."""
        lines = [f"{path}: a crawl is writing here; what it has committed was checked" for path in self.running]
        for level in Level:
            counts = [f"{name} {count}" for (its, name), count in sorted(self.codes.items()) if its is level]
            if counts:
                lines.append(f"{_number(self.levels[level], level)}: {', '.join(counts)}")
        found = "" if self.codes else ", nothing is wrong"
        return "\n".join([*lines, f"{_number(self.records, 'record')} checked{found}"])


@dataclass(frozen=True, slots=True)
class _How:
    """How everything that was named is to be checked."""

    quick: bool
    key: PublicKey | None
    on_progress: OnProgress
    tally: _Tally

    def checker(self) -> Checker:
        """Return a new checker that moves the bar."""
        return Checker(watch=self._see)

    def _see(self, record: Record, facts: BlockFacts | None) -> None:
        self.tally.records += 1
        self.on_progress(record.length if facts else 0)


def _problems(collections: list[Collection], files: list[Path], how: _How) -> Iterator[Problem]:
    for collection in collections:
        check = CollectionCheck(collection=collection, quick=how.quick, jobs=cores(), on_progress=how.on_progress)
        yield from check.problems()
        how.tally.records += check.records
        how.tally.running += [collection.root] if check.is_running else []
    for package in filter(is_package, files):
        yield from check_package(package, how.key, how.checker())
    yield from _file_problems(files, how)


def _file_problems(files: list[Path], how: _How) -> Iterator[Problem]:
    checker = how.checker()
    for file in files:
        if not is_package(file):
            yield from checker.check_file(file)
    yield from checker.end()


def _print(problem: Problem, *, as_json: bool) -> None:
    if not as_json:
        click.echo(f"{problem.code.name}  {problem.place}  {problem.sentence}")
        return
    content: dict[str, Any] = {
        "code": problem.code.name,
        "level": problem.code.level.value,
        "file": str(problem.path),
        "offset": problem.offset,
        "line": problem.line,
        "sentence": problem.sentence,
    }
    click.echo(orjson.dumps(content).decode())


@contextmanager
def _bar(collections: list[Collection], files: list[Path], *, quick: bool) -> Iterator[OnProgress]:
    """Show how much of the WARC files was read, on a terminal; give what moves it."""
    warcs = [path for collection in collections for path in collection.warcs()]
    total = sum(path.stat().st_size for path in warcs) * (1 if quick else 2) + sum(
        path.stat().st_size for path in files
    )
    console = Console(stderr=True)
    columns = (TextColumn("checking"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("checking", total=total)
        yield lambda size: progress.advance(task, size)


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
