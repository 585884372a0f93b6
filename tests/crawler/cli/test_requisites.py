"""What pages need to look right: found, asked once over pages and runs, within limits, and never read as pages."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.collection import Collection
from crawler.demo.addresses import APEX, MEDIA
from crawler.demo.pieces import Pause, Piece
from crawler.demo.resource import Resource
from crawler.demo.server import SiteServer
from tests.crawler.cli.conftest import briefs
from tests.crawler.cli.crawls import Crawls
from tests.crawler.cli.looks import CDN, HOME, ONE, STORED, TWO, LooksSite, article

SEEDS = ("--seed", ONE, "--seed", TWO)
ROUND = [f"{HOME}/round{'-x' * number}.png" for number in range(9)]


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """One run with requisites, a second that asks the pages again and is told nothing of them."""
    with SiteServer(LooksSite()) as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("looks") / "c")
        crawls("--requisites", *SEEDS)
        crawls("--recrawl")
        yield crawls


@pytest.fixture
def server() -> Iterator[SiteServer[LooksSite]]:
    with SiteServer(LooksSite()) as running:
        yield running


@pytest.fixture
def fresh(server: SiteServer[LooksSite], tmp_path: Path) -> Crawls:
    """Return a collection without a run, of a site of its own."""
    return Crawls(server, tmp_path / "c")


def metadata_of(crawls: Crawls, url: str) -> dict[str, str]:
    (facts,) = [record.facts() for record in crawls.records() if record.type == "metadata" and record.url == url]
    return facts


def asked_for_looks(crawls: Crawls) -> list[str]:
    """Return the last run's requests, without robots.txt and the two pages."""
    return [url for url in crawls.done[-1].asked() if url not in (ONE, TWO)]


def one_page(crawls: Crawls, body: str, head: str = "") -> None:
    """Let the first page need no more than this."""
    crawls.server.site.resources[ONE] = article("One Harbour and Its Boats", head=head, body=body)


def test_every_kind_is_asked_once_over_two_pages_and_two_runs(crawls: Crawls) -> None:
    asked = Counter(url for crawl in crawls.done for url in crawl.asked())
    redirects = {f"{HOME}/hop-1.png", f"{HOME}/hop-2.png", *ROUND[:6]}
    assert set(asked) == {ONE, TWO, *STORED, *redirects, f"{HOME}/gone.png"}
    assert {url for url, count in asked.items() if count > 1} == {ONE, TWO}
    assert set(crawls.told("status", "--urls", "requisite").stdout.split()) == STORED
    assert crawls.done[1].report["requisites"]["asked"] == 0


def test_the_choice_is_kept_with_the_collection(crawls: Crawls) -> None:
    assert Collection(crawls.root).settings()["reach"]["requisites"] is True
    assert "scripts" not in Collection(crawls.root).settings()["reach"]


def test_nothing_of_it_is_a_problem_or_becomes_a_line(crawls: Crawls) -> None:
    first = crawls.done[0]
    assert first.ended.returncode == 0, first.ended.stdout
    assert (len(first.lines), first.rejects) == (2, [])
    assert {line["captured_url"] for line in first.lines} == {ONE, TWO}
    assert first.report["pages"] == 2
    assert first.report["problems"] == {}


def test_a_page_that_came_as_a_picture_leads_nowhere(crawls: Crawls) -> None:
    assert f"{HOME}/not-a-picture/" in crawls.done[0].asked()
    assert not [url for url in crawls.done[0].asked() if "/news/" in url and url not in (ONE, TWO)]


def test_the_report_says_what_came_of_them(crawls: Crawls) -> None:
    requisites = crawls.done[0].report["requisites"]
    sent = {entry.url: entry for entry in crawls.done[0].log if entry.target != "/robots.txt"}
    wire = sum(len(entry.request) + len(entry.response) for url, entry in sent.items() if url not in (ONE, TWO))
    assert requisites == {
        "asked": len(STORED) + 10,
        "states": {
            "requisite": len(STORED),
            "requisite redirected": 8,
            "requisite refused: robots": 1,
            "requisite failed: http 404": 1,
            "requisite left out: too many redirects": 1,
        },
        "bytes": wire,
        "limit": None,
        "waiting_for_robots": [],
    }
    told = crawls.told("status").stdout
    assert f"{len(STORED)} requisite," in told
    assert "requisites:" not in told, "the newest run asked for none"


def test_every_record_says_whose_looks_it_was_for(crawls: Crawls) -> None:
    sheet, deep = f"{HOME}/s.css?ver=5.2", f"{HOME}/deep/t.css"
    came = {url: (facts["hopsFromSeed"], facts["via"]) for url in (sheet, deep, f"{HOME}/hop-3.png", f"https://{CDN}/cdn.png")
            for facts in [metadata_of(crawls, url)]}  # fmt: skip
    assert came == {
        sheet: ("E", ONE),
        deep: ("EE", sheet),
        f"https://{CDN}/cdn.png": ("EEEE", f"https://{CDN}/c.css"),
        f"{HOME}/hop-3.png": ("ERR", f"{HOME}/hop-2.png"),
    }
    assert metadata_of(crawls, sheet)["seed"] == ONE


def test_the_same_picture_under_another_address_is_a_revisit(crawls: Crawls) -> None:
    kinds = {record.url: record.type for record in crawls.records() if record.type in ("response", "revisit")}
    assert {kinds[f"{HOME}/pic.png"], kinds[f"{HOME}/same-bytes.png"]} == {"response", "revisit"}


def test_every_hosts_robots_txt_is_asked_first_and_obeyed(crawls: Crawls) -> None:
    for host in (APEX, MEDIA, CDN):
        of_host = [entry.target for entry in crawls.done[0].log if entry.host == host]
        assert of_host.index("/robots.txt") == 0
    assert crawls.told("status", "--urls", "requisite refused").stdout.split() == [f"https://{MEDIA}/private/p.png"]
    assert metadata_of(crawls, f"https://{MEDIA}/m.png?w=1")["robotsTxt"] == "allowed"


def test_pages_are_asked_before_what_they_need(crawls: Crawls) -> None:
    assert crawls.done[0].asked()[:2] == [ONE, TWO]


def test_redirects_are_followed_five_deep(crawls: Crawls) -> None:
    assert [url for url in crawls.done[0].asked() if url in ROUND] == ROUND[:6]
    left_out = crawls.told("status", "--urls", "requisite left out").stdout.split()
    assert left_out == [ROUND[6]]


def test_a_rebuild_gives_the_same_bytes_and_a_recovery_the_same_states(crawls: Crawls) -> None:
    out = crawls.root.parent / "rebuilt"
    assert briefs("rebuild", crawls.root, "--out", out).returncode == 0
    for name in ("briefs.jsonl", "rejects.jsonl"):
        kept = crawls.root / name
        assert (out / name).read_bytes() == (kept.read_bytes() if kept.exists() else b"")
    before = crawls.states()
    for path in crawls.root.glob("ledger.sqlite*"):
        path.unlink()
    assert briefs("recover", crawls.root).returncode == 0
    # No WARC tells what robots.txt refused.
    assert Counter(crawls.states()) == Counter(before) - Counter({"requisite refused: robots": 1}) + Counter(pending=1)


def test_without_the_option_nothing_of_it_is_asked(fresh: Crawls) -> None:
    assert set(fresh(*SEEDS).asked()) == {ONE, TWO}
    assert "requisite" not in fresh.states()


def test_an_unchanged_page_brings_what_an_earlier_run_left(fresh: Crawls) -> None:
    fresh(*SEEDS)
    later = fresh("--recrawl", "--requisites")
    assert later.report["revisits"]["server-not-modified"] == 2
    assert set(later.asked()) >= STORED


def test_scripts_come_by_choice(fresh: Crawls) -> None:
    one_page(fresh, "", head='<script src="/a.js"></script>')
    assert fresh("--requisites-scripts", *SEEDS[:2]).asked() == [ONE, f"{HOME}/a.js"]
    assert (
        Collection(fresh.root).settings()["reach"] | {"scripts": True, "requisites": True}
        == (Collection(fresh.root).settings()["reach"])
    )


def test_a_setting_turns_it_off_for_good(fresh: Crawls) -> None:
    fresh("--requisites", "-s", "REQUISITES_MAX=1", *SEEDS)
    assert fresh.states()["pending"]
    ended = fresh("-s", "REQUISITES=False").ended
    assert "nothing is due" in ended.stderr
    assert fresh("-s", "REQUISITES=False", "--recrawl").asked() == [ONE, TWO]
    assert "nothing is due" in fresh().ended.stderr


def test_a_page_that_a_page_took_for_a_picture_is_read_once_it_is_linked(fresh: Crawls) -> None:
    one_page(fresh, f'<img src="{TWO}">')
    assert not [line for line in fresh("--requisites", *SEEDS[:2]).lines if line["captured_url"] == TWO]
    fresh.server.site.resources[TWO] = article("Two Harbours and Their Quays", head="", body="")
    later = fresh("--seed", TWO)
    assert [line["captured_url"] for line in later.lines] == [TWO]
    assert later.asked() == [TWO]


def test_the_limit_of_a_page_leaves_the_rest_out_and_another_page_may_bring_it(fresh: Crawls) -> None:
    one_page(fresh, "".join(f'<img src="/{n}.png">' for n in range(4)))
    fresh.server.site.resources[TWO] = article("Two Harbours and Their Quays", head="", body='<img src="/3.png">')
    crawl = fresh("--requisites", "-s", "REQUISITES_MAX_PER_PAGE=2", "--seed", ONE)
    assert asked_for_looks(fresh) == [f"{HOME}/0.png", f"{HOME}/1.png"]
    assert crawl.report["requisites"]["states"]["requisite left out: page limit"] == 2
    fresh("--seed", TWO, "-s", "REQUISITES_MAX_PER_PAGE=2")
    assert asked_for_looks(fresh) == [f"{HOME}/3.png"]
    assert fresh.told("status", "--urls", "requisite left out").stdout.split() == [f"{HOME}/2.png"]


@pytest.mark.parametrize("framing", ["plain", "chunked"])
def test_the_limit_of_size_cuts_one_there(fresh: Crawls, framing: str) -> None:
    one_page(fresh, '<img src="/big.png"><img src="/small.png">')
    big = Resource(media_type="image/png", body=b"x" * 300_000, framing=framing)
    fresh.server.site.resources[f"{HOME}/big.png"] = big
    crawl = fresh("--requisites", "-s", "REQUISITES_MAX_SIZE=50000", "--seed", ONE)
    assert crawl.ended.returncode == 0
    assert fresh.states() == {"done": 1, "requisite": 1, "requisite left out: size limit": 1}
    (record,) = [one for one in crawl.records if one.url == f"{HOME}/big.png" and one.type == "response"]
    assert (record["WARC-Truncated"], len(record.block) < 200_000) == ("length", True)
    assert crawl.asked().count(f"{HOME}/big.png") == 1


def test_the_limit_of_time_ends_one(fresh: Crawls) -> None:
    one_page(fresh, '<img src="/slow.png"><img src="/fast.png">')
    slow: tuple[Piece, ...] = (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow", Pause(threading.Event()))
    fresh.server.answers[APEX, "/slow.png"] = slow
    crawl = fresh("--requisites", "-s", "REQUISITES_TIMEOUT=0.5", "--seed", ONE)
    assert crawl.ended.returncode == 0
    assert fresh.states() == {"done": 1, "requisite": 1, "requisite left out: time limit": 1}
    assert crawl.asked().count(f"{HOME}/slow.png") == 1


@pytest.mark.parametrize("limit", ["REQUISITES_MAX=3", "REQUISITES_MAX_BYTES=1"])
def test_the_limits_of_a_run_leave_the_rest_to_a_later_one(fresh: Crawls, limit: str) -> None:
    one_page(fresh, "".join(f'<img src="/{n}.png">' for n in range(8)))
    first = fresh("--requisites", "-s", limit, "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1", "--seed", ONE)
    count = len(asked_for_looks(fresh))
    assert count == (3 if limit == "REQUISITES_MAX=3" else 1)
    assert (first.ended.returncode, first.report["requisites"]["limit"]) == (0, limit.partition("=")[0])
    assert first.report["remaining"] == 8 - count
    assert len(fresh().asked()) == 8 - count
    assert fresh.states() == {"done": 1, "requisite": 8}


def test_the_limit_of_pages_counts_no_requisites(fresh: Crawls) -> None:
    one_page(fresh, '<img src="/0.png"><img src="/1.png">')
    crawl = fresh("--requisites", "--max-pages", 1, *SEEDS)
    assert crawl.asked() == [ONE, f"{HOME}/0.png", f"{HOME}/1.png"]
    assert (crawl.report["pages"], crawl.report["remaining"]) == (1, 1)


def test_a_host_whose_robots_txt_cannot_be_had_is_left_alone_and_is_no_problem(fresh: Crawls) -> None:
    one_page(fresh, f'<img src="https://{CDN}/x.png"><img src="/0.png">')
    fresh.server.site.resources[f"https://{CDN}/robots.txt"] = Resource(status=500)
    crawl = fresh("--requisites", "--seed", ONE)
    assert (crawl.ended.returncode, crawl.report["waiting_for_robots"]) == (0, [])
    assert crawl.report["requisites"]["waiting_for_robots"] == [CDN]
    assert f"https://{CDN}/x.png" not in crawl.asked()


def test_one_that_fails_is_tried_again_and_stands_as_failed(fresh: Crawls) -> None:
    one_page(fresh, '<img src="/broken.png">')
    fresh.server.site.resources[f"{HOME}/broken.png"] = Resource(status=500)
    crawl = fresh("--requisites", "--seed", ONE)
    assert (crawl.ended.returncode, asked_for_looks(fresh)) == (0, [f"{HOME}/broken.png"] * 3)
    assert fresh.states() == {"done": 1, "requisite failed: http 500": 1}
    del fresh.server.site.resources[f"{HOME}/broken.png"]
    fresh.told("retry", "--state", "requisite failed")
    fresh()
    assert fresh.states() == {"done": 1, "requisite": 1}


def test_a_style_sheet_that_is_none_brings_nothing(fresh: Crawls) -> None:
    one_page(fresh, "", head='<link rel="stylesheet" href="/page.css"><link rel="stylesheet" href="/odd.css">')
    html = b"<!doctype html><style>p{background:url(no.png)}</style><img src=/no.png>"
    fresh.server.site.resources[f"{HOME}/page.css"] = Resource(body=html)
    odd = Resource(media_type="text/css", body=b"\x1f\x8b no gzip", fields=(("Content-Encoding", "gzip"),))
    fresh.server.site.resources[f"{HOME}/odd.css"] = odd
    fresh("--requisites", "--seed", ONE)
    assert asked_for_looks(fresh) == [f"{HOME}/page.css", f"{HOME}/odd.css"]


def test_what_is_asked_takes_anything(fresh: Crawls) -> None:
    one_page(fresh, '<img src="/0.png">')
    crawl = fresh("--requisites", "--seed", ONE)
    assert b"\r\nAccept: */*\r\n" in crawl.served(f"{HOME}/0.png").request
    assert b"\r\nAccept: text/html" in crawl.served(ONE).request


@pytest.mark.parametrize("value", ["maybe", "2x"])
def test_a_choice_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    ended = briefs("crawl", "demo", "--collection", tmp_path / "c", "-s", f"REQUISITES={value}")
    assert (ended.returncode, ended.stderr) == (2, f"briefs: REQUISITES is {value!r}, expected True or False\n")


def test_the_demo_captures_them_too(tmp_path: Path) -> None:
    ended = briefs("demo", "--requisites", "--json", "--collection", tmp_path / "c")
    states: dict[str, Any] = orjson.loads(ended.stdout)["requisites"]["states"]
    assert ended.returncode == 0
    assert states["requisite"] > 60
    assert set(states) == {"requisite", "requisite failed: http 404"}, "one picture is missing on purpose"
