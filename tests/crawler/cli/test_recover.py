"""`briefs recover`: a ledger from the WARCs alone."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import DemoServer, SiteServer
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.faults import checks


def lose(ledger: Path) -> None:
    for path in ledger.parent.glob("ledger.sqlite*"):
        path.unlink()


def damage(ledger: Path) -> None:
    ledger.write_bytes(b"not a database" + ledger.read_bytes()[14:])


def states_of(collection: Path) -> dict[str, int]:
    states: dict[str, int] = orjson.loads(briefs("status", collection, "--json").stdout)["urls"]
    return states


def lines_of(collection: Path) -> list[bytes]:
    return [(collection / name).read_bytes() for name in ("briefs.jsonl", "rejects.jsonl")]


@pytest.mark.parametrize("harm", [lose, damage])
def test_a_recovered_collection_asks_no_known_page_again(
    harm: Callable[[Path], None], tmp_path: Path, server: DemoServer
) -> None:
    collection = tmp_path / "c"
    crawl = crawl_of(server, collection)
    briefs(*crawl)
    states, lines = states_of(collection), lines_of(collection)
    harm(collection / "ledger.sqlite")
    told = briefs("crawl", "demo", "--collection", collection)
    assert (told.returncode, "`briefs recover`" in told.stderr) == (2, True), told.stderr
    recovered = briefs("recover", collection)
    assert (recovered.returncode, recovered.stderr) == (0, "")
    assert "robots.txt rules: they are asked again" in recovered.stdout
    assert any(collection.glob("ledger.sqlite.damaged-*")) == (harm is damage)
    assert lines_of(collection) == lines
    asked = len(server.log)
    again = briefs(*crawl)
    assert {entry.target for entry in server.log[asked:]} <= {"/robots.txt"}, again.stderr
    assert states_of(collection) == states
    assert lines_of(collection) == lines


def test_a_crawl_that_was_killed_goes_on_after_its_ledger_was_lost(tmp_path: Path) -> None:
    collection = tmp_path / "c"
    with SiteServer(GeneratedSite(30, 5000), keep_bodies=False) as server:
        crawl = crawl_of(server, collection, "--seed", server.site.seed, "-s", "COMMIT_PAGES=2")
        assert briefs(*crawl, BRIEFS_FAULT="torn line:9").returncode == -signal.SIGKILL
        asked = {entry.target for entry in server.log} - {"/robots.txt"}
        lose(collection / "ledger.sqlite")
        assert "rejects.jsonl: as it was" in briefs("recover", collection).stdout
        seen = len(server.log)
        assert briefs(*crawl).returncode == 0
        assert asked.isdisjoint(entry.target for entry in server.log[seen:])
        assert checks.missing_pages(server.site, collection) == set()
    assert checks.repeated_lines(collection) == []
    assert checks.unreadable_members(collection) == []
    assert not checks.differs_from_rebuilt(collection, tmp_path / "rebuilt")


def test_lines_that_the_warcs_do_not_give_are_kept_apart(tmp_path: Path, server: DemoServer) -> None:
    collection = tmp_path / "c"
    briefs(*crawl_of(server, collection))
    lines = lines_of(collection)
    (collection / "briefs.jsonl").write_bytes(b"{}\n" + lines[0])
    (collection / "rejects.jsonl").write_bytes(lines[1][:40])
    recovered = briefs("recover", collection)
    assert "briefs.jsonl: written anew" in recovered.stdout
    assert f"rejects.jsonl: {len(lines[1]) - 40} bytes added behind byte 40" in recovered.stdout
    assert lines_of(collection) == lines
    (kept,) = collection.glob("runs/*/torn/briefs.jsonl")
    assert kept.read_bytes() == b"{}\n" + lines[0]
