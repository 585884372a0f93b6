"""A feed that prints the whole text of what is taken down."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo.server import DemoServer
from tests.crawler.cli.changed import work_of
from tests.crawler.cli.crawls import Crawls
from tests.crawler.takedown.traces import passages_of, traces_of

FEED = "https://harbour.example/feed/"
IN_FEED = "weapons-in-ice-blocks"


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Crawl the bundled site twice with its sources: the second time its feed is what it was."""
    with DemoServer() as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("sources") / "c")
        crawls("--discover")
        crawls("--discover", "--recrawl")
        yield crawls


@pytest.fixture(scope="module")
def passages(crawls: Crawls) -> list[bytes]:
    """Return what the article says, without its first sentences: a list of articles prints those."""
    lines = [line for line in crawls.lines("briefs") if line["id"] == work_of(crawls.server, IN_FEED)]
    return passages_of({**line, "body": line["body"][1:]} for line in lines)


@pytest.fixture(scope="module")
def taken(crawls: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Crawls:
    """Return a copy from which the article was taken down."""
    taken = Crawls(crawls.server, Path(shutil.copytree(crawls.root, tmp_path_factory.mktemp("taken") / "c")))
    ended = taken.told("takedown", work_of(crawls.server, IN_FEED), "--reason", "asked", "--yes")
    assert ended.exit_code == 0, ended.output
    assert f"printed the text, and is asked again: {FEED}" in ended.output
    return taken


def test_no_feed_holds_the_text_any_more(crawls: Crawls, taken: Crawls, passages: list[bytes]) -> None:
    assert len(passages) > 3
    assert traces_of(passages, crawls.root) != []
    assert traces_of(passages, taken.root) == []
    assert "no capture of" in taken.told("list", "--url", FEED).output
    assert taken.told("list", "--url", "https://harbour.example/sitemap.xml").exit_code == 0, "it prints no text"


def test_it_verifies_rebuilds_and_is_recovered(taken: Crawls, tmp_path: Path) -> None:
    copy = Crawls(taken.server, Path(shutil.copytree(taken.root, tmp_path / "c")))
    assert "nothing is wrong" in copy.told("verify").output
    assert copy.told("rebuild").exit_code == 0
    for path in copy.root.glob("ledger.sqlite*"):
        path.unlink()
    assert copy.told("recover").exit_code == 0
    assert FEED not in copy.told("status", "--urls", "refused: takedown").output


def test_the_feed_is_asked_again_in_full(taken: Crawls, passages: list[bytes], tmp_path: Path) -> None:
    copy = Crawls(taken.server, Path(shutil.copytree(taken.root, tmp_path / "c")))
    article = copy.server.site.articles[IN_FEED]
    copy.server.site.remove(IN_FEED)
    copy("--discover", "--recrawl")
    copy.server.site.restore(article)
    assert b"If-None-Match" not in copy.done[-1].served(FEED).request
    assert traces_of(passages, copy.root) == []
    assert "nothing is wrong" in copy.told("verify").output


def test_a_feed_is_taken_down_itself_when_it_is_named(taken: Crawls, tmp_path: Path) -> None:
    copy = Crawls(taken.server, Path(shutil.copytree(taken.root, tmp_path / "c")))
    ended = copy.told("takedown", "https://harbour.example/category/news/", "--reason", "asked", "--yes")
    assert ended.exit_code == 0, ended.output
    assert "nothing is wrong" in copy.told("verify").output
    assert "category/news/" in copy.told("status", "--urls", "refused: takedown").output
