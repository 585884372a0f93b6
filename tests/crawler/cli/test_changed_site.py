"""A site that changes between runs: one edit, one change of typography, a page gone and back, a new one, a redirect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.collection import Collection
from crawler.cli.summary import summary
from crawler.demo.addresses import APEX
from crawler.demo.server import DemoServer
from tests.crawler.cli.browser import chromium
from tests.crawler.cli.changed import (
    EDITED,
    LINKING,
    MOVED,
    NEW,
    OTHER_NAME,
    REMOVED,
    RESET,
    crawl_four_times,
    work_of,
)
from tests.crawler.cli.crawls import Crawls


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with DemoServer() as server:
        yield crawl_four_times(server, tmp_path_factory.mktemp("changed") / "c")


def test_a_real_edit_is_one_new_version_with_its_diff(crawls: Crawls) -> None:
    (line,) = [line for line in crawls.done[1].lines if line["change"] == "substantive"]
    assert (line["id"], line["version"]) == (work_of(crawls.server, EDITED), 2)
    (change,) = line["diff"]
    added = "".join(words for mark, words in change["words"] if mark == "+")
    assert change["field"] == "body"
    assert "confirmed" in added
    (first,) = [each for each in crawls.done[0].lines if each["id"] == line["id"]]
    assert "".join(words for mark, words in change["words"] if mark != "+") == first["text"]
    assert "".join(words for mark, words in change["words"] if mark != "-") == line["text"]


def test_typography_and_cards_make_no_line_and_count_as_cosmetic(crawls: Crawls) -> None:
    again = crawls.done[1]
    assert again.served(crawls.server.site.address(RESET)).response.startswith(b"HTTP/1.1 200 ")
    assert not [line for line in again.lines if line["id"] == work_of(crawls.server, RESET)]
    assert again.report["cosmetic"] == 2, "the typography, and the page that has one card more"
    assert "2 pages whose bytes changed and whose substance did not" in again_summary(crawls)


def again_summary(crawls: Crawls) -> str:
    """Return the second run's report as a person reads it."""
    return summary(Collection(crawls.root), crawls.done[1].report)


def test_a_page_gone_is_one_tombstone(crawls: Crawls) -> None:
    (line,) = [line for line in crawls.done[1].lines if line["change"] == "gone"]
    assert (line["id"], line["version"], line["text"], line["body"]) == (work_of(crawls.server, REMOVED), 2, "", [])
    assert line["capture"]["http_status"] == 410
    assert crawls.done[1].rejects == []


def test_a_new_page_is_one_new_work(crawls: Crawls) -> None:
    (line,) = [line for line in crawls.done[1].lines if line["change"] == "new"]
    assert (line["url"], line["version"]) == (crawls.server.site.address(NEW), 1)
    assert line["via"] == crawls.server.site.address(LINKING)


def test_these_are_all_lines_of_the_second_run(crawls: Crawls) -> None:
    assert crawls.done[1].report["briefs"] == {"substantive": 1, "gone": 1, "new": 1}
    assert len(crawls.done[1].lines) == 3


def test_a_page_that_comes_back_is_asked_whole_and_is_the_next_version(crawls: Crawls) -> None:
    back = crawls.done[2]
    assert b"\r\nIf-None-Match:" not in back.served(crawls.server.site.address(REMOVED)).request
    (line,) = [line for line in back.lines if line["id"] == work_of(crawls.server, REMOVED)]
    (first,) = [line for line in crawls.done[0].lines if line["id"] == work_of(crawls.server, REMOVED)]
    assert (line["version"], line["change"], line["text"]) == (3, "substantive", first["text"])
    assert back.report["briefs"] == {"substantive": 1}
    assert back.report["cosmetic"] == 1, "the page with the card to the redirect"


def test_a_redirect_to_a_known_work_is_an_alias_of_its_next_line(crawls: Crawls) -> None:
    assert crawls.done[2].served(f"https://{APEX}{MOVED}").response.startswith(b"HTTP/1.1 301 ")
    (line,) = crawls.done[3].lines
    assert (line["id"], line["version"]) == (work_of(crawls.server, EDITED), 3)
    assert f"https://{APEX}{MOVED}" in line["aliases"]


def test_another_address_that_goes_away_buries_no_living_work(crawls: Crawls) -> None:
    assert [reject["reason"] for reject in crawls.done[2].rejects] == ["http 404"]
    assert crawls.done[2].rejects[0]["captured_url"] == f"https://{APEX}{OTHER_NAME}"
    assert crawls.done[3].rejects == []


def test_the_sums_close_after_every_run(crawls: Crawls) -> None:
    for crawl in crawls.done:
        assert crawl.report["urls_seen"] == sum(crawl.report["urls"].values())
        assert crawl.report["remaining"] == 0
    assert crawls.states() == crawls.done[3].report["urls"]


def test_show_prints_the_newest_version_under_every_address(crawls: Crawls) -> None:
    for name in (work_of(crawls.server, EDITED), crawls.server.site.address(EDITED), f"https://{APEX}{MOVED}"):
        shown = crawls.told("show", name).stdout
        assert "The port then denied them." in shown
        assert "version 3 (substantive)" in shown
    older = crawls.told("show", work_of(crawls.server, EDITED), "--version", "1").stdout
    assert "confirmed the figures" not in older


def test_history_prints_every_version_and_its_differences(crawls: Crawls) -> None:
    printed = crawls.told("history", work_of(crawls.server, EDITED)[:9]).stdout
    heads = [line.split(",")[0] for line in printed.splitlines() if line.startswith("version ")]
    assert heads == ["version 1 (new)", "version 2 (substantive)", "version 3 (substantive)"]
    assert "    + denied" in printed
    buried = crawls.told("history", work_of(crawls.server, REMOVED)).stdout
    assert "version 2 (gone)" in buried


def test_a_rebuild_gives_the_same_bytes(crawls: Crawls, tmp_path: Path) -> None:
    ended = crawls.told("rebuild", "--out", tmp_path / "out")
    assert ended.exit_code == 0, ended.output


def test_the_page_of_a_run_opens_from_disk_and_shows_what_changed(crawls: Crawls, tmp_path: Path) -> None:
    path = crawls.root / "runs" / crawls.done[1].report["run"] / "report.html"
    with chromium(tmp_path / "profile") as browser:
        browser.open(path.as_uri())
        shown = browser.driver.find_element("tag name", "main").text
        inserted = [element.text for element in browser.driver.find_elements("tag name", "ins")]
        assert browser.complaints() == []
        assert browser.hosts_asked() == set()
    assert "1 new, 1 changed, 1 gone." in shown
    assert any("confirmed" in words for words in inserted)
    assert crawls.server.site.articles[NEW].title in shown


def test_a_run_s_page_is_written_again_by_the_beginning_of_its_name(crawls: Crawls) -> None:
    run = crawls.done[0].report["run"]
    path = crawls.root / "runs" / run / "report.html"
    before = path.read_bytes()
    path.unlink()
    told = crawls.told("report", run)
    assert told.stdout == f"{path}\n"
    assert path.read_bytes() == before


def test_looking_at_a_collection_at_rest_shows_it_once(crawls: Crawls) -> None:
    assert crawls.told("status", "--watch").stdout == crawls.told("status").stdout


def test_a_state_that_no_address_is_in_is_said_to_be_none(crawls: Crawls) -> None:
    told = crawls.told("status", "--urls", "nosuch")
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr.startswith("briefs: no address is 'nosuch'; the states here: ")
