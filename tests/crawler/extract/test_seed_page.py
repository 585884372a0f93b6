"""The page the project began with, built again from its printed text."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from html import escape

import pytest

from crawler.extract import extract, find_links, parse
from crawler.items import Brief
from crawler.sites import get_site
from tests.crawler.extract.articles import SEED

URL = "https://insightcrime.org/news/brief/peru-extortion-shows-strengthing-of-homegrown-criminal-groups/"
SITE = get_site("insightcrime")

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the seed page is not here")


@cache
def lines() -> list[str]:
    return [" ".join(line.split()) for line in SEED.read_text().splitlines() if line.strip()]


@cache
def page() -> bytes:
    """Return the page: a div for each line that is no paragraph, cards as links, no class that means anything."""
    crumb, label, title, header, *rest = lines()
    end = rest.index("share icon icon icon")
    related, about = rest.index("Related Content"), rest.index("About InSight Crime")
    body = "".join(_block(line) for line in rest[:end])
    foot = "".join(f"<div>{escape(line)}</div>" for line in rest[end:related])
    return f"""<!DOCTYPE html><html lang="en-US"><head><title>{title} | InSight Crime</title>
<meta property="og:url" content="{URL}"></head><body><header><nav><a href="/news/">News</a></nav></header>
<main><div class="z1">{crumb}</div><div class="z2"><div>{label}</div><h1>{escape(title)}</h1><div>{header}</div></div>
<div class="z3">{body}</div>{foot}
<section><h2>Related Content</h2>{_cards(rest[related + 1 : about], 2, "related")}</section>
<section><h2>About InSight Crime</h2>{_cards(rest[about + 1 :], 4, "promoted")}</section></main></body>""".encode()


def _block(line: str) -> str:
    if line == "InSight Crime Analysis":
        return f"<h3>{line}</h3>"
    if line.startswith("SEE ALSO: "):
        return f'<p><b>SEE ALSO:</b> <a href="/tag/extortion/">{line[10:]}</a></p>'
    return f"<p>{escape(line)}</p>"


def _cards(texts: list[str], size: int, name: str) -> str:
    groups = [texts[start : start + size] for start in range(0, len(texts), size)]
    return "".join(
        f'<a href="/news/{name}-{number}/">{"".join(f"<div>{escape(text)}</div>" for text in group)}</a>'
        for number, group in enumerate(groups)
    )


@cache
def brief() -> Brief:
    found = extract(page(), url=URL, captured_at=datetime(2023, 10, 1, tzinfo=UTC), site=SITE)
    assert isinstance(found, Brief), found
    return found


def test_heading_fields() -> None:
    assert brief().title == "Peru Extortion Shows Strengthening of Homegrown Criminal Groups"
    assert brief().kind == "brief"
    assert brief().language == "en-US"
    assert brief().url == URL
    assert brief().extractor == "insightcrime/theme2021@1"


def test_header_line_fields() -> None:
    assert (brief().published, brief().published_raw, brief().published_precision) == (
        "2014-03-25",
        "25 MAR 2014",
        "day",
    )
    assert brief().byline == "MICHAEL LOHMULLER"
    assert brief().authors == ("Michael Lohmuller",)
    assert brief().tags == ("EXTORTION",)
    assert brief().evidence["published"].rule == "header-line date"


def test_countries_are_those_of_tag_and_title() -> None:
    assert brief().countries == ("PE",)


def test_body_is_the_printed_paragraphs() -> None:
    printed = lines()[4 : lines().index("share icon icon icon")]
    assert [block.text for block in brief().body] == [line for line in printed if not line.startswith("SEE ALSO")]
    assert [block.text for block in brief().body if block.type == "heading"] == ["InSight Crime Analysis"]


def test_standfirst_is_the_first_paragraph_and_stays_in_the_body() -> None:
    assert (brief().standfirst or "").startswith("A leader of Peru's business community")
    assert brief().body[0].text == brief().standfirst


def test_see_also_and_licence_are_apart() -> None:
    assert [(link.url, link.title) for link in brief().see_also] == [
        ("https://insightcrime.org/tag/extortion/", "Coverage of Extortion")
    ]
    assert (brief().licence or "").startswith("We encourage readers to copy and distribute our work")


def test_three_related_links_with_their_teasers_and_no_promotion() -> None:
    assert [link.url for link in brief().related] == [f"https://insightcrime.org/news/related-{n}/" for n in range(3)]
    assert brief().related[0].title.startswith("Peru's largest seaport handles")
    assert brief().related[1].title.endswith("similar extortion schemes in…")


def test_the_five_promotion_cards_are_told_apart() -> None:
    links = find_links(parse(page(), url=URL), SITE)
    promoted = [link.url for link in links if link.place == "promotion"]
    assert promoted == [f"https://insightcrime.org/news/promoted-{number}/" for number in range(5)]
    assert [link.place for link in links if link.url.endswith("/news/")] == ["menu"]
