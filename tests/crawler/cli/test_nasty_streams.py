"""Whatever a server sends, it is recorded, and the crawl goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from crawler.demo.addresses import APEX
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import Piece
from crawler.demo.served import Request
from crawler.demo.server import SiteServer
from tests.crawler.cli.crawls import Crawl, Crawls
from tests.crawler.cli.nasty import HOME, MOST, STREAMS, at, redirect

LIMITS = {
    "DOWNLOAD_MAXSIZE": MOST,
    "DOWNLOAD_TIMEOUT": 3,
    "RETRY_TIMES": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "BLOCKED_IN_A_ROW": 0,
}


def count_on(request: Request) -> Iterable[Piece]:
    """Redirect to the same address with a higher number."""
    _, _, number = request.target.partition("?n=")
    return (redirect(at("redirect-300-times") + b"?n=%d" % (int(number or 0) + 1)),)


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Crawl every stream in one run, and a sound page behind them."""
    folder = tmp_path_factory.mktemp("nasty")
    with SiteServer(GeneratedSite(1, 3000), keep_bodies=False) as server:
        for name, (stream, _) in STREAMS.items():
            server.answers[APEX, f"/news/brief/{name}/"] = stream
        server.answers[APEX, "/news/brief/redirect-300-times/"] = count_on
        server.answers[APEX, "/news/brief/on-the-way-back/"] = (redirect(at("redirect-out")),)
        seeds = [f"{HOME}{name}/" for name in STREAMS]
        (folder / "seeds.txt").write_text("\n".join([*seeds, server.site.seed]))
        crawls = Crawls(server, folder / "c")
        limits = [part for name, value in LIMITS.items() for part in ("-s", f"{name}={value}")]
        crawls("--seeds", folder / "seeds.txt", *limits)
        yield crawls


@pytest.fixture(scope="module")
def crawl(crawls: Crawls) -> Crawl:
    return crawls.done[0]


@pytest.fixture(scope="module")
def states(crawls: Crawls) -> dict[str, str]:
    """Return the state of each address."""
    return states_of(crawls)


def states_of(crawls: Crawls) -> dict[str, str]:
    return {url: state for state in crawls.states() for url in crawls.told("status", "--urls", state).stdout.split()}


def test_there_are_more_streams_than_anybody_asked_for() -> None:
    assert len(STREAMS) > 37


def test_the_crawl_ends_by_itself_with_every_address_in_an_end_state(crawl: Crawl) -> None:
    assert crawl.ended.returncode == 1
    assert crawl.report["state"] == "finished", crawl.ended.stderr
    assert crawl.report["remaining"] == 0
    assert "Traceback" not in crawl.ended.stderr


def test_the_sound_page_behind_them_is_read(crawls: Crawls, states: dict[str, str]) -> None:
    assert states[crawls.server.site.seed] == "done"


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_is_a_capture_or_a_recorded_failure(name: str, crawl: Crawl, states: dict[str, str]) -> None:
    url = f"{HOME}{name}/"
    records = {record.type: record for record in crawl.records if record.url == url}
    assert states[url].startswith(STREAMS[name][1]), states[url]
    assert "metadata" in records
    assert "response" in records or "revisit" in records or "fetchError" in records["metadata"].facts()


def test_other_tools_read_the_files(crawls: Crawls) -> None:
    verified = crawls.told("verify").output
    assert "\n1 error: status-line-made 1\n" in verified, "a server that says HTTP/2.0 in the words of HTTP/1.1"
    warcs = sorted(map(str, (crawls.root / "archive").glob("*.warc.gz")))
    checked = subprocess.run(
        [Path(sys.executable).parent / "warcio", "check", *warcs], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_a_rebuild_gives_the_same_bytes(crawls: Crawls, tmp_path: Path) -> None:
    ended = crawls.told("rebuild", "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output


def test_redirects_in_a_circle_and_without_end_are_named(states: dict[str, str]) -> None:
    assert states[f"{HOME}on-the-way-back/"] == "redirected: loop"
    assert states[f"{HOME}redirect-300-times/?n=11"] == "out of scope: too many redirects"
    assert states["http://169.254.169.254/latest/meta-data/"] == "out of scope: other host"
    assert states["javascript:alert(1)"] == "out of scope: malformed address"


def test_recover_gives_the_same_states(crawls: Crawls, states: dict[str, str]) -> None:
    for file in crawls.root.glob("ledger.sqlite*"):
        file.unlink()
    assert crawls.told("recover").exit_code == 0
    recovered = states_of(crawls)
    assert {url: (state, recovered.get(url)) for url, state in states.items() if recovered.get(url) != state} == {}


def test_no_answer_is_taken_for_that_of_another_request(crawl: Crawl) -> None:
    assert not [line for line in crawl.lines + crawl.rejects if "poison" in str(line)]
