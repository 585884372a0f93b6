"""Revisits in a rebuild: the original's payload under the revisit's own head."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import RecordError
from archive.model import IDENTICAL, NOT_MODIFIED, Exchange, Revisit, Stored
from archive.writer import WarcWriter
from crawler.items import Brief, Hop, Rejection
from crawler.rebuild import captured_pages
from crawler.sites import get_site
from crawler.works.fold import CapturedPage

SITE = get_site("demo")
URL = "https://harbour.example/news/brief/copper-on-the-quay/"
OTHER = "https://harbour.example/news/brief/copper-again/"
BEGAN = datetime(2024, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
PAGE = (
    "<html lang=en><head><title>Copper — on the quay</title></head><body><article><h1>Copper — on the quay</h1>"
    f"<div class=entry-content><p>{'The harbour master counted forty crates. ' * 3}</p></div></article></body></html>"
).encode()
CHUNKED = b"%X\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(PAGE, mtime=0)), gzip.compress(PAGE, mtime=0))


def response(*fields: str, status: str = "200 OK", body: bytes = b"") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *fields, "", ""]).encode() + body


ORIGINAL = response("Content-Encoding: gzip", "Transfer-Encoding: chunked", body=CHUNKED)
AGAIN = response("Content-Encoding: gzip", "X-Robots-Tag: noarchive", body=gzip.compress(PAGE, mtime=0))


class Filling:
    """A collection that is filled by hand."""

    def __init__(self, root: Path) -> None:
        self.collection = Collection(root)
        self.collection.create({"site": "demo"})
        self._count = 0
        self.serial = 1

    def write(self, *exchanges: Exchange) -> list[Stored]:
        """Append exchanges to a WARC of their own."""
        writer = WarcWriter(
            self.collection.archive,
            prefix="demo",
            serial=self.serial,
            warcinfo=(("run", f"run-{self.serial}"),),
            now=lambda: BEGAN,
            new_id=self._new_id,
        )
        self.serial += 1
        with writer:
            return [writer.write(exchange) for exchange in exchanges]

    def _new_id(self) -> str:
        self._count += 1
        return f"urn:uuid:00000000-0000-4000-8000-{self._count:012d}"


def exchange(answer: bytes, url: str = URL, *, revisit: Revisit | None = None) -> Exchange:
    metadata = (*Hop(seed=URL, via=OTHER, hops="L").fields(), ("robotsTxt", "allowed"))
    request = f"GET {url} HTTP/1.1\r\n\r\n".encode()
    return Exchange(
        url=url, request=request, response=answer, began=BEGAN, took_ms=5, metadata=metadata, revisit=revisit
    )


def revisit_of(stored: Stored, profile: str = IDENTICAL) -> Revisit:
    assert stored.capture is not None
    capture = stored.capture
    return Revisit(
        profile=profile,
        record_id=capture.record_id,
        target_uri=URL,
        date=stored.date,
        payload_digest=capture.payload_digest,
    )


@pytest.fixture
def filling(tmp_path: Path) -> Filling:
    return Filling(tmp_path / "c")


def fail(problem: RecordError) -> None:
    raise problem


def pages_of(filling: Filling) -> list[CapturedPage]:
    return list(captured_pages(filling.collection, SITE, on_problem=fail))


def test_an_identical_payload_is_read_from_the_original_under_its_own_head(filling: Filling) -> None:
    (original,) = filling.write(exchange(ORIGINAL))
    (again,) = filling.write(exchange(AGAIN, revisit=revisit_of(original)))
    first, second = pages_of(filling)
    assert isinstance(first.reading, Brief)
    assert isinstance(second.reading, Brief)
    assert second.capture == again.capture
    assert (first.run, second.run) == ("run-1", "run-2")
    assert second.truncated is None
    assert second.reading.rights == replace(first.reading.rights, x_robots_tag="noarchive")
    own = {name: getattr(second.reading, name) for name in ("capture", "rights", "evidence")}
    assert second.reading == replace(first.reading, **own)


def test_another_address_with_that_payload_is_read_as_its_own(filling: Filling) -> None:
    (original,) = filling.write(exchange(ORIGINAL))
    filling.write(exchange(AGAIN, OTHER, revisit=revisit_of(original)))
    second = pages_of(filling)[1]
    assert isinstance(second.reading, Brief)
    assert (second.url, second.reading.captured_url) == (OTHER, OTHER)


def test_a_304_has_no_reading(filling: Filling) -> None:
    (original,) = filling.write(exchange(ORIGINAL))
    head = response('ETag: "1"', "Location: /elsewhere/", status="304 Not Modified")
    (again,) = filling.write(exchange(head, revisit=revisit_of(original, NOT_MODIFIED)))
    page = pages_of(filling)[1]
    assert (page.reading, page.location, page.truncated) == (None, None, None)
    assert page.capture == again.capture
    assert page.capture.http_status == 304


def test_a_revisit_whose_original_is_gone_is_rejected_with_its_id(filling: Filling) -> None:
    (original,) = filling.write(exchange(ORIGINAL))
    filling.write(exchange(AGAIN, revisit=revisit_of(original)))
    filling.collection.warcs()[0].unlink()
    (page,) = pages_of(filling)
    assert isinstance(page.reading, Rejection)
    assert page.reading.reason == "error"
    assert revisit_of(original).record_id in str(page.reading.detail)


def test_a_response_that_was_cut_is_not_read(filling: Filling) -> None:
    filling.write(replace(exchange(ORIGINAL), truncated="time"))
    (page,) = pages_of(filling)
    assert (page.reading, page.truncated) == (None, "time")


def test_the_capture_is_the_one_that_the_writer_told(filling: Filling) -> None:
    late = replace(exchange(ORIGINAL), began=BEGAN + timedelta(seconds=1.9))
    stored = filling.write(exchange(ORIGINAL), late, exchange(response("Location: /a/", status="302 Found")))
    assert [page.capture for page in pages_of(filling)] == [each.capture for each in stored]


def test_an_exchange_without_a_seed_is_left_out(filling: Filling) -> None:
    filling.write(replace(exchange(ORIGINAL), metadata=()), replace(exchange(ORIGINAL), response=None))
    assert pages_of(filling) == []
