"""`briefs index`, `list` and `get`, over two crawls of the bundled site, the second of pages that did not change."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from archive.collection import Collection, WriteLock
from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, command
from tests.crawler.cli.crawls import Crawls
from tests.faults.checks import unlike_made_anew
from tests.judges import judge

HOME = "https://harbour.example"
PAGE = f"{HOME}/news/brief/harbour-watch-fuel-smuggling/"
SENT_TWICE = f"{HOME}/news-briefs/lamplighters-night-boats"
"""An address that brings the payload of another one."""


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with DemoServer() as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("indexed") / "c")
        crawls()
        crawls("--recrawl")
        yield crawls


@pytest.fixture(scope="module")
def root(crawls: Crawls) -> Path:
    return crawls.root


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(root, tmp_path / "copy")
    return tmp_path / "copy"


def index_of(root: Path) -> list[str]:
    return (root / "indexes" / "index.cdxj").read_text().splitlines()


def listed(root: Path, *options: object) -> list[dict[str, str]]:
    ended = briefs("list", root, "--json", *options)
    assert (ended.returncode, ended.stderr) == (0, "")
    return [orjson.loads(line) for line in ended.stdout.splitlines()]


def got(root: Path, *options: object) -> bytes:
    ended = subprocess.run(command("get", root, *options), capture_output=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_crawl_leaves_what_briefs_index_makes(root: Path) -> None:
    assert unlike_made_anew(root) == []
    assert index_of(root)


def test_the_index_is_cdxj_indexers_less_304s_and_with_the_digests_of_chunked_payloads(root: Path) -> None:
    warcs = sorted((root / "archive").iterdir())
    said = subprocess.run([judge("cdxj-indexer"), "-s", *warcs], capture_output=True, text=True, check=True)
    theirs = [line.split(" ", 2) for line in said.stdout.splitlines()]
    ours = [line.split(" ", 2) for line in index_of(root)]
    hidden = [line for line in theirs if '"status": "304"' in line[2]]
    kept = [line for line in theirs if line not in hidden]
    assert hidden
    assert [line[:2] for line in ours] == [line[:2] for line in kept]
    chunked = 0
    for mine, other in zip(ours, kept, strict=True):
        one, two = json.loads(mine[2]), json.loads(other[2])
        chunked += one["digest"] != two["digest"]
        assert two["digest"].startswith("sha1:") == (one["digest"] != two["digest"])
        assert {**one, "digest": ""} == {**two, "digest": ""}
    assert chunked


def test_index_makes_what_was_lost_and_says_what_there_is(copy: Path) -> None:
    before = {path: path.read_bytes() for path in (copy / "indexes" / "index.cdxj", copy / "pages" / "pages.jsonl")}
    for path in before:
        path.unlink()
        path.parent.rmdir()
    (copy / "catalog.sqlite").write_bytes(b"lost")
    ended = briefs("index", copy, "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert {path: path.read_bytes() for path in before} == before
    pages = len((copy / "pages" / "pages.jsonl").read_bytes().splitlines()) - 1
    assert orjson.loads(ended.stdout) == {
        "captures": len(listed(copy)),
        "lines": len(index_of(copy)),
        "pages": pages,
    }
    assert briefs("index", copy).stdout.splitlines()[1] == f"{copy}/pages/pages.jsonl: {pages} pages"


def test_index_is_refused_while_another_process_writes(copy: Path) -> None:
    lock = WriteLock(Collection(copy))
    try:
        ended = briefs("index", copy)
    finally:
        lock.release()
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "is writing here, expected no other writer" in ended.stderr


def test_every_page_replays_from_the_index(root: Path) -> None:
    keys = {(json.loads(line.split(" ", 2)[2])["url"], line.split(" ", 2)[1]) for line in index_of(root)}
    pages = [orjson.loads(line) for line in (root / "pages" / "pages.jsonl").read_bytes().splitlines()][1:]
    stamps = [(page["url"], "".join(filter(str.isdigit, page["ts"]))) for page in pages]
    assert stamps
    assert not [stamp for stamp in stamps if stamp not in keys]


def test_list_shows_captures_in_their_order_304s_too(root: Path) -> None:
    captures = listed(root)
    assert [one["timestamp"] for one in captures] == sorted(one["timestamp"] for one in captures)
    of_page = listed(root, "--url", PAGE)
    assert [(one["status"], one["profile"]) for one in of_page] == [("200", ""), ("304", "server-not-modified")]
    rows = briefs("list", root, "--url", PAGE).stdout.splitlines()
    assert [row.split() for row in rows] == [
        [
            one["timestamp"],
            one["status"],
            one["mime"],
            one["profile"] or one["type"],
            str(one["length"]),
            f"{one['warc']}:{one['offset']}",
            one["url"],
        ]
        for one in of_page
    ]


def test_list_takes_any_spelling_a_star_and_a_time(root: Path) -> None:
    assert listed(root, "--url", PAGE.replace("https://", "http://www.").upper()) == listed(root, "--url", PAGE)
    assert {one["url"] for one in listed(root, "--url", f"{HOME}/news-briefs/*")} > {SENT_TWICE}
    captures = listed(root)
    first = captures[0]["timestamp"]
    assert listed(root, "--until", first) == [one for one in captures if one["timestamp"] == first]
    assert listed(root, "--since", first[:4]) == captures


def test_get_gives_the_body_of_the_newest_capture_out_of_its_original(crawls: Crawls) -> None:
    ended = subprocess.run(command("get", crawls.root, PAGE), capture_output=True, timeout=120, check=False)
    assert ended.stdout == got(crawls.root, PAGE, "--at", listed(crawls.root)[0]["timestamp"], "--body")
    assert b"Harbour Watch Numbers" in ended.stdout
    assert b"304  warc/revisit      server-not-modified" in ended.stderr
    assert got(crawls.root, PAGE, "--headers").startswith(b"HTTP/1.1 304 ")
    assert got(crawls.root, SENT_TWICE).startswith(b"<!doctype html")


def test_get_gives_the_bytes_that_the_server_sent(crawls: Crawls) -> None:
    (sent,) = [entry for entry in crawls.done[0].log if entry.url == PAGE]
    at = listed(crawls.root, "--url", PAGE)[0]["timestamp"]
    assert got(crawls.root, PAGE, "--raw", "--at", at) == sent.response
    assert got(crawls.root, PAGE, "--headers", "--at", at) == sent.response.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("get", f"{HOME}/nothing-here"), f"no capture of {HOME}/nothing-here; next to it in the catalogue: {HOME}/"),
        (("get", PAGE, "--at", "soon"), "time is 'soon', expected a date such as 2026-11-24, or 4 to 14 digits"),
        (("list", "--url", f"{HOME}/nothing-here"), f"no capture of {HOME}/nothing-here; next to it"),
        (("list", "--url", PAGE, "--until", "1999"), "is of that address and time"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str, root: Path) -> None:
    name, *rest = arguments
    ended = briefs(name, root, *rest)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_folder_that_is_no_collection_is_refused(tmp_path: Path) -> None:
    for line in (("index", tmp_path), ("list", tmp_path), ("get", tmp_path, PAGE)):
        ended = briefs(*line)
        assert (ended.returncode, ended.stderr) == (
            2,
            f"briefs: {tmp_path}: no collection here: collection.toml is missing\n",
        )


def test_get_says_when_the_capture_is_of_another_time(root: Path) -> None:
    (first, *_) = listed(root, "--url", PAGE)
    near = briefs("get", root, PAGE, "--at", "1999")
    assert near.returncode == 0
    assert near.stderr == f"briefs: {briefs('list', root, '--url', PAGE).stdout.splitlines()[0]}\n"
    assert briefs("get", root, PAGE, "--at", first["timestamp"]).stderr == ""


@pytest.mark.parametrize("arguments", [("get", ""), ("get", " "), ("list", "--url", "")], ids=str)
def test_an_empty_address_is_refused(arguments: tuple[str, ...], root: Path) -> None:
    name, *address = arguments
    ended = briefs(name, root, *address)
    assert ended.returncode == 2
    assert "it is empty, expected an address" in ended.stderr


def test_what_the_disk_refuses_is_one_sentence(copy: Path) -> None:
    warc = min((copy / "archive").iterdir())
    warc.unlink()
    warc.mkdir()
    ended = briefs("get", copy, PAGE, "--at", "1999")
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == f"briefs: {warc}: cannot be read or written: Is a directory"
    assert "Traceback" not in ended.stderr
