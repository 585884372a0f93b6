"""Normalise and validate, the pure parts of the pipelines."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from crawler.items import Block, Brief, Evidence, Image, Link, Rejection
from crawler.reading import normalise, validate
from crawler.sites import get_site

CANONICAL = get_site("insightcrime").scope.canonical
BRIEF = Brief(
    url="https://insightcrime.org/news/brief/a/",
    captured_url="https://insightcrime.org/news/brief/a/",
    site="insightcrime",
    kind="brief",
    language="en",
    title="A",
    body=(Block(type="paragraph", text="A paragraph."),),
    text="A paragraph.",
)


def test_texts_become_nfc_with_single_spaces_and_quotes_as_printed() -> None:
    printed = replace(BRIEF, title=unicodedata.normalize("NFD", 'Urabeños\u00a0 “Don Leo," '), tags=(" Peru\n",))
    tidy = normalise(printed, CANONICAL)
    assert tidy.title == 'Urabeños “Don Leo,"'
    assert tidy.tags == ("Peru",)


def test_the_items_of_a_list_keep_their_lines_and_empty_blocks_go() -> None:
    body = (Block(type="list", text="one  \n two"), Block(type="paragraph", text=" \u00a0"))
    tidy = normalise(replace(BRIEF, body=body), CANONICAL)
    assert tidy.body == (Block(type="list", text="one\ntwo"),)
    assert tidy.text == "one\ntwo"


def test_links_become_canonical_and_what_was_read_stays() -> None:
    link = Link(url="http://www.insightcrime.org/news/brief/b/?utm_source=x#top", title=" B ")
    evidence = {"title": Evidence(rule="css h1", raw="  A \n")}
    tidy = normalise(replace(BRIEF, links=(link,), evidence=evidence), CANONICAL)
    assert tidy.links == (Link(url="https://insightcrime.org/news/brief/b/", title="B"),)
    assert tidy.evidence == evidence


def test_a_good_brief_passes() -> None:
    assert validate(BRIEF) is BRIEF


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "title is empty"),
        ({"version": "one"}, "data.version must be integer"),
        ({"body": (Block(type="poem", text="x"),)}, "data.body[0].type must be one of"),
        ({"images": (Image(url=None),)}, "data.images[0].url must be string"),  # type: ignore[arg-type]
        ({"published": "25 MAR 2014"}, "data.published"),
    ],
)
def test_a_bad_brief_becomes_a_rejection_that_says_why(changes: dict[str, object], sentence: str) -> None:
    rejected = validate(replace(BRIEF, **changes))  # type: ignore[arg-type]
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "invalid"
    assert sentence in (rejected.detail or "")
