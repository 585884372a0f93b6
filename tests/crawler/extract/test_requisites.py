"""What a page and its style sheets need to look right, told from their bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract import as_asked, find_requisites, find_style_requisites, parse
from crawler.extract.requisites import parse_srcset
from crawler.extract.styles import find_in_style_attribute, find_in_style_element, find_in_stylesheet

URL = "https://a.example/news/one/"


def found(html: str, *, scripts: bool = False) -> list[str]:
    page = parse(f"<!doctype html><html>{html}".encode(), url=URL, content_type="text/html; charset=utf-8")
    return find_requisites(page, scripts=scripts)


@pytest.mark.parametrize(
    ("html", "addresses"),
    [
        ('<link rel="stylesheet" href="/s.css?ver=5.2">', ["/s.css?ver=5.2"]),
        ('<link rel="Alternate StyleSheet" href="/s.css">', ["/s.css"]),
        ('<link rel="shortcut icon" href="/i.ico"><link rel="apple-touch-icon" href="/t.png">', ["/i.ico", "/t.png"]),
        ('<link rel="preload" as="font" href="/f.woff2" crossorigin>', ["/f.woff2"]),
        ('<link rel="preload" as="image" href="/p.png" imagesrcset="/p2.png 2x">', ["/p.png", "/p2.png"]),
        ('<link rel="preload" as="fetch" href="/d.json"><link rel="canonical" href="/c/">', []),
        ('<img src="/a.png">', ["/a.png"]),
        ('<img src="/a.png#top"><img src="/a.png">', ["/a.png"]),
        ('<img srcset="/a1.png, /a2.png 2x">', ["/a1.png", "/a2.png"]),
        ('<img data-src="/l.png" data-srcset="/l2.png 2x">', ["/l.png", "/l2.png"]),
        ('<picture><source srcset="/a.webp 1x"><img src="/a.png"></picture>', ["/a.png", "/a.webp"]),
        ('<video poster="/p.png" src="/v.mp4"><source src="/v.webm"></video>', ["/p.png"]),
        ("<style>@import '/i.css'; p{background:url(/b.png)}</style>", ["/i.css", "/b.png"]),
        ('<p style="background: url(&quot;/b.png&quot;)">', ["/b.png"]),
        ('<body background="/old.gif"><input type="image" src="/go.gif">', ["/go.gif", "/old.gif"]),
        ('<svg><image xlink:href="/v.svg"/><use href="/sprite.svg#bell"/><use href="#own"/></svg>',
         ["/v.svg", "/sprite.svg"]),
        ('<noscript><img src="/n.png"></noscript>', ["/n.png"]),
        ('<iframe src="/frame/"></iframe><a href="/two/"><object data="/o.swf"></object></a>', []),
    ],
)  # fmt: skip
def test_every_kind_is_found_and_nothing_else(html: str, addresses: list[str]) -> None:
    assert found(html) == [f"https://a.example{address}" for address in addresses]


def test_style_sheets_come_first() -> None:
    html = '<link rel="icon" href="/i.png"><link rel="stylesheet" href="/s.css"><img src="/a.png">'
    assert [address.rpartition("/")[2] for address in found(html)] == ["s.css", "i.png", "a.png"]


def test_scripts_come_by_choice_alone() -> None:
    html = (
        '<script src="/a.js"></script><script type="module" src="/b.js"></script><script>1</script>'
        '<script type="application/ld+json" src="/no.js"></script>'
        '<link rel="modulepreload" href="/c.js"><link rel="preload" as="script" href="/d.js">'
    )
    assert found(html) == []
    assert found(html, scripts=True) == [f"https://a.example/{name}.js" for name in "cdab"]


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("", f"{URL}x.png"),
        ('<base href="/media/">', "https://a.example/media/x.png"),
        ('<base target="_top"><base href="//b.example/m/"><base href="/no/">', "https://b.example/m/x.png"),
    ],
)
def test_the_base_is_heeded(base: str, address: str) -> None:
    assert found(f'<head>{base}</head><img src="x.png">') == [address]


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "#top", "data:image/gif;base64,R0lGOD", "blob:https://a.example/1", "javascript:1", "about:blank",
        "mailto:a@b.example", "ftp://a.example/x.png", "http://", "http:///x.png", "https://[bad/x.png",
        "https://a.example:99999/x.png", "https://a b.example/x.png", "https://a..example/x.png", "/" + "x" * 9000, URL,
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_left_out(address: str) -> None:
    assert found(f'<img src="{address}">') == []


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("//B.Example/x.png", "https://b.example/x.png"),
        ("\\x\\y.png?a\\b", "https://a.example/x/y.png?a%5Cb"),
        ("/a b.png", "https://a.example/a%20b.png"),
        ("/%C3%A9.png?x=%41&y", "https://a.example/%C3%A9.png?x=%41&y"),
        ("/é.png", "https://a.example/%C3%A9.png"),
        ("/x.png?utm_source=a", "https://a.example/x.png?utm_source=a"),
    ],
)
def test_addresses_are_asked_as_a_browser_would(reference: str, address: str) -> None:
    assert found(f'<img src="{reference}">') == [address]
    assert as_asked(address) == address


@pytest.mark.parametrize(
    ("srcset", "addresses"),
    [
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a.png,b.png 2x", ["a.png,b.png"]),
        ("a.png, b.png,,c.png", ["a.png", "b.png,,c.png"]),
        (", a.png 100w ,b.png 200w,", ["a.png", "b.png"]),
        ("data:image/png;base64,AA== 1x, b.png 2x", ["data:image/png;base64,AA==", "b.png"]),
        ("a.png (x, y) 1x, b.png", ["a.png", "b.png"]),
        ("a.png (x", ["a.png"]),
        ("", []),
    ],
)
def test_candidates_are_parted_as_html_parts_them(srcset: str, addresses: list[str]) -> None:
    assert list(parse_srcset(srcset)) == addresses


@pytest.mark.parametrize(
    ("css", "references"),
    [
        ("@import 'a.css'; @import url(b.css) screen; @import url('c.css') layer(x) supports(display: grid);",
         ["a.css", "b.css", "c.css"]),
        ("p{background:url(p.png)} @import url(late.css);", ["late.css", "p.png"]),
        ("@font-face{src:local('No'),url(f.woff2?v=1#iefix) format('woff2'),url('f.woff')}",
         ["f.woff2?v=1#iefix", "f.woff"]),
        ("@media print{@supports (x:url(no.png)){p{background:URL( 'p.png' )}}}", ["p.png"]),
        ("p{background:image-set('a.avif' type('image/avif'), url(a.png) 2x)}", ["a.avif", "a.png"]),
        ("p{background:u\\72l(escaped.png)}", ["escaped.png"]),
        (".a{.b &{background:url(nested.png)}}", ["nested.png"]),
        ("@namespace svg url(http://www.w3.org/2000/svg); p::before{content:'url(no.png)'} /* url(no.png) */", []),
        ("p{background:url(bad\".png)} p{background:url(good.png)}", ["good.png"]),
        ("p{background:url(open.png", ["open.png"]),
    ],
)  # fmt: skip
def test_css_names_what_it_needs(css: str, references: list[str]) -> None:
    assert find_in_stylesheet(css.encode()) == references
    assert list(find_in_style_element(css)) == references


@pytest.mark.parametrize(
    ("sheet", "charset"),
    [
        ("p{background:url(é.png)}".encode(), None),
        ("p{background:url(é.png)}".encode("cp1252"), "windows-1252"),
        ('@charset "windows-1252";p{background:url(é.png)}'.encode("cp1252"), None),
        ("\ufeffp{background:url(é.png)}".encode(), "windows-1252"),
    ],
)
def test_the_encoding_of_a_style_sheet_is_told_as_css_syntax_says(sheet: bytes, charset: str | None) -> None:
    assert find_style_requisites(sheet, url="https://c.example/s/x.css", charset=charset) == [
        "https://c.example/s/%C3%A9.png"
    ]


def test_a_deep_style_sheet_does_no_harm() -> None:
    assert find_in_stylesheet(b"p{a:" + b"f(" * 50_000 + b"url(deep.png)") == ["deep.png"]
    assert find_in_stylesheet(b"{" * 50_000) == []


@given(st.text(), st.text(alphabet="<>='\" ,()@;:{}\\/#?[]%*!-abimgsrcsetlinkstyleurl"))
def test_nothing_crashes(text: str, marks: str) -> None:
    for junk in (text, marks):
        find_in_stylesheet(junk.encode("utf-8", "replace"))
        find_in_style_attribute(junk)
        list(parse_srcset(junk))
        as_asked(f"https://{junk}")
        found(f'<base href="{junk}"><img src="{junk}" srcset=\'{junk}\'><style>{junk}</style>{junk}')
