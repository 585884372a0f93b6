"""The fields around a body, one behaviour each."""

from __future__ import annotations

import pytest

from crawler.extract import parse
from crawler.items import Image, Rights
from tests.crawler.extract.conftest import URL, ReadBrief

TEXT = "<div class=entry-content><p>A paragraph that is long enough to be the body of an article.</p></div>"
PAGE = f"<h1 class=entry-title>Title</h1>{TEXT}"
JSON_LD = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("head", "title", "rule"),
    [
        ("<h1 class=entry-title> The&nbsp;<i>Title</i> </h1>", "The Title", "css h1.entry-title"),
        ("<meta property=og:title content='The Title | InSight Crime'>", "The Title", "meta og:title"),
        ("<meta property=og:title content='Error'><title>The Title - InSight Crime</title>", "The Title", "css title"),
        ("<title>Crime | Order</title>", "Crime | Order", "css title"),
        (JSON_LD.format('{"@type":"NewsArticle","headline":"It&#8217;s"}'), "It’s", "json-ld $.headline"),
        ("<h1 class=entry-title>InSight Crime</h1><title>T | InSight Crime</title>", "T", "css title"),
    ],
)
def test_title(read_brief: ReadBrief, head: str, title: str, rule: str) -> None:
    brief = read_brief(head + TEXT)
    assert (brief.title, brief.evidence["title"].rule) == (title, rule)


@pytest.mark.parametrize(
    ("head", "url", "aliases", "rule"),
    [
        ("", URL, (), "address"),
        (f"<link rel=canonical href={URL}>", URL, (), "css link[rel=canonical] @href"),
        (
            "<link rel=canonical href=/news/brief/b/>",
            "https://insightcrime.org/news/brief/b/",
            (URL,),
            "css link[rel=canonical] @href",
        ),
        ("<link rel=canonical href=/news/>", URL, (), "address"),
        ("<link rel=canonical href=https://h.example/news/brief/b/>", URL, (), "address"),
        (
            "<meta property=og:url content=http://www.insightcrime.org/news/brief/c>",
            "https://insightcrime.org/news/brief/c/",
            (URL,),
            "meta og:url",
        ),
        (
            f"<link rel=canonical href={URL}><meta property=og:url content=https://insightcrime.org/news-briefs/a>",
            URL,
            ("https://insightcrime.org/news-briefs/a",),
            "css link[rel=canonical] @href",
        ),
    ],
)
def test_address(read_brief: ReadBrief, head: str, url: str, aliases: tuple[str, ...], rule: str) -> None:
    brief = read_brief(head + PAGE)
    assert (brief.url, brief.aliases, brief.captured_url) == (url, aliases, URL)
    assert brief.evidence["url"].rule == rule


def test_a_page_fetched_under_its_old_address_says_its_new_one(read_brief: ReadBrief) -> None:
    brief = read_brief(f"<link rel=canonical href={URL}>{PAGE}", url="http://www.insightcrime.org/news-briefs/a")
    assert (brief.url, brief.aliases) == (URL, ("https://insightcrime.org/news-briefs/a",))
    assert brief.captured_url == "http://www.insightcrime.org/news-briefs/a"


@pytest.mark.parametrize(
    ("head", "published", "rule"),
    [
        ("<time class='entry-date published' datetime=2020-01-02T03:04:05-05:00>", "2020-01-02T03:04:05-05:00",
         "css time.entry-date.published @datetime"),
        ("<meta property=article:published_time content=2020-01-02T03:04:05+00:00>", "2020-01-02T03:04:05+00:00",
         "meta article:published_time"),
        (JSON_LD.format('{"@graph":[{"@type":"WebPage"},{"@type":"Article","dateCreated":"1999-01-01",'
                        '"datePublished":"2020-01-02"}]}'), "2020-01-02", "json-ld $.@graph[1].datePublished"),
        (JSON_LD.format('{"@type":"Article","datePublished":"soon"}')
         + "<meta property=article:published_time content=2020-01-02>", "2020-01-02", "meta article:published_time"),
    ],
)  # fmt: skip
def test_published_is_never_converted(read_brief: ReadBrief, head: str, published: str, rule: str) -> None:
    brief = read_brief(head + PAGE)
    assert (brief.published, brief.evidence["published"].rule) == (published, rule)


def test_modified_earlier_than_published_is_kept(read_brief: ReadBrief) -> None:
    dates = '{"@type":"Article","datePublished":"2026-10-01T16:04:57","dateModified":"2026-09-30T10:20:48"}'
    brief = read_brief(JSON_LD.format(dates) + PAGE)
    assert (brief.published, brief.modified) == ("2026-10-01T16:04:57", "2026-09-30T10:20:48")
    assert brief.published_precision == "second"


def test_published_raw_is_what_readers_see(read_brief: ReadBrief) -> None:
    time = "<time class='entry-date published' datetime=2014-03-25T00:00:00+00:00>25 Mar 2014</time>"
    assert read_brief(time + PAGE).published_raw == "25 Mar 2014"
    assert read_brief("<meta property=article:published_time content=2014-03-25>" + PAGE).published_raw == "2014-03-25"


def test_a_byline_of_several_is_one_line_and_several_names(read_brief: ReadBrief) -> None:
    byline = (
        "<span class=byline>By <span class='author vcard'>A One</span>, <span class='author vcard'>B Two*</span></span>"
    )
    brief = read_brief(byline + PAGE)
    assert (brief.byline, brief.authors) == ("A One, B Two*", ("A One", "B Two"))


def test_names_in_capitals_are_spelled_as_machines_are_told(read_brief: ReadBrief) -> None:
    html = "<meta name=author content='Jeremy McDermott'><h1>T</h1><p>PERU / 5 AUG 2014 BY JEREMY MCDERMOTT EN</p>"
    brief = read_brief(html + TEXT.replace("entry-content", "x"))
    assert (brief.byline, brief.authors) == ("JEREMY MCDERMOTT", ("Jeremy McDermott",))


def test_spanish_header_line(read_brief: ReadBrief) -> None:
    html = "<p>NOTICIAS DEL DÍA</p><h1>T</h1><div>PERÚ / 26 ABR 2013 POR ANA PÉREZ Y LUIS GÓMEZ ES</div>"
    brief = read_brief(
        "<html lang=es>" + html + TEXT.replace("entry-content", "x"), url="https://insightcrime.org/es/noticias/a/"
    )
    assert (brief.kind, brief.language, brief.published) == ("brief", "es", "2013-04-26")
    assert (brief.authors, brief.tags, brief.countries) == (("Ana Pérez", "Luis Gómez"), ("PERÚ",), ("PE",))


def test_tags_keep_their_first_spelling(read_brief: ReadBrief) -> None:
    tags = "<span class=tags-links>Tagged: <a>Colombia</a> <a>COLOMBIA</a> <a>BARRIO 18</a> <a>Featured</a></span>"
    brief = read_brief(tags + PAGE)
    assert brief.tags == ("Colombia", "BARRIO 18", "Featured")
    assert brief.countries == ("CO",)


@pytest.mark.parametrize(
    ("url", "head", "kind"),
    [
        ("https://insightcrime.org/news/a/", "", "news"),
        (
            "https://insightcrime.org/news/a/",
            JSON_LD.format('{"@type":"Article","articleSection":["News","Brief"]}'),
            "brief",
        ),
        ("https://insightcrime.org/news/a/", "<p>ANALYSIS</p>", "analysis"),
        ("https://insightcrime.org/news/a/", "<p>HomeNewsAnalysisTitle</p>", "analysis"),
        ("https://insightcrime.org/news/brief/a/", "<span class=cat-links><a>News</a></span>", "brief"),
        ("https://insightcrime.org/investigations/a/", "", "investigation"),
        ("https://insightcrime.org/mexico-organized-crime-news/zetas/", "<p>NEWS</p>", "profile"),
    ],
)
def test_kind_is_the_most_telling(read_brief: ReadBrief, url: str, head: str, kind: str) -> None:
    assert read_brief(head + PAGE, url=url).kind == kind


@pytest.mark.parametrize(
    ("html", "url", "language"),
    [
        ("<html lang=en-us>", URL, "en-US"),
        ("<html lang=en-US>", "https://insightcrime.org/es/noticias/a/", "es"),
        ("<html lang=es-CO>", "https://es.insightcrime.org/noticias/a/", "es-CO"),
        ("<html><meta property=og:locale content=es_ES>", "https://es.insightcrime.org/noticias/a/", "es-ES"),
        ("", URL, "en"),
        ("<html lang='?'>", URL, "en"),
    ],
)
def test_language(read_brief: ReadBrief, html: str, url: str, language: str) -> None:
    assert read_brief(html + PAGE, url=url).language == language


def test_translations_are_those_of_hreflang(read_brief: ReadBrief) -> None:
    head = (
        f"<link rel=alternate hreflang=en href={URL}><link rel=alternate hreflang=es href=/es/noticias/a>"
        "<link rel=alternate hreflang=x-default href=/news/brief/z/>"
        "<link rel=alternate hreflang=es href=/es/noticias/b>"
    )
    (translation,) = read_brief(head + PAGE).translations
    assert (translation.language, translation.url) == ("es", "https://insightcrime.org/es/noticias/a/")


def test_rights_come_from_page_and_headers(read_brief: ReadBrief) -> None:
    head = "<meta name=robots content='index, follow'><meta name=tdm-policy content=https://h.example/p>"
    headers = (("X-Robots-Tag", "noai"), ("x-robots-tag", "noimageai"), ("TDM-Reservation", "1"))
    assert read_brief(head + PAGE, headers=headers).rights == Rights(
        meta_robots="index, follow",
        x_robots_tag="noai, noimageai",
        tdm_reservation="1",
        tdm_policy="https://h.example/p",
    )


def test_images_have_captions_credits_and_no_repeats(read_brief: ReadBrief) -> None:
    html = (
        "<meta property=og:image content=/a-1200x600.jpg><h1 class=entry-title>T</h1><div class=entry-content>"
        "<figure><img src=data:image/gif;base64,x data-src=/a-300x200.jpg alt=Alt>"
        "<figcaption>Police (Photo: A B)</figcaption>"
        "</figure><img class=emoji src=/e.png>" + TEXT + "<img src=/b.jpg></div>"
    )
    assert read_brief(html).images == (
        Image(url="https://insightcrime.org/a-300x200.jpg", caption="Police", credit="A B", alt="Alt"),
        Image(url="https://insightcrime.org/b.jpg"),
    )


def test_links_of_the_body_are_canonical_and_once(read_brief: ReadBrief) -> None:
    html = PAGE.replace(
        "long", "<a href='http://www.insightcrime.org/news/x?utm_source=y'>long</a> <a href='mailto:a'>b</a>"
    )
    assert [(link.url, link.title) for link in read_brief(html).links] == [("https://insightcrime.org/news/x/", "long")]


def test_typography_alone_leaves_the_digest_as_it_is(read_brief: ReadBrief) -> None:
    one = PAGE.replace("A paragraph", 'Colombia\'s "micro" -- a paragraph')
    other = PAGE.replace("A paragraph", "Colombia’s “micro” — a paragraph")
    assert read_brief(one).content_digest == read_brief(other).content_digest
    assert read_brief(one).content_digest != read_brief(PAGE).content_digest


def test_fields_of_later_rooms_stay_empty(read_brief: ReadBrief) -> None:
    brief = read_brief(PAGE)
    assert (brief.id, brief.version, brief.run, brief.capture, brief.seed, brief.via) == ("", 0, "", None, None, None)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<p>Urabeños".encode(), "text/html; charset=utf-8"),
        ("<p>Urabeños".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<meta charset=windows-1252>Urabeños".encode("cp1252"), None),
        ("<p>Urabeños".encode("utf-8-sig"), "text/html; charset=latin-1"),
        ("<p>Urabeños".encode(), None),
        ("<p>Urabeños".encode("cp1252"), None),
    ],
)
def test_letters_survive_each_way_of_naming_the_charset(body: bytes, content_type: str | None) -> None:
    page = parse(body, url=URL, content_type=content_type)
    assert "Urabeños" in page.tree.text(0)
