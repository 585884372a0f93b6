"""What the demo's pages need to look right."""

from __future__ import annotations

import struct

import pytest

from crawler.demo.addresses import MEDIA
from crawler.demo.article import all_articles
from crawler.demo.assets import PICTURES, asset, media
from crawler.demo.font import ANCHOR, ttf
from crawler.demo.server import DemoServer
from crawler.demo.site import DemoSite
from crawler.extract import find_requisites, find_style_requisites, parse
from tests.crawler.demo.client import Client

MISSING = "/berth-eleven.png"


def test_every_page_names_a_style_sheet_a_script_and_pictures_of_two_hosts() -> None:
    for article in all_articles().values():
        page = parse(DemoSite().resource(article.path).body, url=article.url)
        hosts = {address.split("/")[2] for address in find_requisites(page, scripts=True)}
        names = {address.rpartition(".")[2] for address in find_requisites(page, scripts=True)}
        assert (hosts, names) == ({"harbour.example", MEDIA}, {"css", "js", "png", "png?size=small"})


def test_all_that_a_page_names_is_served() -> None:
    site, asked = DemoSite(), set()
    for article in all_articles().values():
        asked.update(find_requisites(parse(site.resource(article.path).body, url=article.url), scripts=True))
    own = {address.removeprefix("https://harbour.example") for address in asked if MEDIA not in address} - {MISSING}
    assert [path for path in sorted(own) if site.resource(path).status != 200] == []
    assert site.resource(MISSING).status == 404


def test_the_style_sheets_lead_to_the_font_and_a_picture() -> None:
    sheet, home = asset("/assets/site.css"), "https://harbour.example/assets/"
    assert sheet is not None
    imported, background = find_style_requisites(sheet.body, url=f"{home}site.css")
    assert (imported, background) == (f"{home}type.css?ver=3", f"{home}tide.png")
    named = asset("/assets/type.css")
    assert named is not None
    assert find_style_requisites(named.body, url=imported) == [f"{home}harbour-signs.ttf"]


@pytest.mark.parametrize("path", PICTURES)
def test_every_picture_is_one(path: str) -> None:
    found = asset(path)
    assert found is not None
    assert found.body.startswith(b"\x89PNG\r\n\x1a\n")


def test_the_host_of_the_pictures_has_a_robots_txt_of_its_own_and_no_pages() -> None:
    with DemoServer() as server, Client(server.https_port, ca_file=server.ca_file, host=MEDIA) as client:
        assert client.ask("/robots.txt")[1].body == b"User-agent: *\nDisallow: /drafts/\n"
        assert client.ask("/tide-table.png?size=small")[1].values("content-type") == ["image/png"]
        assert client.ask("/news/brief/harbour-watch-fuel-smuggling/")[1].status == 404
    assert media("/nothing").status == 404


def test_the_font_is_whole() -> None:
    font = ttf()
    count = struct.unpack(">H", font[4:6])[0]
    rows = [struct.unpack(">4sIII", font[12 + 16 * n : 28 + 16 * n]) for n in range(count)]
    assert [tag for tag, *_ in rows] == sorted(tag for tag, *_ in rows)
    assert all(place % 4 == 0 and place + length <= len(font) for _, _, place, length in rows)
    words = struct.unpack(f">{len(font) // 4}I", font)
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA, "OpenType, head: the sum of a whole font"
    assert struct.pack(">H", ANCHOR) in font
