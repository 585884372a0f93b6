"""Runs that were cut short, killed, blocked or missed are gaps, until a complete run has covered them."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.collection import Collection, WriteLock
from archive.errors import CollectionError, CollectionLocked
from crawler.demo.addresses import APEX
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import DemoServer, SiteServer
from crawler.ledger.missed import note_missed
from crawler.verify import CollectionCheck
from tests.crawler.cli.conftest import briefs, command, crawl_of
from tests.crawler.cli.crawls import Crawls

SHUT = (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",)


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


@pytest.fixture(scope="module")
def limited(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """Return a collection whose only run ended at its limit of pages."""
    crawls = Crawls(server, tmp_path_factory.mktemp("limited") / "c")
    crawls("--max-pages", 3)
    return crawls


@pytest.fixture
def cut(limited: Crawls, tmp_path: Path) -> Crawls:
    """Return a copy of it, to go on with."""
    shutil.copytree(limited.root, tmp_path / "c")
    return Crawls(limited.server, tmp_path / "c", list(limited.done))


def gaps_of(crawls: Crawls, *options: str) -> list[dict[str, Any]]:
    gaps: list[dict[str, Any]] = orjson.loads(crawls.told("gaps", "--json", *options).output)["gaps"]
    return gaps


def lines_in(root: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (root / "gaps.jsonl").read_bytes().splitlines()]


def test_a_limit_of_pages_is_a_gap_in_report_ledger_and_file(limited: Crawls) -> None:
    (gap,) = gaps_of(limited)
    report = limited.done[0].report
    assert (gap["kind"], gap["why"], gap["hosts"]) == ("cut short", "page limit", [APEX])
    assert (gap["run"], gap["since"], gap["until"], gap["closed_by"]) == (report["run"], report["began"], None, None)
    assert report["completeness"]["complete"] is False
    assert report["completeness"]["gaps"] == [{"kind": "cut short", "why": "page limit", "hosts": [APEX]}]
    assert lines_in(limited.root) == [gap]


def test_status_says_that_a_gap_is_open_and_which_days_are_not_complete(limited: Crawls) -> None:
    told = limited.told("status").output
    day = limited.done[0].report["began"][:10]
    assert "gap:          cut short: page limit (harbour.example); it lasts until a complete run" in told
    assert "gaps:         1 open, the first: " in told
    assert f"days:         {day} to {day}: 0 of 1 with a complete run; not complete: {day}" in told


def test_a_complete_run_closes_the_gap(cut: Crawls) -> None:
    report = cut().report
    (gap,) = gaps_of(cut)
    assert report["completeness"]["complete"] is True
    assert (gap["until"], gap["closed_by"]) == (report["ended"], report["run"])
    assert lines_in(cut.root) == [gap]
    assert "gaps:         none open" in cut.told("status").output


def test_the_days_of_gaps_can_be_chosen(limited: Crawls) -> None:
    today = datetime.fromisoformat(limited.done[0].report["began"]).date()
    assert len(gaps_of(limited, "--since", str(today), "--until", str(today))) == 1
    assert gaps_of(limited, "--until", str(today - timedelta(days=1))) == []
    assert len(gaps_of(limited, "--since", str(today + timedelta(days=9)))) == 1  # it is still open
    asked = limited.told("gaps", "--since", "yesterday")
    assert asked.exit_code == 2
    assert "'yesterday' is no day, expected one such as 2026-11-24." in asked.output


def test_a_killed_run_is_a_gap_at_once_and_noted_by_the_next_run(server: DemoServer, tmp_path: Path) -> None:
    crawls = Crawls(server, tmp_path / "c")
    killed = briefs(*crawl_of(server, crawls.root), BRIEFS_FAULT="after commit:2")
    assert killed.returncode == -signal.SIGKILL
    (gap,) = gaps_of(crawls)
    assert (gap["kind"], gap["why"], gap["until"]) == ("cut short", "killed", None)
    assert not (crawls.root / "gaps.jsonl").exists()

    committed = Counter(line["change"] for line in crawls.lines("briefs"))
    assert committed
    crawls("--max-pages", 1)
    report = orjson.loads((crawls.root / "runs" / gap["run"] / "report.json").read_bytes())
    assert (report["state"], report["briefs"]) == ("killed", committed), "what it changed is not lost to a reader"
    noted, limit = gaps_of(crawls)
    assert noted == {**gap, "hosts": [APEX]}
    assert limit["why"] == "page limit"
    run = crawls().report["run"]
    assert [gap["closed_by"] for gap in gaps_of(crawls)] == [run, run]


def test_a_kill_after_the_end_was_committed_leaves_a_file_that_the_next_run_mends(cut: Crawls) -> None:
    (cut.root / "gaps.jsonl").unlink()
    (cut.root / "ledger.sqlite.sha256").unlink()
    found = [problem.code.name for problem in CollectionCheck(collection=Collection(cut.root), quick=True).problems()]
    assert found == ["ledger-unsealed"]
    cut("--max-pages", 1)
    assert lines_in(cut.root) == gaps_of(cut)


def test_a_signal_is_a_gap(tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(2000, 5000), keep_bodies=False) as server:
        crawl = crawl_of(server, tmp_path / "c", "--seed", server.site.seed)
        with subprocess.Popen(command(*crawl), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert server.wait_for(10)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
        (gap,) = gaps_of(Crawls(server, tmp_path / "c"))
    assert (gap["kind"], gap["why"]) == ("cut short", "stopped by a signal")


def test_a_time_limit_is_a_gap(tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(2000, 5000), keep_bodies=False) as server:
        crawls = Crawls(server, tmp_path / "c")
        briefs(*crawl_of(server, crawls.root, "--seed", server.site.seed, "-s", "CLOSESPIDER_TIMEOUT=1"))
        (gap,) = gaps_of(crawls)
    assert (gap["kind"], gap["why"]) == ("cut short", "time limit")


def test_a_robots_txt_that_cannot_be_had_is_a_blocked_run(tmp_path: Path) -> None:
    with DemoServer() as server:
        server.answers[APEX, "/robots.txt"] = SHUT
        crawls = Crawls(server, tmp_path / "c")
        crawls("-s", "RETRY_TIMES=0")
        (gap,) = gaps_of(crawls)
    assert (gap["kind"], gap["why"], gap["hosts"]) == ("blocked", "robots.txt could not be had", [APEX])


def test_a_seed_that_fails_is_a_blocked_run_though_nothing_waits(tmp_path: Path) -> None:
    with DemoServer() as server:
        path = server.site.seed.partition(APEX)[2]
        server.answers[APEX, path] = SHUT
        crawls = Crawls(server, tmp_path / "c")
        crawls("-s", "RETRY_TIMES=0")
        (gap,) = gaps_of(crawls)
        assert (gap["kind"], gap["why"]) == ("blocked", f"{server.site.seed}: failed: http 503")
        crawls("-s", "RETRY_TIMES=0")  # a seed that failed is asked again by itself, and each run says so
        assert [one.ended.returncode for one in crawls.done] == [1, 1]

        del server.answers[APEX, path]
        run = crawls().report["run"]
        assert [gap["closed_by"] for gap in gaps_of(crawls)] == [run, run]


def test_a_missed_run_lasts_until_somebody_looked_for_news_again(cut: Crawls) -> None:
    due = datetime.now(UTC).replace(microsecond=0)
    assert note_missed(Collection(cut.root), due, "the machine was off")
    assert not note_missed(Collection(cut.root), due, "told again")
    assert lines_in(cut.root) == gaps_of(cut)

    rest = cut().report["run"]  # asks what was left, and the seed not again
    closed = {gap["kind"]: gap["closed_by"] for gap in gaps_of(cut)}
    assert closed == {"cut short": rest, "missed": None}

    looked = cut("--recrawl").report["run"]
    closed = {gap["kind"]: gap["closed_by"] for gap in gaps_of(cut)}
    assert closed == {"cut short": rest, "missed": looked}

    assert note_missed(Collection(cut.root), due - timedelta(days=1), "noted late")
    assert gaps_of(cut)[0]["closed_by"] == rest
    days = orjson.loads(cut.told("gaps", "--json").output)["days"]
    assert [day["state"] for day in days] == ["complete"]


def test_a_missed_run_is_not_noted_where_a_crawl_writes_or_nothing_is(cut: Crawls, tmp_path: Path) -> None:
    lock = WriteLock(Collection(cut.root))
    try:
        with pytest.raises(CollectionLocked):
            note_missed(Collection(cut.root), datetime.now(UTC), "x")
    finally:
        lock.release()
    with pytest.raises(CollectionError, match="no collection here"):
        note_missed(Collection(tmp_path / "nothing"), datetime.now(UTC), "x")
    (cut.root / "ledger.sqlite").unlink()
    with pytest.raises(CollectionError, match="is missing"):
        note_missed(Collection(cut.root), datetime.now(UTC), "x")


@pytest.mark.parametrize("is_file_lost", [False, True])
def test_a_recovered_ledger_knows_the_gaps_the_days_and_the_rules(cut: Crawls, is_file_lost: bool) -> None:
    cut()
    cut("--max-pages", 1, "--recrawl")
    before = [cut.told(name, "--json").output for name in ("gaps", "drift")]
    for path in cut.root.glob("ledger.sqlite*"):
        path.unlink()
    if is_file_lost:
        (cut.root / "gaps.jsonl").unlink()
    assert cut.told("recover").exit_code == 0
    assert [cut.told(name, "--json").output for name in ("gaps", "drift")] == before
    assert lines_in(cut.root) == gaps_of(cut)
    assert cut.told("verify").output.splitlines()[-1].endswith("nothing is wrong")


def test_a_killed_run_whose_ledger_is_lost_is_a_gap_after_recovering(server: DemoServer, tmp_path: Path) -> None:
    crawls = Crawls(server, tmp_path / "c")
    briefs(*crawl_of(server, crawls.root), BRIEFS_FAULT="after commit:1")
    run = next((crawls.root / "runs").iterdir()).name
    for path in crawls.root.glob("ledger.sqlite*"):
        path.unlink()
    crawls.told("recover")
    (gap,) = gaps_of(crawls)
    assert (gap["run"], gap["why"], gap["until"]) == (run, "killed", None)


def test_runs_killed_before_their_first_report_are_links_of_the_chain_after_recovering(
    server: DemoServer, tmp_path: Path
) -> None:
    crawls = Crawls(server, tmp_path / "c")
    briefs(*crawl_of(server, crawls.root), BRIEFS_FAULT="after commit:1")
    next((crawls.root / "runs").glob("*/report.json")).unlink()
    crawls("--max-pages", 1)
    before = crawls.told("runs", "--json").output
    for path in crawls.root.glob("ledger.sqlite*"):
        path.unlink()
    crawls.told("recover")
    assert crawls.told("runs", "--json").output == before
    assert crawls.told("verify").output.splitlines()[-1].endswith("nothing is wrong")


def test_a_package_carries_the_gaps(limited: Crawls, tmp_path: Path) -> None:
    assert limited.told("pack", "-o", tmp_path / "c.wacz").exit_code == 0
    with zipfile.ZipFile(tmp_path / "c.wacz") as package:
        assert package.read("briefs/gaps.jsonl") == (limited.root / "gaps.jsonl").read_bytes()
    assert briefs("verify", tmp_path / "c.wacz").returncode == 0


def test_sums_that_do_not_close_are_a_problem_of_the_run(cut: Crawls) -> None:
    with closing(sqlite3.connect(cut.root / "ledger.sqlite", isolation_level=None)) as ledger:
        ledger.execute("UPDATE url SET state = 'mislaid' WHERE seq = (SELECT max(seq) FROM url)")
    crawl = cut("--max-pages", 1)
    sentence = "1 addresses are in the state 'mislaid', which is none that is known"
    assert crawl.report["completeness"]["mismatches"] == [sentence]
    assert crawl.ended.returncode == 1
    assert f"open sums:    {sentence}" in cut.told("status").output


def test_what_was_named_and_never_captured_is_listed_with_its_state_and_who_named_it(limited: Crawls) -> None:
    missing = limited.done[0].report["completeness"]["missing"]
    lines = [orjson.loads(line) for line in limited.told("status", "--missing", "--json").output.splitlines()]
    assert missing["count"] == len(lines) == limited.done[0].report["remaining"]
    assert missing["first"] == lines[:50]
    assert {line["state"] for line in lines} == {"pending"}
    assert {line["named_by"] for line in lines} <= set(limited.done[0].asked())
    told = limited.told("status", "--missing").output.splitlines()
    assert told[0] == f"{lines[0]['url']}  pending, named by {lines[0]['named_by']}"
    assert limited.told("status", "--missing", "--urls", "pending").exit_code == 2
