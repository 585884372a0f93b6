"""A site, a file of schedules, and `briefs` as processes of their own over both."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import main
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.schedule.book import Book, open_book
from crawler.schedule.schedule import Outcome, Turn
from tests.crawler.cli.conftest import CONTACT, briefs, command

HELD = "/news/brief/tide-table-3/"


@dataclass
class Desk:
    """Where somebody keeps schedules."""

    server: SiteServer[GeneratedSite]
    folder: Path

    @property
    def collection(self) -> Path:
        return self.folder / "c"

    @property
    def environment(self) -> dict[str, str]:
        return {"BRIEFS_SCHEDULES": str(self.folder / "schedules.sqlite")}

    def options(self) -> list[str]:
        """Return what a crawl of the server needs."""
        mappings = [part for mapping in self.server.connect_to for part in ("--connect-to", mapping)]
        trusted = ["--ca-file", str(self.server.ca_file), "--seed", self.server.site.seed]
        return [*trusted, *mappings, "-s", "RETRY_WAIT=0.01"]

    def add(self, *options: object, name: str = "tides") -> None:
        """Add a schedule that is due now, and every hour."""
        where = ["--site", "demo", "--collection", self.collection, "--every", "1h", "--contact", CONTACT]
        added = self.told("schedule", "add", name, *where, *self.options(), *options)
        assert added.exit_code == 0, added.output

    def told(self, *arguments: object) -> Result:
        """Run a command that is no crawl in this process."""
        arguments = tuple(map(str, arguments))
        return CliRunner(env=self.environment).invoke(main, arguments, catch_exceptions=False)  # type: ignore[arg-type]

    def briefs(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return briefs(*arguments, cwd=self.folder, **self.environment, **environment)

    def run_due(self, *options: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return self.briefs("run-due", *options, **environment)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start `briefs` and do not wait."""
        return subprocess.Popen(
            command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ, **self.environment},
        )

    @contextmanager
    def book(self) -> Iterator[Book]:
        with open_book(self.folder / "schedules.sqlite") as opened:
            yield opened

    def turns(self) -> list[Turn]:
        with self.book() as book:
            return list(reversed(book.turns()))

    def turn(self) -> Turn:
        (turn,) = self.turns()
        return turn

    def runs(self) -> list[dict[str, Any]]:
        """Return what `briefs runs` says."""
        return [orjson.loads(line) for line in self.told("runs", self.collection, "--json").stdout.splitlines()]

    def pages(self) -> list[str]:
        """Return the addresses that the server was asked for, robots.txt left out."""
        return [entry.url for entry in self.server.log if entry.target != "/robots.txt"]

    @contextmanager
    def held(self) -> Iterator[tuple[Event, Callable[[], None]]]:
        """Hold one page back: give what says that it was asked, and what lets it come."""
        asked, may_come = Event(), Event()

        def answer(request: object) -> object:
            asked.set()
            may_come.wait(60)
            return self.server.site.answer(request)  # type: ignore[arg-type]

        where = (self.server.site.hosts[0], HELD)
        self.server.answers[where] = answer  # type: ignore[assignment]
        try:
            yield asked, may_come.set
        finally:
            may_come.set()
            self.server.answers.pop(where, None)
            self._end_all()

    def _end_all(self) -> None:
        """End what a test left running."""
        for turn in self.turns():
            if turn.outcome == Outcome.RUNNING and turn.leader is not None:
                turn.leader.signal_group(signal.SIGKILL)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SiteServer(GeneratedSite(6, 3000), keep_bodies=False) as server:
        yield Desk(server, tmp_path)
