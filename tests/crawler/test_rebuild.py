"""Rebuilding from the WARCs alone: the lines of the crawl, byte for byte, whatever the servers sent."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from archive.collection import Collection
from archive.errors import CollectionError, RecordError
from archive.reader import read_records
from crawler.demo.expected import expected_briefs
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import CLOSE
from crawler.demo.server import DemoServer, SiteServer
from crawler.items import Brief
from crawler.rebuild import Rebuilt, captured_pages, rebuild
from crawler.sites import get_site
from tests.crawler.cli.conftest import briefs, command, crawl_of

PAGE = (
    "<html lang=en><head><title>Copper — on the quay</title></head><body><article><h1>Copper — on the quay</h1>"
    f"<div class=entry-content><p>{'The harbour master counted forty crates. ' * 3}</p></div></article></body></html>"
)


GZIPPED = gzip.compress(PAGE.encode(), mtime=0)


def answer(*fields: str, body: bytes = PAGE.encode(), status: str = "200 OK") -> tuple[Any, ...]:
    head = "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""])
    return head.encode("utf-8") + body, CLOSE


ODD_ANSWERS = (
    answer("Content-Encoding: gzip", "Content-Type: text/html", body=b"no gzip at all"),
    answer("Content-Encoding: gzip", "Content-Type: text/html", body=gzip.compress(PAGE.encode(), mtime=0)[:-9]),
    answer("Content-Encoding: compress", body=PAGE.encode()),
    answer("Content-Encoding: gzip", "Content-Encoding: gzip", body=gzip.compress(GZIPPED, mtime=0)),
    answer("Content-Type: text/html", "Content-Length: 90000"),
    answer("Content-Type: text/html", "Transfer-Encoding: chunked", body=b"40\r\n" + PAGE.encode()),
    answer("Content-Type: text/html; charset=utf-8", "X-Robots-Tag: nöarchive", "x-robots-tag:", "X-Robots-Tag: none"),
    answer("Content-Type: text/html; charset=windows-1252", "TDM-Reservation: 1", "tdm-policy: /p", body=b"\xe9" * 9),
    answer("Content-Type: application/pdf", body=b"%PDF-1.7"),
    answer("Content-Type: text/html", body=b""),
    answer("Content-Type: text/html", "X-Folded: one,\r\n two", status="203 Non-Authoritative"),
    answer("Location: /café/", status="302 Found"),
    answer("Location:", status="302 Found"),
    answer("Location: https://[broken/", status="301 Moved"),
    answer("Location: /a/#part", status="300 Choices"),
    answer(status="204 No Content", body=b""),
)  # fmt: skip


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def problems_of(collection: Path, out: Path) -> tuple[Rebuilt, list[RecordError]]:
    """Rebuild, and return what the walk complained of."""
    problems: list[RecordError] = []
    return rebuild(Collection(collection), out, on_problem=problems.append), problems


def fail(problem: RecordError) -> None:
    raise problem


DERIVED = ["briefs.jsonl", "rejects.jsonl", "pages/pages.jsonl", "indexes/index.cdxj", "catalog.sqlite"]


def same_as_crawled(collection: Path, out: Path) -> Rebuilt:
    """Rebuild, and check that every byte is as the crawl wrote it."""
    rebuilt, problems = problems_of(collection, out)
    assert ([part.name for part in rebuilt.parts], problems) == (DERIVED, [])
    assert [part for part in rebuilt.parts if not part.is_same or not part.is_compared] == []
    assert rebuilt.same
    for name in DERIVED[:4]:
        assert (out / name).read_bytes() == (collection / name).read_bytes()
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == sorted(DERIVED)
    return rebuilt


def count_of(rebuilt: Rebuilt, name: str) -> int:
    return rebuilt.part(f"{name}.jsonl").count


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished crawl of the bundled site, translations too."""
    collection = tmp_path_factory.mktemp("crawled") / "c"
    with DemoServer() as server:
        ended = briefs(*crawl_of(server, collection, "--translations"))
    assert ended.returncode == 1, ended.stderr
    return collection


@pytest.fixture
def copy(crawled: Path, tmp_path: Path) -> Path:
    """A copy of that collection, to be spoiled."""
    return Path(shutil.copytree(crawled, tmp_path / "copy"))


def warc_of(collection: Path) -> Path:
    (warc,) = Collection(collection).warcs()
    return warc


def test_the_bundled_sites_lines_come_back_byte_for_byte(crawled: Path, tmp_path: Path) -> None:
    rebuilt = same_as_crawled(crawled, tmp_path / "out")
    assert count_of(rebuilt, "briefs") == len(expected_briefs(translations=True))
    assert count_of(rebuilt, "rejects") == len(lines_of(crawled / "rejects.jsonl")) > 5


def test_many_warcs_are_read_in_the_order_of_their_serials(tmp_path: Path) -> None:
    with DemoServer() as server:
        briefs(*crawl_of(server, tmp_path / "c", "-s", "WARC_MAX_SIZE=20000", "-s", "WARC_DIGEST=sha1"))
    assert len(Collection(tmp_path / "c").warcs()) > 5
    same_as_crawled(tmp_path / "c", tmp_path / "out")


def test_pages_are_read_up_to_the_size_that_their_crawl_read(tmp_path: Path) -> None:
    with DemoServer() as server:
        small = ("-s", "DOWNLOAD_MAXSIZE=45000")
        ended = briefs(*crawl_of(server, tmp_path / "c", *small, "--seed", f"{server.site.seed}"))
    rejects = (tmp_path / "c" / "rejects.jsonl").read_text()
    assert "decoded body is over 45000 bytes" in rejects, ended.stderr
    same_as_crawled(tmp_path / "c", tmp_path / "out")


def test_whatever_servers_send_is_read_the_same(tmp_path: Path) -> None:
    with DemoServer() as server:
        paths = [urlsplit(brief.url).path for brief in expected_briefs() if brief.url != server.site.seed]
        server.answers.update({("harbour.example", path): odd for path, odd in zip(paths, ODD_ANSWERS, strict=False)})
        seeds = [part for path in paths[: len(ODD_ANSWERS)] for part in ("--seed", f"https://harbour.example{path}")]
        ended = briefs(*crawl_of(server, tmp_path / "c", *seeds, "-s", "RETRY_TIMES=1"))
    assert ended.returncode in (0, 1), ended.stderr
    same_as_crawled(tmp_path / "c", tmp_path / "out")
    reasons = {orjson.loads(line)["reason"] for line in lines_of(tmp_path / "c" / "rejects.jsonl")}
    assert reasons >= {"undecodable", "empty", "not html", "cut: disconnect"}


def test_where_robots_txt_is_not_asked_the_lines_say_so(tmp_path: Path) -> None:
    with DemoServer() as server:
        briefs(*crawl_of(server, tmp_path / "c", "--max-pages", 3, "-s", "ROBOTSTXT_OBEY=False"))
    same_as_crawled(tmp_path / "c", tmp_path / "out")
    rights = {orjson.loads(line)["rights"]["robots_txt"] for line in lines_of(tmp_path / "c" / "briefs.jsonl")}
    assert rights == {None}


@pytest.mark.parametrize("signals", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT)])
def test_a_crawl_that_was_stopped_comes_back_byte_for_byte(signals: tuple[int, ...], tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(2000, 20_000), keep_bodies=False) as server:
        process = subprocess.Popen(
            command(*crawl_of(server, tmp_path / "c", "--seed", server.site.seed, "-s", "DOWNLOAD_DELAY=0")),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert server.wait_for(40)
        for number in signals:
            process.send_signal(number)
        process.communicate(timeout=60)
    rebuilt = same_as_crawled(tmp_path / "c", tmp_path / "out")
    assert 30 < count_of(rebuilt, "briefs") < 2000


def test_versions_tombstones_and_revisits_of_a_second_run_come_back(bundled: Path, tmp_path: Path) -> None:
    again = ("-s", "RECRAWL_AFTER=0.001")
    shutil.copytree(bundled, tmp_path / "c")
    with DemoServer() as server:
        server.site.edit("eel-smuggling-estuary")
        server.site.typography("counterfeit-lifejackets")
        server.site.remove("container-seal-forgery")
        briefs(*crawl_of(server, tmp_path / "c", *again))
        server.site.edit("eel-smuggling-estuary", new="Nobody has been charged, then or since.")
        briefs(*crawl_of(server, tmp_path / "c", *again))
    same_as_crawled(tmp_path / "c", tmp_path / "out")
    lines = [orjson.loads(line) for line in lines_of(tmp_path / "c" / "briefs.jsonl")]
    assert sorted(line["change"] for line in lines if line["version"] > 1) == ["gone", "substantive", "substantive"]
    pages = captured_pages(Collection(tmp_path / "c"), get_site("demo"))
    assert sum(page.capture.http_status == 304 for page in pages) > 40


def test_a_crawl_that_was_killed_and_resumed_comes_back(tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(120, 20_000), keep_bodies=False) as server:
        arguments = crawl_of(server, tmp_path / "c", "--seed", server.site.seed, "-s", "DOWNLOAD_DELAY=0")
        for count in (30, 80):
            process = subprocess.Popen(command(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            assert server.wait_for(count)
            process.kill()
            process.wait(timeout=60)
        assert briefs(*arguments).returncode == 0
    assert count_of(same_as_crawled(tmp_path / "c", tmp_path / "out"), "briefs") == 120


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.77, 0.999])
def test_a_truncated_warc_gives_a_prefix_and_says_where_it_ends(cut: float, copy: Path, tmp_path: Path) -> None:
    warc = warc_of(copy)
    content = warc.read_bytes()
    warc.write_bytes(content[: int(len(content) * cut)])
    warc.rename(warc.with_name(f"{warc.name}.open"))
    rebuilt, problems = problems_of(copy, tmp_path / "out")
    for name in ("briefs.jsonl", "rejects.jsonl"):
        whole, part = lines_of(copy / name), lines_of(tmp_path / "out" / name)
        assert part == whole[: len(part)]
    assert problems
    assert all(str(warc) in str(problem.path) for problem in problems)
    total = len(lines_of(copy / "briefs.jsonl")) + len(lines_of(copy / "rejects.jsonl"))
    assert count_of(rebuilt, "briefs") + count_of(rebuilt, "rejects") == pytest.approx(total * cut, abs=8)


def test_a_cut_at_any_byte_of_an_exchange_leaves_out_that_exchange_alone(copy: Path) -> None:
    warc = warc_of(copy)
    content = warc.read_bytes()
    site = get_site("demo")
    every = [page.capture.offset for page in captured_pages(Collection(copy), site)]
    begin, end = every[3], every[4]
    for at in range(begin, end, 97):
        warc.write_bytes(content[:at])
        pages = captured_pages(Collection(copy), site, on_problem=lambda problem: None)
        assert [page.capture.offset for page in pages] == every[:3]


def test_committed_lengths_bound_what_is_read(copy: Path) -> None:
    site = get_site("demo")
    warc = warc_of(copy)
    offsets = [record.offset for record in read_records(warc) if record.type == "response"]
    with warc.open("ab") as stream:
        stream.write(b"a crawl is writing here")
    every = list(captured_pages(Collection(copy), site, {f"archive/{warc.name}": offsets[5]}, on_problem=fail))
    assert [page.capture.offset for page in every] == [offset for offset in offsets[:5] if offset != offsets[0]]
    assert list(captured_pages(Collection(copy), site, {"archive/other.warc.gz": 9}, on_problem=fail)) == []


def test_lines_past_the_committed_length_are_not_compared(copy: Path, tmp_path: Path) -> None:
    collection = Collection(copy)
    places = [warc_of(copy), collection.briefs, collection.rejects]
    committed = {str(path.relative_to(copy)): path.stat().st_size for path in places}
    for path in places:
        with path.open("ab") as stream:
            stream.write(b"a crawl is writing here")
    assert rebuild(collection, tmp_path / "out", committed, on_problem=fail).same
    assert not rebuild(collection, tmp_path / "all", on_problem=lambda problem: None).same


def test_damage_costs_its_exchange_alone_and_is_told_by_file_and_offset(copy: Path, tmp_path: Path) -> None:
    warc = warc_of(copy)
    pages = list(captured_pages(Collection(copy), get_site("demo")))
    hurt = next(page for page in pages[4:] if isinstance(page.reading, Brief))
    spoiled = bytearray(warc.read_bytes())
    spoiled[hurt.capture.offset + hurt.capture.length // 2] ^= 0x10
    warc.write_bytes(spoiled)
    problems: list[RecordError] = []
    left = list(captured_pages(Collection(copy), get_site("demo"), on_problem=problems.append))
    assert [page.capture for page in left] == [page.capture for page in pages if page != hurt]
    assert [(problem.path, problem.offset) for problem in problems] == [(warc, hurt.capture.offset)]
    assert not problems_of(copy, tmp_path / "out")[0].same


@pytest.mark.parametrize("kind", ["response", "request", "metadata", "warcinfo"])
def test_any_damaged_record_is_told_and_nothing_crashes(kind: str, copy: Path, tmp_path: Path) -> None:
    warc = warc_of(copy)
    records = [(record.offset, record.length) for record in read_records(warc) if record.type == kind]
    offset, length = records[len(records) // 2]
    spoiled = bytearray(warc.read_bytes())
    for place in range(offset + 10, offset + length):
        spoiled[place] = 0
    warc.write_bytes(spoiled)
    _, problems = problems_of(copy, tmp_path / "out")
    assert offset in [problem.offset for problem in problems]


def test_a_page_is_what_the_crawl_folded(crawled: Path) -> None:
    pages = {page.capture.record_id: page for page in captured_pages(Collection(crawled), get_site("demo"))}
    lines = [orjson.loads(line) for line in lines_of(crawled / "briefs.jsonl")]
    for line in lines:
        page = pages[line["capture"]["record_id"]]
        assert orjson.loads(orjson.dumps(page.capture)) == line["capture"]
        assert (page.run, page.url) == (line["run"], line["captured_url"])
        assert page.hop
        assert (page.hop.seed, page.hop.via, page.hop.hops) == (line["seed"], line["via"], line["hops"])
        assert isinstance(page.reading, Brief)
        assert replace(page.reading, capture=None).title == line["title"]
    assert not [page for page in pages.values() if page.url.endswith("robots.txt")]
    assert [page.location for page in pages.values() if 300 <= page.capture.http_status < 400]


def test_the_out_folder_must_be_new(crawled: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CollectionError, match="not empty"):
        rebuild(Collection(crawled), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
