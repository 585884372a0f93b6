"""The catalogue's own order and look-ups."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archive.catalog import Catalog
from archive.catalog.schema import memory_catalog
from archive.cdxj import IndexedCapture
from archive.surt import surt

CAPTURE = IndexedCapture(
    key="com,example)/",
    timestamp="20261124013200",
    url="https://example.com/",
    mime="text/html",
    status="200",
    digest="sha256:00",
    length=10,
    offset=0,
    warc="a.warc.gz",
    record_id="urn:uuid:0",
    date="2026-11-24T01:32:00Z",
    type="response",
    profile="",
    refers_to="",
    refers_to_url="",
    refers_to_date="",
)
URLS = st.text(max_size=12).map("https://example.com/{}".format) | st.sampled_from(
    ["https://example.com/a", "https://example.com/a!", "https://example.com/a/b", "http://example.com:8080/a", "urn:a"]
)
CAPTURES = st.builds(
    lambda url, second, offset, mime: replace(
        CAPTURE, key=surt(url), url=url, timestamp=f"202611240132{second:02}", offset=offset, mime=mime
    ),
    URLS,
    st.integers(0, 3),
    st.integers(0, 12),
    st.sampled_from([None, "text/html"]),
)


def of(*captures: IndexedCapture) -> Catalog:
    catalog = Catalog(memory_catalog())
    catalog.add("a.warc.gz", 100, captures)
    return catalog


@given(st.lists(CAPTURES, max_size=30))
def test_the_lines_are_in_the_order_of_their_bytes(captures: list[IndexedCapture]) -> None:
    with of(*captures) as catalog:
        lines = [line.encode() for line in catalog.lines()]
    assert lines == sorted(capture.line.encode() for capture in captures)


def test_captures_come_back_as_they_went_in() -> None:
    revisit = replace(CAPTURE, mime="warc/revisit", status=None, digest=None, type="revisit", refers_to="urn:uuid:1")
    with of(CAPTURE, revisit) as catalog:
        assert list(catalog.between()) == [CAPTURE, revisit]
        assert catalog.count() == 2


def test_captures_of_one_second_stay_in_their_order() -> None:
    captures = [replace(CAPTURE, offset=offset) for offset in (30, 4, 200)]
    with of(*captures) as catalog:
        assert list(catalog.between()) == captures
        assert catalog.before(CAPTURE.key) == captures[-1]
        assert catalog.after(CAPTURE.key, "2026") == captures[0]


def test_both_ends_of_a_time_are_in_it() -> None:
    captures = [replace(CAPTURE, timestamp=f"2026112401320{second}") for second in range(5)]
    with of(*captures) as catalog:
        assert list(catalog.between("20261124013201", "20261124013203")) == captures[1:4]


def test_a_file_that_is_dropped_is_not_known_any_more() -> None:
    with of(CAPTURE) as catalog:
        catalog.drop("a.warc.gz")
        assert (catalog.count(), catalog.lengths()) == (0, {})
