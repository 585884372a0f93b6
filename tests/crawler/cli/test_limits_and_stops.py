"""Limits, signals, and Scrapy's own front."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from archive.collection import Collection
from crawler.demo.expected import expected_briefs
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import DemoServer, SiteServer
from crawler.settings import EXTENSIONS
from tests.crawler.capture.conftest import read_with_warcio
from tests.crawler.cli.conftest import CONTACT, briefs, command, crawl_of

ROOT = Path(__file__).parents[3]


def lines_of(collection: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in (collection / "briefs.jsonl").read_bytes().splitlines()]


def test_max_pages_leaves_the_rest_pending(tmp_path: Path, server: DemoServer) -> None:
    ended = briefs(*crawl_of(server, tmp_path / "c", "--max-pages", 3, "--json"))
    report = orjson.loads(ended.stdout)
    asked = {entry.target for entry in server.log if entry.target != "/robots.txt"}
    assert len(asked) == 3
    assert report["remaining"] == report["urls"]["pending"] > 0
    assert ended.returncode == 0


def test_max_hops_bounds_the_way_from_the_seed(tmp_path: Path, server: DemoServer) -> None:
    ended = briefs(*crawl_of(server, tmp_path / "c", "--max-hops", 1, "--json"))
    assert orjson.loads(ended.stdout)["urls"]["out of scope: max hops"] > 0
    assert {str(line["hops"]).count("L") for line in lines_of(tmp_path / "c")} == {0, 1}


def test_translations_are_followed_when_asked(tmp_path: Path, server: DemoServer) -> None:
    briefs(*crawl_of(server, tmp_path / "c", "--translations"))
    lines = {line["url"] for line in lines_of(tmp_path / "c")}
    assert lines == {brief.url for brief in expected_briefs(translations=True)}
    assert lines > {brief.url for brief in expected_briefs()}


def test_the_settings_of_a_reach_are_heard_and_options_go_over_them(tmp_path: Path, server: DemoServer) -> None:
    reach = ("-s", "MAX_PAGES=1", "-s", "FOLLOW_TRANSLATIONS=1", "-s", "MAX_HOPS=2")
    report = orjson.loads(briefs(*crawl_of(server, tmp_path / "set", *reach, "--json")).stdout)
    assert sum(report["urls"].values()) - report["remaining"] == 1
    settings = Collection(tmp_path / "set").settings()
    assert settings["reach"] == {"max_pages": 1, "max_hops": 2, "translations": True}
    briefs(*crawl_of(server, tmp_path / "over", *reach, "--max-pages", 0, "--max-hops", 1))
    settings = Collection(tmp_path / "over").settings()
    assert settings["reach"] == {"max_pages": 0, "max_hops": 1, "translations": True}


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_finishes_what_is_in_flight_and_closes_the_files(signum: int, code: int, tmp_path: Path) -> None:
    collection = tmp_path / "c"
    with SiteServer(GeneratedSite(2000, 5000), keep_bodies=False) as server:
        process = subprocess.Popen(
            command(*crawl_of(server, collection, "--seed", server.site.seed)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert server.wait_for(40)
        process.send_signal(signum)
        output, errors = process.communicate(timeout=60)
        asked = [entry.url for entry in server.log if entry.target != "/robots.txt"]
    assert process.returncode == code, errors
    assert "finishing what is in flight" in errors
    assert "remaining:" in output
    assert errors.splitlines()[-1].startswith(f"briefs: stopped by {signal.Signals(signum).name}; {collection} keeps")
    assert not list((collection / "archive").glob("*.open"))
    responses = [record.url for record in read_with_warcio(collection / "archive") if record.type == "response"]
    assert sorted(asked) == sorted(url for url in responses if not url.endswith("/robots.txt"))
    assert {line["url"] for line in lines_of(collection)} == set(asked)


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_the_imports_ends_quietly(signum: int, code: int, tmp_path: Path) -> None:
    # A module of Scrapy's name says when the imports have come to it, and takes its time.
    (tmp_path / "scrapy.py").write_text("import time\nprint('importing', flush=True)\ntime.sleep(60)\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with subprocess.Popen(
        command("demo"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signum)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (code, "")


def test_a_signal_before_the_first_page_is_asked_is_not_lost(tmp_path: Path, server: DemoServer) -> None:
    (tmp_path / "early.py").write_text(
        "import os, signal\n"
        "class Early:\n"
        "    @classmethod\n"
        "    def from_crawler(cls, crawler):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        return cls()\n"
    )
    extensions = orjson.dumps({**EXTENSIONS, "early.Early": 500}).decode()
    arguments = crawl_of(server, tmp_path / "c", "--json", "-s", f"EXTENSIONS={extensions}")
    ended = briefs(*arguments, PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert ended.returncode == 130, ended.stderr
    assert orjson.loads(ended.stdout)["state"] == "shutdown"
    assert not list((tmp_path / "c" / "archive").glob("*.open"))


def test_the_demo_says_nothing_of_looking_when_it_was_stopped(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("demo", "--collection", "demo"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as process:
        while not list(tmp_path.glob("demo/archive/*.open")):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Look at what was made" not in output
    assert "on purpose" not in output
    assert errors.splitlines()[-1].startswith("briefs: the demo was stopped")


def test_scrapys_own_command_crawls_as_well(tmp_path: Path, server: DemoServer) -> None:
    mappings = ",".join(server.connect_to)
    arguments = ["-a", "site=demo", "-a", f"collection={tmp_path / 'c'}", "-s", f"CONTACT={CONTACT}"]
    arguments += ["-s", "RETRY_WAIT=0.01"]
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "briefs", *arguments, "-s", f"CONNECT_TO={mappings}"],
        cwd=ROOT,
        env={**os.environ, "SSL_CERT_FILE": str(server.ca_file)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert len(lines_of(tmp_path / "c")) > 10
    assert (tmp_path / "c" / "collection.toml").exists()


def test_the_installed_wheel_works_in_any_folder(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert {name for folder in ("archive", "crawler") for name in files_below(ROOT / folder)} <= names_in(wheel)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*install, str(tmp_path / "site"), str(wheel)], check=True, capture_output=True)
    run = [sys.executable, "-m", "crawler"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    where = subprocess.run(
        [sys.executable, "-c", "import crawler; print(crawler.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(tmp_path / "site"))
    demo = subprocess.run([*run, "demo"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert demo.returncode == 0, demo.stderr
    assert len(lines_of(tmp_path / "demo-collection")) > 10
    assert "-m crawler show demo-collection" in demo.stdout


def files_below(folder: Path) -> Iterator[str]:
    """Yield the files of a package by their names in a wheel: templates, style sheets and rules are among them."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    yield from (str(path.relative_to(folder.parent)) for path in files)


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())
