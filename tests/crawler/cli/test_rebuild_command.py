"""`briefs rebuild` as a process: what it prints, and its exit codes."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, crawl_of


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    collection = tmp_path_factory.mktemp("crawled") / "c"
    with DemoServer() as server:
        briefs(*crawl_of(server, collection, "--max-pages", 8))
    return collection


def test_says_how_many_lines_and_that_they_are_the_same(crawled: Path, tmp_path: Path) -> None:
    number = len((crawled / "briefs.jsonl").read_bytes().splitlines())
    ended = briefs("rebuild", crawled, "--out", tmp_path / "out")
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    assert ended.stdout.splitlines()[0] == f"briefs.jsonl: {number} lines, as stored"
    assert ended.stdout.splitlines()[-1] == f"all of it is kept in {tmp_path / 'out'}"


def test_names_the_first_line_that_differs_and_exits_1(crawled: Path, tmp_path: Path) -> None:
    own = crawled / "briefs.jsonl"
    kept = own.read_bytes()
    lines = kept.splitlines(keepends=True)
    try:
        own.write_bytes(b"".join([*lines[:2], lines[2].replace(b"a", b"e", 1), *lines[3:]]))
        ended = briefs("rebuild", crawled, "--out", tmp_path / "out")
        told = briefs("rebuild", crawled, "--out", tmp_path / "json", "--json")
    finally:
        own.write_bytes(kept)
    assert ended.returncode == told.returncode == 1
    assert f"briefs.jsonl: {len(lines)} lines, the first that differs is 3" in ended.stdout
    content = orjson.loads(told.stdout)
    assert (content["same"], content["accepted"], content["problems"]) == (False, False, 0)
    assert content["files"][0] == {
        "name": "briefs.jsonl",
        "count": len(lines),
        "is_stored": True,
        "is_compared": True,
        "differs_at": 3,
        "is_same": False,
    }
    assert [file["is_same"] for file in content["files"][1:]] == [True] * 4
    assert (tmp_path / "out" / "briefs.jsonl").read_bytes() == kept


def test_a_line_past_the_last_commit_is_none_of_the_collections(crawled: Path, tmp_path: Path) -> None:
    own = crawled / "rejects.jsonl"
    kept = own.read_bytes()
    try:
        own.write_bytes(kept + b"{}\n")
        ended = briefs("rebuild", crawled, "--out", tmp_path / "out", "--json")
    finally:
        own.write_bytes(kept)
    assert orjson.loads(ended.stdout)["same"]


def test_bad_input_is_exit_2_with_one_sentence(crawled: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "collection.toml").write_text('format = 1\nsite = "nowhere"\n')
    refused = [
        (tmp_path / "none", tmp_path / "out", "no collection here"),
        (crawled, tmp_path / "full", "is not empty, expected a new folder"),
        (crawled, tmp_path / "full" / "notes.txt", "cannot be read or written: File exists"),
        (tmp_path / "foreign", tmp_path / "out", "'nowhere'"),
    ]
    for collection, out, sentence in refused:
        ended = briefs("rebuild", collection, "--out", out)
        assert ended.returncode == 2, ended.stdout
        assert sentence in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
