"""Which capture a later request asks about, and a later record refers to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.model import Capture
from crawler.ledger.captures import CaptureIndex, KnownCapture
from crawler.ledger.schema import open_ledger

URL, OTHER = "https://a.example/1", "https://a.example/2"


@pytest.fixture
def index(tmp_path: Path) -> Iterator[CaptureIndex]:
    with closing(open_ledger(tmp_path / "ledger.sqlite")) as connection:
        yield CaptureIndex(connection)


def known(name: str, *, url: str = URL, status: int = 200, digest: str = "sha256:1", reusable: int = 0) -> KnownCapture:
    capture = Capture(
        warc="a.warc.gz",
        offset=0,
        length=9,
        record_id=name,
        timestamp="20260101000000",
        payload_digest=digest,
        http_status=status,
    )
    date = "2026-01-01T00:00:00Z"
    return KnownCapture(capture=capture, url=url, date=date, original=name, reusable=reusable, etag=f'"{name}"')


def keep(index: CaptureIndex, *captures: KnownCapture) -> None:
    names = [each.capture.record_id for each in captures]
    for each in captures:
        index.note(each)
    index.commit(names)
    index.forget(names)


@pytest.mark.parametrize(
    ("statuses", "newest"),
    [
        ((), None),
        ((200,), 0),
        ((200, 304), 1),
        ((200, 304, 200), 2),
        ((200, 500), 0),
        ((200, 301), 0),
        ((200, 404), None),
        ((200, 410), None),
        ((200, 410, 500), None),
        ((200, 410, 200), 2),
        ((404, 304), 1),
    ],
)
def test_the_newest_good_capture_counts_unless_the_page_was_gone_since(
    statuses: tuple[int, ...], newest: int | None, index: CaptureIndex
) -> None:
    keep(index, *(known(str(number), status=status) for number, status in enumerate(statuses)))
    keep(index, known("another", url=OTHER))
    found = index.newest(URL)
    assert (found.capture.record_id if found else None) == (None if newest is None else str(newest))


@pytest.mark.parametrize("is_committed", [True, False])
@pytest.mark.parametrize(
    ("reusable", "url", "is_found"),
    [(0, URL, False), (1, URL, True), (1, OTHER, False), (2, URL, True), (2, OTHER, True)],
)
def test_which_payloads_may_be_referred_to_from_where(
    reusable: int, url: str, is_found: bool, is_committed: bool, index: CaptureIndex
) -> None:
    one = known("one", reusable=reusable)
    if is_committed:
        keep(index, one)
    else:
        index.note(one)
    assert index.by_digest("sha256:1", url) == (one if is_found else None)
    assert index.by_digest("sha256:2", url) is None


def test_a_capture_comes_back_as_it_was_kept(index: CaptureIndex) -> None:
    one = known("one", reusable=2)
    keep(index, one)
    assert index.by_id("one") == index.newest(URL) == one
    assert index.by_id("two") is None


def test_the_first_of_equal_payloads_is_referred_to(index: CaptureIndex) -> None:
    first, second = known("one", reusable=2), known("two", reusable=2)
    keep(index, first)
    index.note(second)
    assert index.by_digest("sha256:1", OTHER) == first


def test_an_uncommitted_capture_is_found_by_its_id_and_is_not_the_newest(index: CaptureIndex) -> None:
    index.note(known("one"))
    assert index.by_id("one") is not None
    assert index.newest(URL) is None
