"""What a site says of robots, AI and text mining: obeyed in part, recorded whole, rebuilt from the WARCs alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.model import Fields
from crawler.demo.addresses import APEX
from crawler.demo.framing import frame
from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import Piece
from crawler.demo.resource import Resource
from crawler.demo.served import Request
from crawler.demo.server import SiteServer
from crawler.items import Brief
from tests.crawler.cli.conftest import briefs
from tests.crawler.cli.crawls import Crawls

ROBOTS = b"""User-agent: *
Allow: /

User-agent: GPTBot
User-agent: CCBot
Disallow: /news/

User-agent: ClaudeBot
Disallow: /private/
"""
LINK_TO_ONE = b'href="https://harbour.example/news/brief/tide-table-1/"'
HEADERS: Fields = (
    ("X-Robots-Tag", "noai, noimageai"),
    ("X-Robots-Tag", "otherbot: nofollow"),
    ("tdm-reservation", "1"),
    ("tdm-policy", "https://harbour.example/tdm.json"),
)


class Telling(GeneratedSite):
    """Briefs in a binary tree: 0 marks its link to 1, 2 forbids to follow any, 4 does so for this crawler alone."""

    def answer(self, request: Request) -> Iterable[Piece]:
        if request.target == "/robots.txt":
            return frame(Resource(media_type="text/plain", body=ROBOTS), request)
        if "tide-table" not in request.target:
            return super().answer(request)
        number = int(request.target.strip("/").rpartition("-")[2])
        body = self.page(number)
        fields = HEADERS
        if number == 0:
            marked = b'rel="NoFollow noopener" ' + LINK_TO_ONE
            body = body.replace(LINK_TO_ONE, marked)
            body = body.replace(b"<head>", b'<head><meta name="brief-archive" content="noindex">')
        if number == 2:
            body = body.replace(b"<head>", b'<head><meta name="ROBOTS" content="noindex, NOFOLLOW">')
        if number == 4:
            fields = (*fields, ("X-Robots-Tag", "BRIEF-ARCHIVE: noarchive, none"))
        return frame(Resource(body=body, fields=fields), request)

    def related(self, number: int) -> tuple[int, int, int]:
        """Return where each leads: 1 is linked from 0 alone, or from 3 too."""
        links = {0: (1, 2, 3), 2: (5, 5, 5), 3: self.of_three, 4: (6, 6, 6)}
        return links.get(number, (0, 0, 0))

    of_three: tuple[int, int, int] = (4, 4, 0)


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    with SiteServer(Telling(7, 5000)) as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("rights") / "c")
        crawls("--seed", server.site.seed)
        yield crawls


def numbers(crawls: Crawls, place: int = 0) -> set[int]:
    """Return the briefs that a run asked for."""
    return {int(url.strip("/").rpartition("-")[2]) for url in crawls.done[place].asked()}


def rights_of(crawls: Crawls, number: int) -> dict[str, Any]:
    (line,) = [each for each in crawls.lines("briefs") if each["url"].endswith(f"-{number}/")]
    rights: dict[str, Any] = line["rights"]
    return rights


def test_links_that_are_not_to_be_followed_are_not_and_their_state_says_so(crawls: Crawls) -> None:
    assert numbers(crawls) == {0, 2, 3, 4}
    assert crawls.states() == {"done": 4, "refused: nofollow": 3}
    told = crawls.told("status", "--urls", "refused").stdout.split()
    assert told == [f"https://{APEX}/news/brief/tide-table-{number}/" for number in (1, 5, 6)]
    assert crawls.done[0].ended.returncode == 0


def test_what_the_site_says_is_recorded_as_it_says_it(crawls: Crawls) -> None:
    assert rights_of(crawls, 0) == {
        "robots_txt": "allowed",
        "robots_txt_disallows": "CCBot, GPTBot",
        "meta_robots": "index, follow, max-image-preview:large, max-snippet:-1, max-video-preview:-1, "
        "brief-archive: noindex",
        "x_robots_tag": "noai, noimageai, otherbot: nofollow",
        "tdm_reservation": "1",
        "tdm_policy": "https://harbour.example/tdm.json",
    }
    assert rights_of(crawls, 2)["meta_robots"].startswith("noindex, NOFOLLOW, index")
    assert rights_of(crawls, 4)["x_robots_tag"].endswith("BRIEF-ARCHIVE: noarchive, none")


def test_a_rebuild_from_the_warcs_alone_says_the_same(crawls: Crawls, tmp_path: Path) -> None:
    rebuilt = briefs("rebuild", crawls.root, "--out", tmp_path / "rebuilt")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert (tmp_path / "rebuilt" / "briefs.jsonl").read_bytes() == (crawls.root / "briefs.jsonl").read_bytes()
    for path in crawls.root.glob("ledger.sqlite*"):
        path.rename(tmp_path / path.name)
    assert briefs("recover", crawls.root).returncode == 0
    assert crawls.states() == {"done": 4, "refused: nofollow": 3}


def test_the_metadata_record_names_the_ai_crawlers(crawls: Crawls) -> None:
    (facts,) = [
        record.facts() for record in crawls.records() if record.type == "metadata" and record.url.endswith("-0/")
    ]
    assert facts["robotsTxtDisallows"] == "CCBot, GPTBot"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Crawls]:
    with SiteServer(Telling(7, 5000)) as server:
        yield Crawls(server, tmp_path / "c")


def test_a_link_without_the_mark_is_followed_whoever_came_first(fresh: Crawls) -> None:
    fresh.server.site.of_three = (1, 4, 0)
    fresh("--seed", fresh.server.site.seed)
    assert numbers(fresh) == {0, 1, 2, 3, 4}
    assert fresh.states() == {"done": 5, "refused: nofollow": 2}


def test_by_choice_such_links_are_followed_all_the_same(fresh: Crawls) -> None:
    fresh("--seed", fresh.server.site.seed, "-s", "NOFOLLOW_OBEY=0")
    assert numbers(fresh) == set(range(7))


def test_lines_of_before_are_read_without_the_new_field(crawls: Crawls) -> None:
    line = orjson.loads((crawls.root / "briefs.jsonl").read_bytes().splitlines()[0])
    del line["rights"]["robots_txt_disallows"]
    assert Brief.from_json(line).rights.robots_txt_disallows is None
