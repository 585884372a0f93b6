"""Which capture an address and a time name, and which one holds a revisit's body."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archive.catalog.finding import key_range, nearest, original_of
from archive.errors import CaptureNotFound
from archive.model import IDENTICAL, NOT_MODIFIED
from archive.timestamps import parse_span
from tests.archive.catalog.test_catalog import CAPTURE, of

URL = "https://example.com/"
DAYS = [replace(CAPTURE, timestamp=f"202611{day:02}120000", record_id=f"urn:uuid:{day}") for day in (3, 5, 6, 20)]
REVISIT = replace(
    CAPTURE,
    timestamp="20261201000000",
    mime="warc/revisit",
    record_id="urn:uuid:revisit",
    type="revisit",
    profile=IDENTICAL,
)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (None, 20),
        ("2026", 20),
        ("2025", 3),
        ("2027", 20),
        ("2026-11-05", 5),
        ("2026-11-05T11:59", 5),
        ("20261105120000", 5),
        ("20261105115959", 5),
        ("2026-11-04T12:00:00", 3),  # as far from the 3rd as from the 5th: the earlier one
        ("2026-11-04T12:00:01", 5),
        ("2026-11-12", 6),
        ("2026-11-14", 20),
        ("2026-11-05T14:00+02:00", 5),
    ],
)
def test_the_nearest_capture_is_found(at: str | None, day: int) -> None:
    with of(*DAYS) as catalog:
        found = nearest(catalog, URL, parse_span(at) if at else None)
    assert found.timestamp[6:8] == f"{day:02}"


@pytest.mark.parametrize(
    "spelling", ["https://example.com", "http://www.example.com:80/", "example.com", "HTTPS://EXAMPLE.COM/#top"]
)
def test_an_address_is_found_in_any_spelling(spelling: str) -> None:
    with of(*DAYS) as catalog:
        assert nearest(catalog, spelling) == DAYS[-1]


def test_an_unknown_address_is_answered_with_its_neighbours() -> None:
    other = replace(CAPTURE, key="com,example)/news", url="https://example.com/news")
    with of(CAPTURE, other) as catalog, pytest.raises(CaptureNotFound) as raised:
        nearest(catalog, "https://example.com/new")
    assert str(raised.value) == (
        "no capture of https://example.com/new; next to it in the catalogue: "
        "https://example.com/, https://example.com/news"
    )


def test_an_empty_catalogue_says_so() -> None:
    with of() as catalog, pytest.raises(CaptureNotFound, match="the catalogue is empty"):
        nearest(catalog, URL)


@pytest.mark.parametrize(
    ("url", "inside", "outside"),
    [
        ("https://example.com/a", ["/a", "/A", "/a/"], ["/a/b", "/ab", "/a?b", "/"]),
        ("https://example.com/a*", ["/a", "/ab", "/a/b", "/a?b=1"], ["/b", "/"]),
        ("https://example.com/a/*", ["/a/b", "/a/b/c?d"], ["/a", "/ab", "/a-b"]),
        ("https://example.com/*", ["/", "/z~"], []),
        ("https://example.com/a?*", ["/a?b"], ["/a", "/ab"]),
    ],
)
def test_a_star_stands_for_whatever_follows(url: str, inside: list[str], outside: list[str]) -> None:
    first, end = key_range(url)
    keys = {path: key_range(f"https://example.com{path}")[0] for path in (*inside, *outside)}
    assert [path for path, key in keys.items() if first <= key < end] == inside


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"refers_to": "urn:uuid:3", "refers_to_url": URL}, "urn:uuid:3"),
        ({"refers_to": "urn:uuid:5"}, "urn:uuid:5"),
        ({"refers_to_url": URL, "refers_to_date": "2026-11-06T12:00:00Z"}, "urn:uuid:6"),
        ({"refers_to_url": URL, "refers_to": "urn:uuid:lost", "digest": "sha256:05"}, "urn:uuid:5"),
        ({"digest": "sha256:20"}, "urn:uuid:20"),
        ({"digest": "sha256:ee", "profile": NOT_MODIFIED}, "urn:uuid:20"),
        ({"digest": "sha256:03", "key": "com,example)/copy", "url": "https://example.com/copy"}, "urn:uuid:3"),
    ],
)
def test_an_original_is_found_by_what_the_revisit_says(said: dict[str, Any], wanted: str) -> None:
    captures = [
        replace(day, date=f"2026-11-{day.timestamp[6:8]}T12:00:00Z", digest=f"sha256:{day.timestamp[6:8]}")
        for day in DAYS
    ]
    revisit = replace(REVISIT, **said)
    with of(*captures, revisit) as catalog:
        assert original_of(catalog, revisit).record_id == wanted


@pytest.mark.parametrize("digest", [None, "sha256:ee"])
def test_an_original_that_is_not_there_is_named(digest: str | None) -> None:
    revisit = replace(REVISIT, digest=digest, refers_to="urn:uuid:lost")
    with of(CAPTURE, revisit) as catalog, pytest.raises(CaptureNotFound) as raised:
        original_of(catalog, revisit)
    assert str(raised.value) == "a.warc.gz at byte 0: is a revisit of urn:uuid:lost, which is not in this collection"
