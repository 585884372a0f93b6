"""Where in a page a field was read: tags in the text, elements of the tree, values in JSON, and each kind of rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import decode_text, extract, parse
from crawler.extract.markup import Stretch, tags_of
from crawler.extract.places import Finder, Found
from crawler.extract.places.source_map import SourceMap
from crawler.items import Brief
from crawler.sites import get_site
from tests.material import REAL

URL = "https://harbour.example/news/brief/one/"
PARAGRAPHS = "".join(
    f"<p>The harbour master counted {n} boats <b>more</b> than\n the year before.</p>" for n in range(4)
)
HEAD = """<title>x > y</title><!-- <h1 class="entry-title">Not this</h1> --><meta charset="utf-8">"""


def page(body: str, head: str = HEAD) -> bytes:
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'.encode()


def finder_of(html: bytes) -> tuple[Finder, Brief]:
    site = get_site("demo")
    read = extract(html, url=URL, captured_at=datetime(2026, 1, 1, tzinfo=UTC), site=site)
    assert isinstance(read, Brief), read
    line: dict[str, Any] = {"captured_url": URL, "title": read.title, "capture": {"timestamp": "20260101000000"}}
    return Finder.of(parse(html, url=URL), decode_text(html)[1], site, line), read


def found_in(html: bytes, name: str) -> tuple[Finder, Found]:
    finder, read = finder_of(html)
    stored = {
        field: (entry.rule, (entry.raw,) if isinstance(entry.raw, str) else entry.raw)
        for field, entry in read.evidence.items()
    }
    return finder, finder.find(name, stored)


def texts(finder: Finder, found: Found) -> list[str | None]:
    """Return what is marked as read."""
    return [cut(finder, place.value) if place.value else None for place in found.places]


def cut(finder: Finder, stretch: Stretch) -> str:
    return finder.map.text[stretch.start : stretch.end]


def test_tags_are_those_of_an_html_parser() -> None:
    text = '<P Class=a\n ID = "b>c" x><!-- <i> --><script>"<b>"</script ><a href=/x?a"b>1 < 2<br/></a><u unfinished="'
    tags = list(tags_of(text))
    assert [(tag.name, tag.is_end) for tag in tags] == [
        ("p", False), ("script", False), ("script", True), ("a", False), ("br", False), ("a", True),
    ]  # fmt: skip
    assert tags[0].attributes(text) == {"class": "a", "id": "b>c", "x": ""}
    assert tags[3].attributes(text) == {"href": '/x?a"b'}
    assert text[tags[1].stretch.end : tags[1].raw_end] == '"<b>"'


@pytest.mark.parametrize("tail", ["<a '", '<a x="', "<!--", "<script>", "</script", "<a/=", "<p a=b<", "<a =x>"])
def test_a_page_that_ends_anywhere_has_tags_all_the_same(tail: str) -> None:
    assert [tag.name for tag in tags_of(f"<i>x</i>{tail}")][:2] == ["i", "i"]


@given(st.text(alphabet="<>/!-=\"' \nabpi", max_size=200))
def test_no_text_breaks_the_tags_or_the_map(text: str) -> None:
    read = parse(text.encode(), url=URL)
    places = SourceMap(text, read.tree)
    for position in range(len(read.tree)):
        tag, element = places.tag(position), places.element(position)
        assert tag is None or tag.name == read.tree.tags[position]
        assert element is None or element.start < element.end <= len(text)


def test_a_hostile_page_costs_no_more_than_its_length() -> None:
    unclosed = '<a x="' * 100_001 + "<b " * 100_000
    assert list(tags_of(unclosed)) == []
    deep = "<b>" * 50_000 + "</i>" * 50_000
    tree = parse(b"<p>x</p>", url=URL).tree
    assert SourceMap(f"<p>{deep}", tree).text  # each end tag is looked up among the open ones


@pytest.mark.skipif(not REAL.exists(), reason="the real pages are not on this machine")
def test_elements_of_real_pages_are_found_in_their_text() -> None:
    elements = missing = texts = unlike = 0
    for path in sorted((REAL / "news_html").rglob("*.html")):
        html = path.read_bytes()
        read = parse(html, url=URL)
        places = SourceMap(decode_text(html)[1], read.tree)
        for position in range(len(read.tree)):
            elements += 1
            missing += places.tag(position) is None
        for position in read.tree.tagged("h1", "h2", "p"):
            element, text = places.element(position), read.tree.text(position)
            texts += 1
            # Where tags are wrongly nested, libxml2 and the page disagree on where an element ends.
            unlike += element is not None and bool(text.strip()) and places.words(element, text) is None
    assert elements > 20_000
    assert missing / elements < 0.001
    assert unlike / texts < 0.001


def test_an_element_is_told_from_the_same_in_a_comment_or_a_script() -> None:
    script = "<script>var x = '<h1 class=\"entry-title\">Nor this</h1>';</script>"
    html = page(f'{script}<div class="entry-content"><h1 class="entry-title">A &amp; B <i>C</i></h1>{PARAGRAPHS}</div>')
    finder, found = found_in(html, "title")
    assert texts(finder, found) == ["A &amp; B <i>C"]
    assert cut(finder, found.places[0].holder) == '<h1 class="entry-title">A &amp; B <i>C</i></h1>'
    assert found.places[0].words == "<h1>"


def test_the_value_of_an_attribute_is_marked_alone() -> None:
    time = "<time class='entry-date published' datetime='2020-05-01T10:00:00+00:00'>1 May</time>"
    html = page(f'<h1 class="entry-title">A Harbour</h1>{time}<div class="entry-content">{PARAGRAPHS}</div>')
    finder, found = found_in(html, "published")
    assert texts(finder, found) == ["2020-05-01T10:00:00+00:00"]
    assert found.places[0].words == "datetime of <time>"


JSON = """<script type="application/ld+json">%s</script>"""


@pytest.mark.parametrize(
    ("script", "field", "expected"),
    [
        ('{"@type": "Article", "datePublished": "2020-05-01"}', "published", ["2020-05-01"]),
        ('{"@graph": [{}, {"@type": "Article", "datePublished": "2020-05-01"}]}', "published", ["2020-05-01"]),
        (
            '{"datePublished": "1999-01-01", "x": {"datePublished": "1998-01-01"}, "@type": "Article", '
            '"y": [1, "}"], "datePublished": "2020-05-01"}',
            "published",
            ["2020-05-01"],  # of two members with one name, the last counts
        ),
        (
            '[{"@type": "Article", "author": [{"name": "Ruan Petrel"}, {"@id": "#p"}]}, '
            '{"@id": "#p", "name": "Maren Oduya"}]',
            "byline",
            ["Ruan Petrel", "Maren Oduya"],
        ),
        ('{"@type": "Article", "keywords": ["Fuel", "Caf\\u00e9"]}', "tags", ["Fuel", "Caf\\u00e9"]),
        ('{"@type": "Article", "datePublished": "2020-05-01",}', "published", ["2020-05-01"]),  # a comma too many
        ('<!-- {"@type": "Article", "datePublished": "2020-05-01"} -->', "published", ["2020-05-01"]),
    ],
)
def test_a_value_of_json_ld_is_found_in_its_script(script: str, field: str, expected: list[str]) -> None:
    body = f'<h1 class="entry-title">A Harbour</h1><div class="entry-content">{PARAGRAPHS}</div>'
    finder, found = found_in(page(body, HEAD + JSON % script), field)
    assert texts(finder, found) == expected
    assert found.places[0].words.startswith("JSON-LD $")


def test_the_second_script_is_the_second() -> None:
    scripts = JSON % '{"@type": "WebSite", "datePublished": "1999-01-01"}'
    scripts += JSON % '{"@type": "Article", "datePublished": "2020-05-01"}'
    body = f'<h1 class="entry-title">A Harbour</h1><div class="entry-content">{PARAGRAPHS}</div>'
    finder, found = found_in(page(body, HEAD + scripts), "published")
    assert texts(finder, found) == ["2020-05-01"]
    assert found.places[0].words == "JSON-LD script 2 $.datePublished"


def test_a_header_line_is_found_though_elements_split_it() -> None:
    line = "<div><a>FUEL</a> / <span>25 MAR\n 2014</span> BY <b>MAREN <i>ODUYA</i></b></div>"
    html = page(f"<main><h1>A Harbour Story</h1>{line}<article>{PARAGRAPHS}</article></main>")
    finder, found = found_in(html, "byline")
    assert texts(finder, found) == ["MAREN <i>ODUYA"]
    finder, found = found_in(html, "published")
    assert texts(finder, found) == ["25 MAR\n 2014"]


def test_links_pictures_meta_elements_and_the_first_paragraph_have_places() -> None:
    meta = '<meta name="robots" content="noarchive">'
    inner = f'{PARAGRAPHS}<p>See <a href="/news/brief/two/">two</a> of them here.</p><img src="/p.png">'
    html = page(f'<h1 class="entry-title">A Harbour</h1><div class="entry-content">{inner}</div>', HEAD + meta)
    for name, expected in (
        ("links", ["/news/brief/two/"]),
        ("rights", ["noarchive"]),
        ("standfirst", ["The harbour master counted 0 boats <b>more</b> than\n the year before."]),
    ):
        finder, found = found_in(html, name)
        assert texts(finder, found) == expected, name
    finder, found = found_in(html, "images")
    assert [cut(finder, place.holder) for place in found.places] == ['<img src="/p.png">']
    finder, found = found_in(html, "body")
    assert cut(finder, found.places[0].holder) == f'<div class="entry-content">{inner}</div>'


def test_what_stands_nowhere_is_said_to() -> None:
    html = page(f'<h1 class="entry-title">A Harbour</h1><div class="entry-content">{PARAGRAPHS}</div>')
    _, found = found_in(html, "kind")
    assert found.places == ()
    assert found.sentence == "The address of the page tells it; it stands nowhere in the page."
    finder, _ = finder_of(html)
    found = finder.find("title", {"title": ("css h1.entry-title", ("Another title",))})
    assert (found.places, "was not found there" in found.sentence) == ((), True)
    found = finder.find("title", {"title": ("oracle bones", ("x",))})
    assert found.sentence == "No rule of today is called 'oracle bones'."
    found = finder.find("published", {"published": ("json-ld $.@graph[7].x", ("x",))})
    assert found.places == ()
