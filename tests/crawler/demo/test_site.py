"""The site's addresses, and how they change."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from crawler.demo.addresses import declared_addresses
from crawler.demo.article import Article, all_articles
from crawler.demo.body import read_body
from crawler.demo.page import image_path
from crawler.demo.server import DemoServer
from crawler.demo.site import SEED, DemoSite
from crawler.demo.typography import curl, straighten
from tests.crawler.demo.client import Client

SCANNER = "/news/brief/customs-scanner-port-verrin/"


def location(server: DemoServer, host: str, target: str, *, tls: bool = True) -> str:
    port, ca_file = (server.https_port, server.ca_file) if tls else (server.http_port, None)
    with Client(port, ca_file=ca_file, host=host) as client:
        reply = client.ask(target)[1]
    assert reply.status == 301
    return reply.values("location")[0]


@pytest.mark.parametrize(
    ("host", "tls", "target", "expected"),
    [
        ("harbour.example", False, SCANNER, f"https://harbour.example{SCANNER}"),
        ("www.harbour.example", True, SCANNER, f"https://harbour.example{SCANNER}"),
        ("www.harbour.example", False, "/?p=1", "https://harbour.example/?p=1"),
        ("es.harbour.example", True, "/noticias/a/b", "https://harbour.example/es/noticias/a/b/"),
        ("harbour.example", True, SCANNER.rstrip("/"), f"https://harbour.example{SCANNER}"),
        ("harbour.example", True, "/news-briefs/customs-scanner-port-verrin", f"https://harbour.example{SCANNER}"),
        ("harbour.example", True, "/news-briefs/customs-scanner-port-verrin/", f"https://harbour.example{SCANNER}"),
        ("harbour.example", True, "/news/brief/partner-investigation/", "https://elsewhere.example/reports/harbours/"),
    ],
)
def test_other_hosts_and_old_addresses_lead_to_the_canonical_one(
    server: DemoServer, host: str, tls: bool, target: str, expected: str
) -> None:
    assert location(server, host, target, tls=tls) == expected


def test_the_redirects_declared_have_a_loop_a_chain_and_a_way_out() -> None:
    redirects = declared_addresses().redirects
    east = "/news/brief/merry-go-round-east/"
    assert redirects[redirects[east]] == east
    assert redirects["/news-briefs/ghost-trawlers"] in redirects
    assert any(urlsplit(to).hostname for to in redirects.values())


@pytest.mark.parametrize(
    ("target", "status"),
    [*declared_addresses().statuses.items(), ("/news/brief/never-written/", 404), ("/assets/none.png", 404)],
)
def test_declared_failures_are_answered_as_declared(client: Client, target: str, status: int) -> None:
    assert client.ask(target)[1].status == status


def test_methods_other_than_get_and_head_are_refused(client: Client) -> None:
    reply = client.ask(SCANNER, "Content-Length: 0", method="POST")[1]
    assert (reply.status, reply.values("allow")) == (405, ["GET, HEAD"])


def test_every_page_has_a_style_sheet_and_a_picture(client: Client) -> None:
    assert client.ask("/assets/site.css")[1].values("content-type") == ["text/css"]
    for article in all_articles().values():
        assert client.ask(image_path(article))[1].body.startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize("article", all_articles().values(), ids=lambda article: article.slug)
def test_pages_are_as_large_as_real_ones_and_name_themselves(article: Article) -> None:
    page = DemoSite().resource(article.path).body.decode()
    assert 20_000 < len(page) < 70_000
    assert f'rel="canonical" href="{article.url}"' in page
    assert f'property="og:url" content="{article.url}"' in page


def test_an_old_address_shows_the_article_with_its_canonical_address(client: Client) -> None:
    reply = client.ask("/news-briefs/lamplighters-night-boats")[1]
    assert reply.status == 200
    assert b'rel="canonical" href="https://harbour.example/news/brief/lamplighters-night-ferries/"' in reply.body


def test_a_twin_differs_in_typography_alone() -> None:
    twins = [article for article in all_articles().values() if article.twin_of]
    for twin in twins:
        original = all_articles()[str(twin.twin_of)]
        assert twin.body != original.body
        assert straighten(twin.title + twin.body) == straighten(original.title + original.body)
    assert twins


def test_translations_point_at_each_other() -> None:
    articles = all_articles()
    pairs = [(article.slug, article.translation) for article in articles.values() if article.translation]
    assert len(pairs) == 6
    assert all(articles[str(other)].translation == slug for slug, other in pairs)


def test_robots_names_what_it_forbids_and_the_sitemap(client: Client) -> None:
    lines = client.ask("/robots.txt")[1].body.decode().splitlines()
    assert "Disallow: /news/brief/embargoed-tide-report/" in lines
    assert "Sitemap: https://harbour.example/sitemap.xml" in lines


def test_the_sitemap_names_every_article(client: Client) -> None:
    index = ElementTree.fromstring(client.ask("/sitemap.xml")[1].body)
    (posts,) = (str(each.text) for each in index.findall(".//{*}loc"))
    sitemap = ElementTree.fromstring(client.ask(urlsplit(posts).path)[1].body)
    assert {each.text for each in sitemap.findall(".//{*}loc")} == {article.url for article in all_articles().values()}


def test_the_feed_joins_authors_in_one_creator(client: Client) -> None:
    feed = ElementTree.fromstring(client.ask("/feed/")[1].body)
    creators = {each.text for each in feed.iter("{http://purl.org/dc/elements/1.1/}creator")}
    assert "Lucio Amarante and Inés Calderay" in creators
    assert len(list(feed.iter("item"))) == 10


def test_listings_go_on_until_a_page_that_is_not_there(client: Client) -> None:
    english = [article for article in all_articles().values() if article.language == "en"]
    pages = [client.ask(f"/category/news/page/{number}/")[1] for number in (1, 2, 3, 4)]
    assert [page.status for page in pages] == [200, 200, 200, 404]
    assert sum(page.body.count(b'rel="bookmark"') for page in pages) == len(english)


def test_an_edit_changes_one_paragraph() -> None:
    site = DemoSite()
    slug = "harbour-watch-fuel-smuggling"
    before = read_body(site.articles[slug].body)
    site.edit(slug, old="counted 214 skiffs", new="counted 241 skiffs")
    after = read_body(site.articles[slug].body)
    assert [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [1]
    assert b"counted 241 skiffs" in site.resource(urlsplit(SEED).path).body


def test_an_edit_of_what_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 times, expected once"):
        DemoSite().edit("harbour-watch-fuel-smuggling", old="no such words")


def test_a_change_leaves_other_pages_as_they_were() -> None:
    site = DemoSite()
    before = {article.path: site.resource(article.path).body for article in site.articles.values()}
    changed = site.articles["pier-12-extortion-fishmongers"]
    site.typography(changed.slug)
    after = {path: site.resource(path).body for path in before}
    assert [path for path in before if before[path] != after[path]] == [changed.path]


def test_a_removed_article_is_gone_and_an_added_one_is_linked() -> None:
    site = DemoSite()
    gone = site.articles["eel-smuggling-estuary"]
    site.remove(gone.slug)
    new = replace(gone, slug="eels-return", title="The Eels Return", old_address=None)
    site.add(new, linked_from="lamplighters-night-ferries")
    assert site.resource(gone.path).status == 410
    assert site.resource(new.path).status == 200
    assert new.url.encode() in site.resource(site.articles["lamplighters-night-ferries"].path).body


@pytest.mark.parametrize(
    ("straight", "curly"),
    [
        ('"Now," he said -- "go."', "“Now,” he said — “go.”"),
        ("the isles' port isn't 'open'", "the isles’ port isn’t ‘open’"),
        ('("quoted")', "(“quoted”)"),
    ],
)
def test_typography_goes_both_ways(straight: str, curly: str) -> None:
    assert curl(straight) == curly
    assert straighten(curly) == straight
