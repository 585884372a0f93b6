"""The recipe of docs/operations.md: a copy made while a crawl writes is a collection that goes on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import orjson
import pytest

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from tests.crawler.cli.conftest import briefs, command, crawl_of

PAGES = 12
HELD = 7
SMALL_FILES = ("-s", "WARC_MAX_SIZE=9000", "-s", "COMMIT_PAGES=1")
"""A new WARC file every few pages."""


@dataclass
class Copying:
    """A crawl that waits for one page, and copies made meanwhile."""

    server: SiteServer[GeneratedSite]
    collection: Path
    process: subprocess.Popen[str]
    let_come: Event

    def back_up_ledger(self, to: Path) -> None:
        """Copy the ledger as SQLite does: whole, as it was at one moment."""
        to.mkdir()
        recipe = ["sqlite3", str(self.collection / "ledger.sqlite"), f".backup '{to / 'ledger.sqlite'}'"]
        subprocess.run(recipe, check=True, capture_output=True)

    def copy_rest(self, to: Path) -> None:
        """Copy everything else, as `rsync -a --exclude 'ledger.sqlite*' --exclude .lock` does."""
        shutil.copytree(
            self.collection, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("ledger.sqlite*", ".lock")
        )

    def go_on(self, collection: Path) -> subprocess.CompletedProcess[str]:
        """Crawl the copy to its end."""
        return briefs(*crawl_of(self.server, collection, "--seed", self.server.site.seed, "--json", *SMALL_FILES))


@pytest.fixture
def copying(tmp_path: Path) -> Iterator[Copying]:
    with SiteServer(GeneratedSite(PAGES, 3000), keep_bodies=False) as server, held(server, tmp_path / "c") as made:
        yield made


@contextmanager
def held(server: SiteServer[GeneratedSite], collection: Path) -> Iterator[Copying]:
    asked, let_come = Event(), Event()

    def answer(request: object) -> object:
        asked.set()
        let_come.wait(60)
        return server.site.answer(request)  # type: ignore[arg-type]

    server.answers[server.site.hosts[0], f"/news/brief/tide-table-{HELD}/"] = answer  # type: ignore[assignment]
    arguments = crawl_of(server, collection, "--seed", server.site.seed, *SMALL_FILES)
    with subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert asked.wait(60)
            yield Copying(server, collection, process, let_come)
        finally:
            let_come.set()
            process.communicate(timeout=60)


def assert_is_whole(collection: Path, out: Path) -> None:
    """Hold a collection against itself, and its lines against its WARCs; every page has its line once."""
    verified = briefs("verify", collection)
    assert verified.returncode == 0, verified.stdout
    assert briefs("rebuild", collection, "--out", out).returncode == 0
    lines = [orjson.loads(line)["url"] for line in (collection / "briefs.jsonl").read_bytes().splitlines()]
    assert len(lines) == len(set(lines)) == PAGES


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the recipe needs the program sqlite3")
def test_a_copy_made_while_a_crawl_waits_goes_on_by_itself(copying: Copying, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copying.back_up_ledger(copy)
    copying.copy_rest(copy)
    assert briefs("verify", copy).returncode == 0
    copying.let_come.set()
    assert copying.go_on(copy).returncode == 0
    assert_is_whole(copy, tmp_path / "out")


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the recipe needs the program sqlite3")
def test_a_copy_whose_files_went_on_far_past_its_ledger_is_taken_in_by_recover(
    copying: Copying, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copying.back_up_ledger(copy)
    copying.let_come.set()
    copying.process.wait(60)
    copying.copy_rest(copy)
    assert briefs("recover", copy).returncode == 0
    assert copying.go_on(copy).returncode == 0
    assert_is_whole(copy, tmp_path / "out")
