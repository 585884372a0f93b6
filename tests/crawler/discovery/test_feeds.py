"""RSS and Atom as sites really write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.discovery.moments import latest_moment
from tests.crawler.discovery.conftest import URL, addresses, read

HOME = "https://harbour.example"
ONE, TWO = f"{HOME}/news/one/", f"{HOME}/news/two/"
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>T</title><link>https://harbour.example/</link>'
END = "</channel></rss>"
ITEM = f"<item><title>One</title><link>{ONE}</link></item>"
CAFE = ITEM.replace("One", "caf\xe9")
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://harbour.example/" rel="self"/>'
BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{below};" * 10}">' for below, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RSS + ITEM + END, [ONE]),
        (RSS + f"<item><link>\n  {ONE}\n</link></item>" + END, [ONE]),
        (RSS + "<item><link>/news/one/</link></item>" + END, [ONE]),
        (RSS + "<item><link>one/</link></item>" + END, [f"{URL}one/"]),
        (RSS + "<item><link>//harbour.example/news/one/</link></item>" + END, [ONE]),
        (RSS + f"<item><link><![CDATA[{ONE}]]></link></item>" + END, [ONE]),
        (RSS + f"<item><link><![CDATA[{ONE}?a=1&b=2]]></link></item>" + END, [f"{ONE}?a=1&b=2"]),
        (RSS + f"<item><link>{ONE}?a=1&amp;b=2</link></item>" + END, [f"{ONE}?a=1&b=2"]),
        # guid permalinks
        (RSS + f"<item><guid>{ONE}</guid></item>" + END, [ONE]),
        (RSS + f'<item><guid isPermaLink="true">{ONE}</guid></item>' + END, [ONE]),
        (RSS + f'<item><guid isPermaLink="false">{HOME}/?p=1</guid></item>' + END, []),
        (RSS + f'<item><guid isPermaLink="False">{HOME}/?p=1</guid><link>{ONE}</link></item>' + END, [ONE]),
        (RSS + f"<item><link></link><guid>{ONE}</guid></item>" + END, [ONE]),
        (RSS + f"<item><guid>tag:harbour.example,2026:1</guid><link>{ONE}</link></item>" + END, [ONE]),
        (RSS + "<item><guid>tag:harbour.example,2026:1</guid></item>" + END, []),
        # several authors in one creator, and a prefix that nobody declared
        (RSS + f"<item><dc:creator>A and B, C</dc:creator><link>{ONE}</link></item>" + END, [ONE]),
        # malformed
        (RSS + f"<item><link>{ONE}?a=1&b=2</link></item>" + END, [f"{ONE}?a=1&b=2"]),
        (RSS + f"<item><title>a&nbsp;b & c &copy; &unheard;</title><link>{ONE}</link></item>" + END, [ONE]),
        (RSS + f"<item><title>a <b>b<i>c</b></title><link>{ONE}</link></item>" + END, [ONE]),
        (RSS + f"<item><title>a<link>{ONE}</link></item>" + END, [ONE]),
        (RSS + f"<item><title>a<link>{ONE}</link>" + END, [ONE]),
        (RSS + f"<item><title>\x0b\x00\x1b</title><link>{ONE}</link></item>" + END, [ONE]),
        ("\n\n  " + RSS + ITEM + END, [ONE]),
        ("<br />\n<b>Warning</b>: on line 3<br />\n" + RSS + ITEM + END, [ONE]),
        (RSS + ITEM + END + "<!-- cached -->\n<script>x</script>", [ONE]),
        (RSS + ITEM, [ONE]),
        (RSS + ITEM + f"<item><link>{TWO}", [ONE]),
        (RSS + ITEM + f"<item><link>{TWO[:-9]}", [ONE]),
        (RSS + ITEM + ITEM + END, [ONE]),
        (RSS + END, []),
        # a link that is none
        (RSS + "<item><link>http://]/</link></item>" + ITEM + END, [ONE]),
        (RSS + "<item><link>javascript:void(0)</link></item><item><link>mailto:a@b.example</link></item>" + END, []),
        (RSS + f"<item><source url='{TWO}'><link>{TWO}</link></source><link>{ONE}</link></item>" + END, [ONE]),
        # an entity bomb, and one that names a file
        (BOMB + "]>" + RSS[21:] + f"<item><title>{'&i;' * 99}</title><link>{ONE}</link></item>" + END, [ONE]),
        (
            '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
            + RSS[21:] + "<item><link>https://harbour.example/&x;y</link></item>" + END,
            [f"{HOME}/&x;y"],
        ),
        # Atom, RDF
        (ATOM + f'<entry><link href="{ONE}"/></entry></feed>', [ONE]),
        (ATOM + f'<entry><link rel="enclosure" href="/a"/><link rel="alternate" href="{ONE}"/></entry></feed>', [ONE]),
        (ATOM + f"<entry><id>{ONE}</id></entry></feed>", [ONE]),
        (ATOM + "<entry><id>urn:uuid:1</id></entry></feed>", []),
        (f'<feed xml:base="{HOME}/news/"><entry xml:base="one/"><link href="."/></entry></feed>', [ONE]),
        (f'<atom:feed xmlns:atom="x"><atom:entry><atom:link href="{ONE}"/></atom:entry></atom:feed>', [ONE]),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
            f'<channel/><item rdf:about="{ONE}"><link>{ONE}</link></item></rdf:RDF>',
            [ONE],
        ),
    ],
)  # fmt: skip
def test_what_a_feed_names(text: str, expected: list[str]) -> None:
    assert addresses(read(text.encode())) == expected


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ((RSS.replace("?>", ' encoding="utf-16"?>') + ITEM + END).encode("utf-16"), ""),
        ((RSS + ITEM + END).encode("utf-8-sig"), ""),
        ((RSS.replace("?>", ' encoding="iso-8859-1"?>') + CAFE + END).encode("latin-1"), ""),
        ((RSS + CAFE + END).encode("latin-1"), ""),
        ((RSS + ITEM.replace("One", "\u043f\u043e\u0440\u0442") + END).encode("koi8-r"), "text/xml; charset=koi8-r"),
        ((RSS.replace("?>", ' encoding="nonsense"?>') + ITEM + END).encode(), "text/xml; charset=unicode_escape"),
        ((RSS.replace("?>", ' encoding="utf-8"?>') + ITEM + END).encode(), "text/html; charset=iso-8859-1"),
    ],
)  # fmt: skip
def test_whatever_the_encoding(body: bytes, field: str) -> None:
    assert addresses(read(body, "feed", f"Content-Type: {field or 'application/rss+xml'}")) == [ONE]


def test_an_address_beyond_ascii_is_escaped_as_it_is_asked() -> None:
    text = RSS + f"<item><link>{HOME}/news/caf\xe9 uno/</link></item>" + END
    assert addresses(read(text.encode())) == [f"{HOME}/news/caf%C3%A9%20uno/"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!doctype html><html><head><title>Just a moment...</title>", "no feed but html"),
        (b"Not Found", "no feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "no feed"),
        (b"<" * 5000, "no feed"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, problem: str) -> None:
    reading = read(body)
    assert (reading.problem, reading.pages) == (problem, ())


def test_the_latest_of_an_items_dates_counts() -> None:
    dates = "<published>2026-01-02T03:04:05Z</published><updated>2026-02-03T04:05:06+01:00</updated>"
    (named,) = read((ATOM + f"<entry><link href='{ONE}'/>{dates}</entry></feed>").encode()).pages
    assert named.changed == latest_moment("2026-02-03T03:05:06Z")
    text = RSS + f"<item><link>{ONE}</link><pubDate>Thu, 03 Sep 2026 15:17:40 +0000</pubDate></item>" + END
    assert read(text.encode()).pages[0].changed == latest_moment("2026-09-03T15:17:40Z")
    text = RSS + f"<item><link>{ONE}</link><pubDate>yesterday</pubDate></item>" + END
    assert read(text.encode()).pages[0].changed is None


def test_what_is_over_the_limit_is_counted() -> None:
    items = "".join(f"<item><link>{HOME}/{number}</link></item>" for number in range(9))
    reading = read((RSS + items + END).encode(), most=4)
    assert (len(reading.pages), reading.left_out) == (4, 5)


def test_the_real_feed(real: Path) -> None:
    body = (real / "insightcrime" / "rss_item_abridged.xml").read_bytes()
    reading = read(body, url="https://insightcrime.org/tag/mexico/feed/")
    assert addresses(reading) == ["https://insightcrime.org/news/on-the-radar-the-end-of-colombias-total-peace/"]
    assert reading.pages[0].changed == latest_moment("2026-09-03T15:17:40Z")
