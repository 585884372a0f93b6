"""Figures for Prometheus: read by its own parser, named by its rules, whole at every moment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.schedule.book import open_book
from crawler.schedule.metrics import write_metrics
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.schedule.conftest import Desk

Figures = dict[str, list[tuple[dict[str, str], float]]]


def figures_in(path: Path) -> Figures:
    """Return the figures by name, held against what promtool finds wrong with a file."""
    text = path.read_text(encoding="utf-8")
    figures: Figures = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation, family.name
        assert re.fullmatch(r"briefs_[a-z_]+", family.name)
        assert family.type in ("gauge", "counter")
        assert not re.search(r"_(?:ms|minutes|kb|mb|count|sum|bucket)$", family.name)
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter")
            assert sample.timestamp is None, "the textfile collector takes none"
            figures.setdefault(sample.name, []).append((sample.labels, sample.value))
    assert text.endswith("\n")
    return figures


def value(figures: Figures, name: str, **labels: str) -> float:
    (found,) = [value for given, value in figures[name] if given.items() >= labels.items()]
    return found


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder = tmp_path_factory.mktemp("metrics")
    with SiteServer(GeneratedSite(4, 3000), keep_bodies=False) as server:
        options = ("--seed", server.site.seed, "--metrics", folder / "crawl.prom")
        ended = briefs(*crawl_of(server, folder / 'a "quoted"\\collection', *options))
    assert ended.returncode == 0, ended.stderr
    assert sorted(path.name for path in folder.glob("crawl*")) == ["crawl.prom"]
    return figures_in(folder / "crawl.prom")


def test_a_crawl_writes_what_its_run_did(crawled: Figures) -> None:
    assert value(crawled, "briefs_run_exit_code") == 0
    assert value(crawled, "briefs_run_pages") == 4
    assert value(crawled, "briefs_run_lines", change="new") == 4
    assert value(crawled, "briefs_addresses", state="done") == 4
    assert value(crawled, "briefs_run_wire_bytes") > 12_000
    began, ended = (value(crawled, f"briefs_run_{name}_timestamp_seconds") for name in ("start", "end"))
    assert 0 <= ended - began <= value(crawled, "briefs_run_duration_seconds") + 1


def test_labels_hold_any_path(crawled: Figures) -> None:
    ((labels, _),) = crawled["briefs_run_exit_code"]
    assert labels["collection"].endswith('/a "quoted"\\collection')


def test_run_due_writes_the_figures_of_every_schedule(desk: Desk) -> None:
    desk.add()
    desk.add("--jitter", "30m", name="later")
    path = desk.folder / "due.prom"
    with desk.book() as book:
        schedule, first = next(one for one in book.schedules() if one[0].name == "later")
        book.move_on("later", first + 3600)
    desk.run_due("--metrics", path)
    figures = figures_in(path)
    assert value(figures, "briefs_schedule_last_exit_code", schedule="tides") == 0
    assert value(figures, "briefs_schedule_moments_total", schedule="tides", outcome="finished") == 1
    assert value(figures, "briefs_schedule_running", schedule="tides") == 0
    assert value(figures, "briefs_run_lines", schedule="tides", change="new") == 6
    assert value(figures, "briefs_schedule_next_timestamp_seconds", schedule="later") == pytest.approx(
        schedule.begins(first + 3600)
    )
    assert value(figures, "briefs_notifications_pending") == 0
    assert desk.turn().ended == pytest.approx(
        value(figures, "briefs_schedule_last_success_timestamp_seconds", schedule="tides")
    )


def test_no_schedule_makes_a_file_too(tmp_path: Path) -> None:
    with open_book(tmp_path / "s.sqlite", make=True) as book:
        write_metrics(book, tmp_path / "none.prom")
    assert figures_in(tmp_path / "none.prom") == {"briefs_notifications_pending": [({}, 0.0)]}


def test_a_file_that_cannot_be_written_is_refused_before_the_crawl(tmp_path: Path) -> None:
    ended = briefs("crawl", "demo", "--collection", tmp_path / "c", "--contact", "a@b.example",
                   "--metrics", tmp_path / "none" / "x.prom")  # fmt: skip
    assert ended.returncode == 2
    assert "x.prom: cannot be written, expected a file in a folder that is there" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_takes_no_figures_fails_no_crawl(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_book(tmp_path / "s.sqlite", make=True) as book:
        write_metrics(book, tmp_path / "gone" / "x.prom")
    assert "the metrics could not be written: No such file or directory" in caplog.text
