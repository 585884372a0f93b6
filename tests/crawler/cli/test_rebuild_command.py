"""`briefs rebuild` as a process: what it prints, and its exit codes."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest

from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.rebuild.foreign import URL, http, of, record, warcinfo, write
from tests.faults.test_disk import on_a_small_disk


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


def test_without_out_nothing_is_left_behind_and_the_collection_is_as_it_was(crawled: Path) -> None:
    def files() -> dict[str, bytes]:
        every = (path for path in crawled.parent.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in every if not path.name.startswith("ledger.sqlite-")}

    before = files()
    ended = briefs("rebuild", crawled, "--jobs", 3)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 5
    assert files() == before


def test_a_file_that_is_lost_is_said_to_be_not_stored(crawled: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(crawled, tmp_path / "c"))
    (copy / "indexes" / "index.cdxj").unlink()
    (copy / "catalog.sqlite").unlink()
    ended = briefs("rebuild", copy)
    assert ended.returncode == 1
    assert [line.rpartition(", ")[2] for line in ended.stdout.splitlines()] == [
        "as stored",
        "as stored",
        "as stored",
        "not stored",
        "not stored",
    ]


def test_compare_is_for_people_and_for_programs(crawled: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(crawled, tmp_path / "c"))
    lines = [orjson.loads(line) for line in (copy / "briefs.jsonl").read_bytes().splitlines()]
    had, lost = lines[0]["byline"], lines[0] | {"byline": None}
    changed = [lost, *lines[2:]]
    (copy / "briefs.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in changed))
    (copy / "ledger.sqlite").unlink()
    ended = briefs("rebuild", copy, "--compare")
    assert ended.returncode == 1
    same = len(lines) - 2 + len((copy / "rejects.jsonl").read_bytes().splitlines())
    assert f"{same} lines are the same, 2 differ" in ended.stdout
    assert f'null -> "{had}"' in ended.stdout
    assert "no line -> brief: 1" in ended.stdout
    comparison = orjson.loads(briefs("rebuild", copy, "--compare", "--json").stdout)["comparison"]
    (row,) = [row for row in comparison["fields"] if row["gained"]]
    assert (row["site"], row["name"], row["gained"], row["lost"]) == ("demo", "byline", 1, 0)
    assert row["examples"]["gained"][0]["now"] == had


def test_other_crawlers_files_make_lines_without_a_collection(tmp_path: Path) -> None:
    one = write(tmp_path / "one.warc.gz", warcinfo(), record("response", 2, http(), of(URL)))
    two = write(tmp_path / "two.warc", record("response", 3, http(status="404 Not Found"), of(URL)))
    ended = briefs("rebuild", "--from", one, two, "--site", "demo", "--out", tmp_path / "out")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[0] == f"{tmp_path / 'out' / 'briefs.jsonl'}: 2 lines"
    lines = [orjson.loads(line) for line in (tmp_path / "out" / "briefs.jsonl").read_bytes().splitlines()]
    assert [(line["change"], line["run"], line["capture"]["warc"]) for line in lines] == [
        ("new", "foreign", "one.warc.gz"),
        ("gone", "foreign", "two.warc"),
    ]


def test_damage_in_other_crawlers_files_is_told_and_exit_1(tmp_path: Path) -> None:
    records = [record("response", number, http(), of(URL)) for number in (2, 3)]
    path = write(tmp_path / "cut.warc.gz", *records)
    path.write_bytes(path.read_bytes()[:-20])
    ended = briefs("rebuild", "--from", path, "--site", "demo", "--out", tmp_path / "out", "--json")
    assert ended.returncode == 1
    assert "the file ends inside this gzip member" in ended.stderr
    assert orjson.loads(ended.stdout) == {"files": {"briefs.jsonl": 1, "rejects.jsonl": 0}, "problems": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["c", "d"], "expected one COLLECTION"),
        (["c", "--site", "demo"], "expected one COLLECTION"),
        (["--compare"], "expected one COLLECTION"),
        (["--from", "x.warc"], "--from needs --site SITE and --out FOLDER"),
        (["--from", "x.warc", "--site", "demo"], "--from needs --site SITE and --out FOLDER"),
        (["--from", "x.warc", "--site", "demo", "--out", "o", "--accept"], "are for a collection"),
        (["--from", "x.warc", "--site", "demo", "--out", "o"], "x.warc at byte 0: no file is there"),
        (["--from", "x.warc", "--site", "nowhere", "--out", "o"], "no file is there"),
        (["c", "--jobs", "0"], "--jobs"),
    ],
)
def test_mistakes_are_exit_2(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    ended = briefs("rebuild", *arguments, cwd=tmp_path)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_leaves_no_folder_half_made(crawled: Path, tmp_path: Path) -> None:
    ended = on_a_small_disk(60_000, "rebuild", crawled, "--out", tmp_path / "out")
    assert ended.returncode == 2
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith(f"briefs: {tmp_path}")
    assert [*tmp_path.iterdir()] == []
