"""The site of any size."""

from __future__ import annotations

import re

import pytest

from crawler.demo.generated import GeneratedSite, paragraphs, title_of
from crawler.demo.server import SiteServer
from tests.crawler.demo.client import Client

RELATED = re.compile(rb'class="jp-relatedposts-post-a" href="https://harbour\.example/news/brief/tide-table-(\d+)/"')


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_the_seed_reaches_every_brief(count: int) -> None:
    site = GeneratedSite(count, page_size=1)
    seen, waiting = {0}, [0]
    while waiting:
        fresh = {int(number) for number in RELATED.findall(site.page(waiting.pop()))} - seen
        seen |= fresh
        waiting.extend(fresh)
    assert seen == set(range(count))


def test_pages_have_the_size_asked_for() -> None:
    site = GeneratedSite(50)
    assert all(58_000 < len(site.page(number)) < 62_000 for number in range(50))


def test_pages_are_the_same_each_time_and_differ_from_each_other() -> None:
    pages = [GeneratedSite(20).page(number) for number in range(20)]
    assert pages == [GeneratedSite(20).page(number) for number in range(20)]
    assert len(set(pages)) == 20


def test_a_page_has_its_own_title_and_paragraphs() -> None:
    page = GeneratedSite(20).page(3).decode()
    assert f"<title>{title_of(3)}</title>" in page
    assert all(f'<p class="wp-block-paragraph">{text}</p>' in page for text in paragraphs(3))
    assert "770000" not in page
    assert "HOLE" not in page


def test_it_is_served_over_tls_and_to_benchmarks_in_the_clear() -> None:
    with SiteServer(GeneratedSite(5)) as server:
        with Client(server.https_port, ca_file=server.ca_file) as client:
            reply = client.ask("/news/brief/tide-table-4/")[1]
            assert reply.body == server.site.page(4)
            assert client.ask("/news/brief/tide-table-4/", f"If-None-Match: {reply.values('etag')[0]}")[1].status == 304
            assert client.ask("/news/brief/tide-table-5/")[1].status == 404
            assert client.ask("/robots.txt")[1].status == 200
        with Client(server.http_port, host="127.0.0.1") as client:
            assert client.ask("/news/brief/tide-table-4/")[1].body == server.site.page(4)
        with Client(server.http_port) as client:
            assert client.ask("/news/brief/tide-table-4/")[1].status == 301


def test_a_count_below_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="count is 0"):
        GeneratedSite(0)
