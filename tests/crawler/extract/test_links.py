"""Where each link of a page stands; only related ones are followed."""

from __future__ import annotations

import pytest

from crawler.extract import FoundLink, find_links, parse
from crawler.sites import get_site

SITE = get_site("insightcrime")
TEXT = (
    "<h1>Title</h1><div class=entry-content><p>A paragraph that is long enough to be the body of an article.</p></div>"
)


def links(html: str, *, url: str = "https://insightcrime.org/news/brief/a/") -> list[FoundLink]:
    return list(find_links(parse(html.encode(), url=url), SITE))


def placed(html: str, place: str) -> list[tuple[str, str]]:
    found = [link for link in links(html) if link.place == place]
    return [(link.url.removeprefix("https://insightcrime.org"), link.title) for link in found]


@pytest.mark.parametrize(
    "heading", ["Related Content", "Contenido relacionado", "RELATED CONTENT", "Related Articles:"]
)
@pytest.mark.parametrize("wrap", ["<h2>{}</h2>", "<div>{}</div>", "<h3><span>{}</span></h3>", "<p><b>{}</b></p>"])
def test_cards_below_the_heading_are_related(heading: str, wrap: str) -> None:
    cards = "<div><a href=/news/x/>X</a></div><div><a href=/news/y/>Y</a></div>"
    html = f"{TEXT}<section>{wrap.format(heading)}{cards}</section>"
    assert placed(html, "related") == [("/news/x/", "X"), ("/news/y/", "Y")]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Related Content</h2><a href=/news/x/>X</a><h2>About InSight Crime</h2><a href=/news/z/>Z</a>",
        "<div><h2>Related Content</h2></div><div><a href=/news/x/>X</a></div>"
        "<div><h2>About InSight Crime</h2></div><div><a href=/news/z/>Z</a></div>",
        "<h2>Contenido relacionado</h2><h3><a href=/news/x/>X</a></h3>"
        "<h2>Sobre InSight Crime</h2><h3><a href=/news/z/>Z</a></h3>",
        "<h2>Related Content</h2><h2><a href=/news/x/>X</a></h2><h2>Newsletter</h2><a href=/news/z/>Z</a>",
        "<h2>Related Content</h2><a href=/news/x/>X</a><footer><a href=/news/z/>Z</a></footer>",
        "<h2>Related Content</h2><a href=/news/x/>X</a><div><i>THE ORGANIZATION</i><a href=/news/z/>Z</a></div>",
        "<h2>Related Content</h2><a href=/news/x/>X</a><a href=/news/z/><i>The Organization</i>Z</a>",
        "<section><h2>Related Content</h2><a href=/news/x/>X</a></section><section><a href=/news/z/>Z</a></section>",
    ],
)
def test_related_cards_end_where_another_section_begins(html: str) -> None:
    assert placed(f"<main>{TEXT}{html}</main>", "related") == [("/news/x/", "X")]


def test_promotion_is_never_related() -> None:
    html = "<section><h2>About InSight Crime</h2><a href=/news/x/><h3>Cited</h3></a></section>"
    assert placed(TEXT + html, "promotion") == [("/news/x/", "Cited")]
    assert placed(TEXT + html, "related") == []


def test_a_menu_entry_named_like_a_section_begins_none() -> None:
    html = (
        "<nav><ul><li><a href=/about/>About InSight Crime</a></li></ul></nav><ul><li>Related Content</li></ul>" + TEXT
    )
    assert {link.place for link in links(html + "<p><a href=/news/x/>X</a></p>")} == {"menu", "other"}


def test_several_links_of_a_card_count_once_and_give_its_title() -> None:
    card = (
        "<div><a href='/news/x/?relatedposts_hit=1'><img alt='picture'></a><a href=/tag/cocaine/>COCAINE</a>"
        "<h4><a href=/news/x/#top>The Title</a></h4><p><a href=/news/x/>A longer teaser below the title…</a></p>"
        "<a href=/news/x/>Read more</a></div>"
    )
    html = f"{TEXT}<div class='jp-relatedposts'><h3>Related</h3>{card}</div>"
    assert placed(html, "related") == [("/news/x/?relatedposts_hit=1", "The Title")]
    assert placed(html, "tag") == [("/tag/cocaine/", "COCAINE")]


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<div>COCAINE / 12 JAN 2023</div><p>A teaser…</p>", "A teaser…"),
        ("<span>COCAINE / 12 JAN 2023</span><span>A teaser…</span>", "A teaser…"),
        ("COCAÍNA / 12 ENE 2023 Un texto…", "Un texto…"),
        ("<img alt='A picture'>", "A picture"),
        ("<h3>Title</h3><p>22 SEP 2023</p>", "Title"),
        ("<p>Title with / a stroke</p>", "Title with / a stroke"),
    ],
)
def test_a_card_is_called_by_its_title_or_teaser(inside: str, title: str) -> None:
    assert placed(f"{TEXT}<h2>Related Content</h2><a href=/news/x/>{inside}</a>", "related") == [("/news/x/", title)]


def test_tagdiv_cards_are_related_without_their_tabs_and_categories() -> None:
    html = (
        "<div class='td_block_wrap td_block_related_posts'><h4 class=td-related-title><a href=#>RELATED</a></h4>"
        "<div class=td_module_related_posts><a href=/news/x/ class=td-image-wrap title=T><img></a>"
        "<a href=/category/news/ class=td-post-category>News</a><h3><a href=/news/x/>T</a></h3></div></div>"
    )
    assert placed(TEXT + html, "related") == [("/news/x/", "T")]


def test_links_of_the_body_the_cross_references_and_the_menu_are_told_apart() -> None:
    html = (
        "<header><nav><a href=/news/>News</a></nav><a href=/es/noticias/a/ hreflang=es>ES</a></header><h1>T</h1>"
        "<div class=entry-content><p>Words <a href=/news/x/>here</a> and <a rel=tag href=/x/>tag</a></p>"
        "<p><b>SEE ALSO:</b> <a href=/news/y/>Y</a></p></div><a href=/news/z/ hreflang=es>Español</a>"
    )
    places = {link.url.removeprefix("https://insightcrime.org"): link.place for link in links(html)}
    assert places == {
        "/news/": "menu",
        "/es/noticias/a/": "menu",
        "/news/x/": "body",
        "/x/": "tag",
        "/news/y/": "see also",
        "/news/z/": "translation",
    }


@pytest.mark.parametrize(
    "href", ["#", "javascript:x()", "mailto:a@b.c", "tel:1", "", "ftp://a/", "http://[::1", "http://a b/"]
)
def test_what_is_no_address_is_no_link(href: str) -> None:
    assert placed(f"{TEXT}<h2>Related Content</h2><a href='{href}'>x</a><a href=/news/y/>Y</a>", "related") == [
        ("/news/y/", "Y")
    ]


def test_addresses_are_resolved_as_linked() -> None:
    html = f"<base href='https://insightcrime.org/base/'>{TEXT}<a href='../news/x/?utm_source=a#b'>x</a>"
    html += "<a href='//h.example/'>y</a>"
    assert [link.url for link in links(html)] == [
        "https://insightcrime.org/news/x/?utm_source=a#b",
        "https://h.example/",
    ]
