"""The bundled site, crawled over real sockets by a process of its own, held against what the server knows."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.reader import read_record
from crawler.demo.expected import expected_briefs, expected_outcomes
from crawler.demo.served import Served
from crawler.demo.server import DemoServer
from tests.crawler.capture.conftest import Stored, read_with_warcio
from tests.crawler.cli.conftest import briefs, command, crawl_of


@dataclass(frozen=True)
class Crawled:
    """A finished crawl, and the server's own log of it."""

    collection: Path
    ended: subprocess.CompletedProcess[str]
    lines: dict[str, dict[str, Any]]
    rejects: list[dict[str, Any]]
    records: list[Stored]
    log: list[Served]

    @property
    def report(self) -> dict[str, Any]:
        """Return what `--json` printed."""
        report: dict[str, Any] = orjson.loads(self.ended.stdout)
        return report


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    collection = tmp_path_factory.mktemp("demo") / "collection"
    with DemoServer() as server:
        ended = briefs(*crawl_of(server, collection, "--json"))
        log = server.log
    lines = [orjson.loads(line) for line in (collection / "briefs.jsonl").read_bytes().splitlines()]
    rejects = [orjson.loads(line) for line in (collection / "rejects.jsonl").read_bytes().splitlines()]
    assert len({line["url"] for line in lines}) == len(lines)
    return Crawled(
        collection, ended, {line["url"]: line for line in lines}, rejects, read_with_warcio(collection / "archive"), log
    )


def test_every_brief_reachable_by_related_links_is_one_line(crawled: Crawled) -> None:
    assert sorted(crawled.lines) == sorted(brief.url for brief in expected_briefs())


@pytest.mark.parametrize(
    "expected", expected_briefs(), ids=lambda expected: expected.url.rstrip("/").rpartition("/")[2]
)
def test_every_field_is_right(expected: Any, crawled: Crawled) -> None:
    line = crawled.lines[expected.url]
    assert line["title"] == expected.title
    assert tuple(line["authors"]) == expected.authors
    assert line["published"] == expected.published
    assert tuple(line["tags"]) == expected.tags
    assert (line["kind"], line["language"]) == (expected.kind, expected.language)
    assert [(block["type"], block["text"]) for block in line["body"]] == [tuple(block) for block in expected.body]
    assert {link["url"] for link in line["related"]} == set(expected.related)


@pytest.mark.parametrize(
    "expected", expected_briefs(), ids=lambda expected: expected.url.rstrip("/").rpartition("/")[2]
)
def test_every_filled_field_has_its_evidence(expected: Any, crawled: Crawled) -> None:
    line = crawled.lines[expected.url]
    for name in (
        "title",
        "byline",
        "authors",
        "published",
        "tags",
        "kind",
        "language",
        "body",
        "related",
        "standfirst",
    ):
        if line[name]:
            assert line["evidence"][name]["rule"], name


def test_every_address_ends_where_it_should(crawled: Crawled) -> None:
    report = crawled.report
    assert report["urls_seen"] == sum(report["urls"].values())
    assert report["remaining"] == 0
    same = {"loop": "redirected", "alias": "done"}
    expected = Counter(same.get(outcome.state, outcome.state) for outcome in expected_outcomes())
    expected["done"] += len(expected_briefs())
    # A card that leads to a tag page is a tag's link, not a related one.
    out_of_scope = [outcome for outcome in expected_outcomes() if outcome.state == "out of scope"]
    actual: Counter[str] = Counter()
    for state, count in report["urls"].items():
        actual[state.partition(":")[0]] += count
    expected["out of scope"] -= sum("/tag/" in outcome.url or "/etiqueta/" in outcome.url for outcome in out_of_scope)
    assert actual == expected
    assert crawled.ended.returncode == 1, "the site has a page that always answers 500"


def test_nothing_is_fetched_twice_but_what_is_retried(crawled: Crawled) -> None:
    asked = Counter(entry.url for entry in crawled.log)
    retried = {url for url, count in asked.items() if count > 1}
    assert retried <= {entry.url for entry in crawled.log if entry.response.split(b" ")[1:2] == [b"500"]}


def test_every_block_is_what_the_server_logged(crawled: Crawled) -> None:
    blocks = Counter((record.url, hashlib.sha256(record.block).hexdigest()) for record in crawled.records
                     if record.type == "response")  # fmt: skip
    served = Counter((entry.url, entry.response_sha256) for entry in crawled.log)
    repeated = [record for record in crawled.records if record.type == "revisit"]
    assert blocks + Counter((record.url, _served_with(crawled, record)) for record in repeated) == served
    requests = Counter((record.url, record.block) for record in crawled.records if record.type == "request")
    assert requests == Counter((entry.url, entry.request) for entry in crawled.log)


def _served_with(crawled: Crawled, record: Stored) -> str:
    """Return the digest of the response whose head a revisit kept."""
    (entry,) = [entry for entry in crawled.log if entry.url == record.url and entry.response.startswith(record.block)]
    return entry.response_sha256


def test_every_lines_capture_is_its_record(crawled: Crawled) -> None:
    served = {entry.url: entry for entry in crawled.log}
    for line in crawled.lines.values():
        capture = line["capture"]
        record = read_record(crawled.collection / "archive" / capture["warc"], capture["offset"])
        assert record.record_id == capture["record_id"]
        assert record.target_uri == line["captured_url"]
        assert record.read_block() == served[line["captured_url"]].response


def test_robots_txt_is_obeyed_and_kept(crawled: Crawled) -> None:
    refused = [outcome.url for outcome in expected_outcomes() if outcome.state == "refused"]
    assert refused
    assert not [entry.url for entry in crawled.log if entry.url in refused]
    assert [record for record in crawled.records if record.url.endswith("/robots.txt") and record.type == "response"]


def test_the_warcinfo_names_what_captured(crawled: Crawled) -> None:
    (information,) = [record.facts() for record in crawled.records if record.type == "warcinfo"]
    names = [part.partition("/")[0] for part in information["software"].split(" ")]
    assert names == ["brief-archive", "scrapy", "twisted", "warcio"]


def test_the_user_agent_says_who_asks(crawled: Crawled) -> None:
    assert all(b"\r\nUser-Agent: brief-archive/" in entry.request for entry in crawled.log)
    assert all(b"(+https://harbour.example/who-we-are)" in entry.request for entry in crawled.log)
    assert not any(b"\r\nReferer:" in entry.request or b"\r\nCookie:" in entry.request for entry in crawled.log)


def test_the_lines_stand_in_the_order_of_their_captures(crawled: Crawled) -> None:
    offsets = [line["capture"]["offset"] for line in crawled.lines.values()]
    assert offsets == sorted(offsets)


def test_show_prints_a_brief_and_its_evidence(crawled: Crawled) -> None:
    line = next(iter(crawled.lines.values()))
    shown = briefs("show", crawled.collection, line["id"][:8])
    assert shown.returncode == 0
    assert line["title"] in shown.stdout
    assert line["evidence"]["title"]["rule"] in shown.stdout
    assert line["capture"]["record_id"] in shown.stdout
    assert orjson.loads(briefs("show", crawled.collection, line["url"], "--json").stdout) == line
    listed = briefs("show", crawled.collection).stdout.splitlines()
    assert len(listed) == len(crawled.lines)
    as_json = briefs("show", crawled.collection, "--json").stdout.splitlines()
    assert [orjson.loads(row) for row in as_json] == list(crawled.lines.values())


def test_show_takes_an_address_in_any_spelling(crawled: Crawled) -> None:
    url = next(iter(crawled.lines))
    spelled = url.replace("https://", "http://www.").rstrip("/") + "?utm_source=letter#top"
    shown = briefs("show", crawled.collection, spelled, "--json")
    assert orjson.loads(shown.stdout)["url"] == url


def test_show_refuses_a_version_of_no_work(crawled: Crawled) -> None:
    ended = briefs("show", crawled.collection, "--version", 1)
    assert ended.returncode == 2
    assert "--version is of one work: give its ID too." in ended.stderr


@pytest.mark.parametrize("line", [b"[1, 2]\n", b'{"schema": "reject/1"}\n', b'{"schema": "brief/1"}\n'])
def test_show_names_a_line_that_is_no_brief(line: bytes, crawled: Crawled, tmp_path: Path) -> None:
    whole = (crawled.collection / "briefs.jsonl").read_bytes().splitlines(keepends=True)
    copy = shutil.copytree(crawled.collection, tmp_path / "copy")
    (copy / "briefs.jsonl").write_bytes(whole[0] + line + whole[1])
    ended = briefs("show", copy)
    assert ended.returncode == 2
    assert ended.stderr == f"briefs: {copy}/briefs.jsonl: line 2 is no brief, expected the fields of brief/1\n"


def test_a_reader_that_goes_away_ends_it_quietly(crawled: Crawled) -> None:
    arguments = command("show", crawled.collection, "--json")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_show_of_an_unknown_brief_says_so(crawled: Crawled) -> None:
    ended = briefs("show", crawled.collection, "feedbeef")
    assert (ended.returncode, ended.stderr) == (2, "briefs: no brief 'feedbeef'\n")


def test_status_repeats_the_report(crawled: Crawled) -> None:
    assert orjson.loads(briefs("status", crawled.collection, "--json").stdout) == crawled.report
    assert "briefs:" in briefs("status", crawled.collection).stdout


def test_a_second_crawl_finds_nothing_due(crawled: Crawled) -> None:
    ended = briefs("crawl", "demo", "--collection", crawled.collection)
    assert ended.returncode == 0
    assert "nothing is due" in ended.stderr
    assert len(list((crawled.collection / "runs").iterdir())) == 1
