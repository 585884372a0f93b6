"""Signals, a pipeline that raises, and other processes beside the crawl."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import orjson
import pytest

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from tests.crawler.capture.conftest import read_with_warcio
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.faults import checks
from tests.faults.conftest import HELD, PAGES, held_crawl, read_until
from tests.faults.raising import RAISES_FOR

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_second_signal_stops_at_once_and_loses_nothing(
    signum: signal.Signals, code: int, tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    collection = tmp_path / "c"
    with held_crawl(site, collection) as (process, _):
        process.send_signal(signum)
        read_until(process.stderr, f"{signum.name}: finishing what is in flight")
        process.send_signal(signum)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert f"{signum.name} again: stopping at once" in errors
    assert "remaining:" in output
    assert not list((collection / "archive").glob("*.open"))
    assert not checks.differs_from_rebuilt(collection, tmp_path / "stopped")
    again = briefs(*crawl_of(site, collection, "--seed", site.site.seed))
    assert again.returncode == 0
    assert "going on with the" in again.stderr
    assert checks.missing_pages(site.site, collection) == set()
    assert checks.repeated_lines(collection) == []


def test_a_pipeline_that_raises_costs_the_one_page(tmp_path: Path, site: SiteServer[GeneratedSite]) -> None:
    collection = tmp_path / "c"
    pipelines = {
        "crawler.pipelines.normalise.NormalisePipeline": 100,
        "tests.faults.raising.RaisingPipeline": 150,
        "crawler.pipelines.validate.ValidatePipeline": 200,
        "crawler.pipelines.works.WorksPipeline": 900,
    }
    setting = f"ITEM_PIPELINES={orjson.dumps(pipelines).decode()}"
    crawl = crawl_of(site, collection, "--seed", site.site.seed, "-s", setting, "--json")
    ended = briefs(*crawl, PYTHONPATH=str(ROOT))
    report = orjson.loads(ended.stdout)
    bad = site.site.url(RAISES_FOR)
    assert ended.returncode == 1
    assert report["urls"] == {"done": PAGES - 1, "failed: reading": 1}
    assert report["problems"] == {"failed: reading": [bad]}
    (rejection,) = map(orjson.loads, (collection / "rejects.jsonl").read_bytes().splitlines())
    assert (rejection["url"], rejection["reason"], rejection["detail"]) == (
        bad,
        "error",
        "a pipeline raised ZeroDivisionError",
    )
    assert checks.missing_pages(site.site, collection) == {bad}


def test_a_second_writer_is_refused_by_pid_and_readers_see_committed_lines(
    tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    collection = tmp_path / "c"
    with held_crawl(site, collection, "-s", "COMMIT_PAGES=1") as (process, let_come):
        for line in (crawl_of(site, collection, "--recrawl"), ["retry", collection, "--state", "gone"]):
            second = briefs(*line)
            assert second.returncode == 3
            assert f"process {process.pid} is writing here" in second.stderr
        report = orjson.loads(briefs("status", collection, "--json").stdout)
        shown = briefs("show", collection).stdout.splitlines()
        assert report["state"] == "running"
        assert report["urls"]["leased"] == 1
        assert 0 < len(shown) == report["urls"]["done"] <= HELD
        let_come()
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(briefs("show", collection).stdout.splitlines()) == PAGES


def test_a_line_behind_the_last_commit_is_not_shown(tmp_path: Path, site: SiteServer[GeneratedSite]) -> None:
    collection = tmp_path / "c"
    ended = briefs(
        *crawl_of(site, collection, "--seed", site.site.seed), BRIEFS_FAULT="before commit:6", BRIEFS_CONTACT=""
    )
    assert ended.returncode == -signal.SIGKILL
    done = orjson.loads(briefs("status", collection, "--json").stdout)["urls"]["done"]
    assert len(checks.lines_of(collection)) > done
    assert len(briefs("show", collection).stdout.splitlines()) == done
    rebuilt = briefs("rebuild", collection, "--out", tmp_path / "rebuilt")
    assert (rebuilt.returncode, len(checks.lines_of(tmp_path / "rebuilt"))) == (0, done), rebuilt.stdout


@pytest.mark.parametrize("name", ["archive/*.warc.gz", "briefs.jsonl"])
@pytest.mark.parametrize("cut", [None, 100], ids=["missing", "short"])
def test_a_file_that_is_missing_or_short_is_named_with_both_lengths(
    name: str, cut: int | None, tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    collection = tmp_path / "c"
    crawl = crawl_of(site, collection, "--seed", site.site.seed, "--max-pages", 3)
    assert briefs(*crawl).returncode == 0
    (path,) = collection.glob(name)
    length = path.stat().st_size
    if cut is None:
        path.unlink()
    else:
        os.truncate(path, length - cut)
    ended = briefs(*crawl)
    found = "is missing" if cut is None else f"is {length - cut} bytes long"
    expected = (
        f"expected {length} committed bytes" if cut is None else f"expected at least the {length} that were committed"
    )
    assert (ended.returncode, ended.stderr) == (2, f"briefs: {path}: {found}, {expected}\n")


def test_a_warc_that_the_ledger_does_not_know_is_not_crawled_over(
    tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    crawl = crawl_of(site, tmp_path / "c", "--seed", site.site.seed, "--max-pages", 3)
    assert briefs(*crawl).returncode == 0
    (warc,) = (tmp_path / "c" / "archive").iterdir()
    stranger = warc.with_name(warc.name.replace("-00001", "-00002"))
    stranger.write_bytes(warc.read_bytes())
    ended = briefs(*crawl)
    assert ended.returncode == 2
    assert f"knows nothing of archive/{stranger.name}; `briefs recover` takes it in" in ended.stderr


def test_a_gate_opens_with_the_commit_that_holds_its_robots_txt(
    tmp_path: Path, site: SiteServer[GeneratedSite]
) -> None:
    crawl = crawl_of(site, tmp_path / "c", "--seed", site.site.seed, "--max-pages", 3)
    assert briefs(*crawl, BRIEFS_FAULT="warc synced:1").returncode == -signal.SIGKILL
    assert briefs(*crawl).returncode == 0
    asked = [entry.target for entry in site.log]
    stored = [record.url for record in read_with_warcio(tmp_path / "c" / "archive") if record.type == "response"]
    assert asked[:2] == ["/robots.txt", "/robots.txt"]
    assert stored[0].endswith("/robots.txt")
