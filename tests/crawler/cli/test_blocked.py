"""A server that sends challenges, walls and errors in the place of articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.addresses import APEX
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import Piece
from crawler.demo.server import SiteServer
from crawler.exit_codes import WAITING
from tests.crawler.blocking.pages import ANSWERS, Answer, page
from tests.crawler.cli.crawls import Crawls

COUNT = 12
LOST, CHALLENGED, WALLED, REFUSED, LIMITED = 3, 4, 5, 6, 7
SENT = {
    LOST: Answer(reason="article lost", body=page("Tide Table 3", "<h1>Tide Table 3</h1><p>Read it in the app.</p>")),
    CHALLENGED: ANSWERS["waiting page"],
    WALLED: ANSWERS["consent wall"],
    REFUSED: ANSWERS["status"],
    LIMITED: ANSWERS["captcha box alone"],
}


def pieces(answer: Answer) -> tuple[Piece, ...]:
    """Return what goes over the wire, with a validator that a careless crawl would ask about."""
    body = answer.body.encode()
    fields = (*answer.fields, 'ETag: "blocked"', "Content-Type: text/html", f"Content-Length: {len(body)}")
    return ("\r\n".join([f"HTTP/1.1 {answer.status} Whatever", *fields, "", ""]).encode() + body,)


def path(number: int) -> str:
    return f"/news/brief/tide-table-{number}/"


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Crawl a sound site, then one that blocks five pages, then the sound one again."""
    with SiteServer(GeneratedSite(COUNT, 3000)) as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("blocked") / "c")
        crawls("--seed", server.site.seed)
        server.answers.update({(APEX, path(number)): pieces(answer) for number, answer in SENT.items()})
        crawls("--recrawl", "-s", "BLOCKED_IN_A_ROW=0")
        server.answers.clear()
        crawls("--recrawl")
        yield crawls


def test_every_blocked_page_is_archived_and_marked_by_what_it_is(crawls: Crawls) -> None:
    second = crawls.done[1]
    assert {state: count for state, count in second.report["urls"].items() if state.startswith("blocked")} == {
        "blocked: refused": 1,
        "blocked: captcha": 1,
        "blocked: challenge": 1,
        "blocked: consent wall": 1,
        "blocked: article lost": 1,
    }
    for number, answer in SENT.items():
        url = crawls.server.site.url(number)
        (stored,) = [one for one in second.records if one.url == url and one.type == "response"]
        assert stored.block == b"".join(piece for piece in pieces(answer) if isinstance(piece, bytes))


def test_each_makes_a_rejection_with_its_rule_and_no_line_of_a_brief(crawls: Crawls) -> None:
    second = crawls.done[1]
    assert second.lines == []
    assert {line["captured_url"]: line["reason"] for line in second.rejects} == {
        crawls.server.site.url(number): f"blocked: {answer.reason}" for number, answer in SENT.items()
    }
    details = {line["reason"]: line["detail"] for line in second.rejects}
    assert details["blocked: consent wall"].startswith("rule consent wall: status 200; title 'Before you continue")
    assert details["blocked: article lost"].startswith("rule lost article: no body, captured here before: version 1")


def test_the_exit_code_and_the_report_say_so(crawls: Crawls) -> None:
    second = crawls.done[1]
    assert second.ended.returncode == 1
    assert second.report["blocked"] == {
        "rules": {"status": 1, "captcha box alone": 1, "waiting page": 1, "consent wall": 1, "lost article": 1},
        "stopped": [],
        "limit": 0,
    }
    assert set(second.report["problems"]) == {state for state in second.report["urls"] if "blocked" in state}


def test_no_blocked_answer_is_asked_for_twice_in_a_run(crawls: Crawls) -> None:
    assert len(crawls.done[1].asked()) == COUNT


def test_known_works_stand_as_they_were_once_the_pages_are_back(crawls: Crawls) -> None:
    third = crawls.done[2]
    assert third.ended.returncode == 0
    assert (third.lines, third.rejects) == ([], [])
    assert set(third.report["urls"]) == {"done", "not-modified"}


def test_no_validator_of_a_blocked_page_is_sent(crawls: Crawls) -> None:
    third = crawls.done[2]
    assert not [entry for entry in third.log if b'"blocked"' in entry.request]
    asked = {number: third.served(crawls.server.site.url(number)).request for number in SENT}
    assert b"If-None-Match" not in asked[WALLED], "its newest capture that answered 200 is the wall"
    assert b'If-None-Match: "tide-6"' in asked[REFUSED], "a refusal says nothing of the page"


def test_a_rebuild_gives_the_same_bytes(crawls: Crawls, tmp_path: Path) -> None:
    ended = crawls.told("rebuild", "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output


def test_verify_finds_nothing(crawls: Crawls) -> None:
    ended = crawls.told("verify")
    assert ended.exit_code == 0, ended.output


def test_recover_gives_the_same_states(crawls: Crawls, tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(COUNT, 3000)) as server:
        server.answers.update({(APEX, path(number)): pieces(answer) for number, answer in SENT.items()})
        blocked = Crawls(server, tmp_path / "c")
        blocked("--seed", server.site.seed, "-s", "BLOCKED_IN_A_ROW=0")
        before = blocked.states()
        for file in blocked.root.glob("ledger.sqlite*"):
            file.unlink()
        assert blocked.told("recover").exit_code == 0
        assert blocked.states() == before


def test_a_run_of_blocked_pages_stops_the_host_and_the_rest_waits(tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(8, 3000)) as server:
        crawls = Crawls(server, tmp_path / "c")
        crawls("--seed", server.site.seed)
        server.answers.update({(APEX, path(number)): pieces(ANSWERS["waiting page"]) for number in range(8)})
        stopped = crawls("--recrawl", "-s", "BLOCKED_IN_A_ROW=3")
        assert stopped.ended.returncode == WAITING
        assert stopped.report["blocked"] == {"rules": {"waiting page": 3}, "stopped": [APEX], "limit": 3}
        assert "is parked for the rest of this run: 3 blocked pages in a row" in stopped.ended.stderr
        assert (len(stopped.asked()), stopped.report["remaining"]) == (3, 5)
        server.answers.clear()
        again = crawls("--recrawl")
        assert (again.ended.returncode, again.lines, again.report["remaining"]) == (0, [], 0)
