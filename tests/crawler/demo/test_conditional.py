"""Conditional requests get a 304 as long as nothing changed."""

from __future__ import annotations

import pytest

from crawler.demo.article import all_articles
from crawler.demo.server import DemoServer
from tests.crawler.demo.client import Client

SLUG = "pier-12-extortion-fishmongers"
PATH = all_articles()[SLUG].path


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize(
    ("validator", "condition"), [("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")]
)
def test_a_known_page_is_not_sent_again(client: Client, coding: str, validator: str, condition: str) -> None:
    _, first = client.ask(PATH, f"Accept-Encoding: {coding}")
    (value,) = first.values(validator)
    _, second = client.ask(PATH, f"Accept-Encoding: {coding}", f"{condition}: {value}")
    assert second.status == 304
    assert second.values("etag") == first.values("etag")
    assert second.body == b""


def test_an_entity_tag_may_stand_in_a_list_and_be_weak(client: Client) -> None:
    (tag,) = client.ask(PATH)[1].values("etag")
    assert client.ask(PATH, f'If-None-Match: "other", W/{tag}')[1].status == 304


def test_codings_have_entity_tags_of_their_own(client: Client) -> None:
    plain = client.ask(PATH)[1].values("etag")
    assert client.ask(PATH, "Accept-Encoding: gzip")[1].values("etag") != plain


@pytest.mark.parametrize("date", ["yesterday", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_date_that_is_early_or_unreadable_gets_the_page(client: Client, date: str) -> None:
    assert client.ask(PATH, f"If-Modified-Since: {date}")[1].status == 200


@pytest.mark.parametrize("change", ["edit", "typography"])
def test_a_changed_page_is_sent_again(server: DemoServer, client: Client, change: str) -> None:
    first = client.ask(PATH)[1]
    getattr(server.site, change)(SLUG)
    tag, date = (first.values(name)[0] for name in ("etag", "last-modified"))
    assert client.ask(PATH, f"If-None-Match: {tag}")[1].status == 200
    assert client.ask(PATH, f"If-Modified-Since: {date}")[1].status == 200
