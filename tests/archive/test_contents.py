"""What is printed of a capture: raw, headers, body."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from archive.catalog import catalog_of
from archive.cdxj import IndexedCapture
from archive.collection import Collection
from archive.contents import body_of, head_of, message_of
from archive.errors import CaptureNotFound, MessageError
from archive.model import NOT_MODIFIED
from tests.archive.catalog.conftest import refuse
from tests.archive.exchanges import CERTIFICATES, PAGE, exchange, writer
from tests.archive.test_revisits import CHUNKED_GZIP, CHUNKED_GZIP_HEAD, LATER, UNCHANGED, revisit_of


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection(tmp_path / "c")
    made.create({"site": "demo"})
    return made


def captures_of(collection: Collection) -> list[IndexedCapture]:
    with catalog_of(collection, None, refuse) as catalog:
        return [capture for capture in catalog.between() if capture.type != "resource"]


def read_body(collection: Collection, capture: IndexedCapture) -> bytes:
    with catalog_of(collection, None, refuse) as catalog:
        return b"".join(body_of(collection, catalog, capture).pieces)


def test_a_message_is_printed_as_it_came_its_body_decoded(collection: Collection) -> None:
    with writer(collection.archive) as warc:
        warc.write(exchange(CHUNKED_GZIP))
    (capture,) = captures_of(collection)
    assert b"".join(message_of(collection, capture)) == CHUNKED_GZIP
    assert head_of(collection, capture) == CHUNKED_GZIP_HEAD
    assert read_body(collection, capture) == b"<p>one</p>" * 20


def test_a_revisit_has_its_own_head_and_the_body_of_its_original(collection: Collection) -> None:
    with writer(collection.archive) as warc:
        original = warc.write(exchange(CHUNKED_GZIP))
        unchanged = exchange(UNCHANGED, began=LATER)
        warc.write(replace(unchanged, revisit=revisit_of(original, NOT_MODIFIED)))
    revisit = captures_of(collection)[1]
    assert b"".join(message_of(collection, revisit)) == head_of(collection, revisit) == UNCHANGED
    assert read_body(collection, revisit) == b"<p>one</p>" * 20


def test_a_revisit_without_its_original_is_named(collection: Collection) -> None:
    with writer(collection.archive) as warc:
        original = warc.write(exchange())
    (path,) = collection.warcs()
    path.unlink()
    with writer(collection.archive) as warc:
        warc.write(replace(exchange(began=LATER), revisit=revisit_of(original)))
    (revisit,) = captures_of(collection)
    with pytest.raises(CaptureNotFound, match=r"is a revisit of urn:uuid:.*, which is not in this collection"):
        read_body(collection, revisit)


def test_a_record_without_an_http_message_is_its_own_body(collection: Collection) -> None:
    with writer(collection.archive) as warc:
        warc.write(exchange(certificates=CERTIFICATES))
    with catalog_of(collection, None, refuse) as catalog:
        (chain,) = [capture for capture in catalog.between() if capture.type == "resource"]
    assert read_body(collection, chain).startswith(b"-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(CaptureNotFound, match="a resource record without an HTTP response has no headers"):
        head_of(collection, chain)


@pytest.mark.parametrize(("cut", "complete"), [(None, True), (-12, False)])
def test_a_body_that_was_cut_is_given_as_far_as_it_goes(
    cut: int | None, complete: bool, collection: Collection
) -> None:
    coded = gzip.compress(b"one two three " * 99, compresslevel=0, mtime=0)[:cut]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    with writer(collection.archive) as warc:
        warc.write(exchange(head + coded, truncated=None if complete else "disconnect"))
    (capture,) = captures_of(collection)
    with catalog_of(collection, None, refuse) as catalog:
        body = body_of(collection, catalog, capture)
        assert body.complete == complete
        assert (b"one two three " * 99).startswith(b"".join(body.pieces))


def test_a_coding_that_is_unknown_is_said(collection: Collection) -> None:
    with writer(collection.archive) as warc:
        warc.write(exchange(PAGE.replace(b"Content-Length: 4", b"Content-Encoding: zstd")))
    (capture,) = captures_of(collection)
    with pytest.raises(MessageError, match="content coding is 'zstd'"):
        read_body(collection, capture)
