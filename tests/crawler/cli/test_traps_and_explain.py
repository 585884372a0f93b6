"""Traps on a site, and `briefs explain`, which names the rule that saw each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson
import pytest
from click.testing import CliRunner, Result

from crawler.cli.main import main
from crawler.demo.addresses import APEX
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import Piece
from crawler.demo.served import Request
from crawler.demo.server import SiteServer
from crawler.traps import MOST_VARIANTS
from tests.crawler.cli.crawls import Crawls

HOME = "https://harbour.example"
MAZE = f"{HOME}/news/brief/maze/"
MOVED = f"{HOME}/news/brief/moved-in-name/"
TRAPS = {
    f"{HOME}/news/news/news/": "repeated segments",
    f"{HOME}/news/brief/tide-table-1/?month=7&year=2041": "calendar",
    f"{HOME}/news/brief/{'a' * 2100}/": "address too long",
    f"{HOME}/news/brief/tide-table-1/?f=1&f=2&f=3&f=4": "too many parameters",
    "https://elsewhere.example/news/brief/a/": "other host",
    "http://]/": "malformed address",
}


def page_linking(addresses: Iterable[str], canonical: str) -> tuple[Piece, ...]:
    """Return a brief with cards to those addresses."""
    cards = "".join(
        f'<article class="post"><h3 class="entry-title"><a href="{address}">More of it</a></h3></article>'
        for address in addresses
    )
    page = GeneratedSite(1, 3000).page(0).decode().replace(f"{HOME}/news/brief/tide-table-0/", canonical)
    related = f'<h2 class="accent-header">Related Content</h2>{cards}'
    body = page.replace("</main>", f"{related}</main>", 1).encode()
    return (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body,)


def maze(request: Request) -> Iterable[Piece]:
    """Link to three more pages of the same path, whatever was asked."""
    number = int(request.target.partition("?step=")[2] or 0)
    return page_linking([f"{MAZE}?step={3 * number + more}" for more in (1, 2, 3)], MAZE)


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with SiteServer(GeneratedSite(2, 3000), keep_bodies=False) as server:
        server.answers[APEX, "/news/brief/tide-table-0/"] = page_linking([*TRAPS, MAZE, MOVED], server.site.seed)
        server.answers[APEX, "/news/brief/maze/"] = maze
        server.answers[APEX, "/news/brief/moved-in-name/"] = page_linking([], "https://elsewhere.example/news/brief/a/")
        crawls = Crawls(server, tmp_path_factory.mktemp("traps") / "c")
        crawls("--seed", server.site.seed)
        yield crawls


def explain(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["explain", *map(str, arguments)])


@pytest.mark.parametrize("url", [url for url in TRAPS if url != "http://]/"])
def test_each_trap_is_a_state_with_its_rule(url: str, crawls: Crawls) -> None:
    told = orjson.loads(explain(url[:2000], "--collection", crawls.root, "--json").stdout)
    assert told["found"]["state"] == f"out of scope: {TRAPS[url]}"
    assert told["found"]["via"] == crawls.server.site.seed


@pytest.mark.parametrize(
    ("url", "rule"), [*TRAPS.items(), (f"{HOME}/tag/copper/", "tag page"), (f"{HOME}/a.pdf", "media file")]
)
def test_explain_names_the_rule_without_a_collection(url: str, rule: str) -> None:
    told = orjson.loads(explain(url, "--site", "demo", "--json").stdout)
    assert (told["in_scope"], told["rule"]) == (False, rule)


def test_parameters_without_end_are_bounded(crawls: Crawls) -> None:
    (crawl,) = crawls.done
    asked = [url for url in crawl.asked() if url.startswith(f"{MAZE}?")]
    assert len(asked) == MOST_VARIANTS
    assert crawl.report["urls"]["out of scope: endless parameters"] > 0
    assert crawl.report["remaining"] == 0


def test_a_canonical_that_leaves_the_site_is_counted_and_not_believed(crawls: Crawls) -> None:
    (crawl,) = crawls.done
    assert crawl.report["links_not_followed"]["canonical, other host"] >= 1
    assert not [line for line in crawl.lines if "elsewhere.example" in line["url"]]
    told = orjson.loads(explain(MOVED, "--collection", crawls.root, "--json").stdout)
    assert told["found"]["state"] == "done"


def test_explain_says_the_way_from_the_seed(crawls: Crawls) -> None:
    printed = explain(f"{MAZE}?step=4", "--collection", crawls.root).stdout
    assert f"canonical:  {MAZE}?step=4\n" in printed
    assert "verdict:    in scope of demo\n" in printed
    assert "rule:       article: the path fits /news/briefs?/" in printed
    assert "robots.txt: allows it\n" in printed
    assert "come by:    related link, then related link, then related link\n" in printed
    assert printed.endswith(f"  from      {MAZE}?step=1\n  from      {MAZE}\n  from      {crawls.server.site.seed}\n")


def test_explain_says_what_was_never_seen(crawls: Crawls) -> None:
    printed = explain(f"{HOME}/news/brief/nobody-linked-this/", "--collection", crawls.root).stdout
    assert f"state:      never seen in {crawls.root}\n" in printed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "no site is named, expected --site SITE or --collection DIR"),
        (("--site", "nope"), "site 'nope' is unknown"),
        (("--collection", "/nowhere/at/all"), "no collection here"),
    ],
)
def test_explain_says_what_it_lacks(arguments: tuple[str, ...], sentence: str) -> None:
    ended = explain(HOME, *arguments)
    assert ended.exit_code == 2
    assert sentence in ended.output


def test_explain_refuses_the_rules_of_another_site(crawls: Crawls) -> None:
    ended = explain(HOME, "--site", "insightcrime", "--collection", crawls.root)
    assert (ended.exit_code, "is a collection of demo, expected one of insightcrime" in ended.output) == (2, True)
