from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from archive.coding import decode
from archive.digest import ALGORITHMS, digest
from archive.errors import ArchiveError, RevisitError
from archive.model import IDENTICAL, NOT_MODIFIED, Capture, Exchange, Revisit, Stored, field
from archive.reader import read_entity, read_record, read_records
from archive.record import Record
from archive.records import RecordMaker, payload_digest_of, response_facts
from tests.archive.exchanges import AT, ODD_RESPONSES, PAGE, exchange, failure, ids, writer

GOLDEN = Path(__file__).parent / "golden_revisits.warc"
BIN = Path(sys.executable).parent
FIRST = "demo-20261124013200-00001.warc.gz"
LATER = AT + timedelta(days=1)
CHUNKED_GZIP_HEAD = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\nx-odd:  caf\xe9 \r\n folded\r\n\r\n"
)
CODED = gzip.compress(b"<p>one</p>" * 20, mtime=0)
CHUNKED_GZIP = CHUNKED_GZIP_HEAD + b"%x\r\n%s\r\n0\r\nX-Trailer: 1\r\n\r\n" % (len(CODED), CODED)
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\nDate: Wed, 25 Nov 2026 01:32:00 GMT\r\n\r\n'


def revisit_of(stored: Stored, profile: str = IDENTICAL, url: str = "https://example.com/news/brief") -> Revisit:
    """Return what a ledger keeps of an original."""
    return Revisit(
        profile=profile,
        record_id=captured(stored).record_id,
        target_uri=url,
        date=stored.date,
        payload_digest=captured(stored).payload_digest,
    )


def revisit(**changes: Any) -> Revisit:
    settings: dict[str, Any] = {
        "profile": IDENTICAL,
        "record_id": "urn:uuid:original",
        "target_uri": "https://example.com/news/brief",
        "date": "2026-11-24T01:32:00.123456Z",
        "payload_digest": digest("sha256", b"<p>\n"),
    }
    return Revisit(**(settings | changes))


def captured(stored: Stored) -> Capture:
    assert stored.capture is not None
    return stored.capture


def read(folder: Path, stored: Stored) -> Record:
    return read_record(folder / stored.warc, captured(stored).offset)


def write_both(folder: Path) -> tuple[Stored, Stored, Stored]:
    """Write an original, its payload again at another address, and a 304 of its own."""
    again = exchange(url="https://example.com/news/brief?print=1", began=LATER)
    unchanged = exchange(UNCHANGED, began=LATER)
    with writer(folder) as warc:
        original = warc.write(exchange())
        identical = warc.write(replace(again, revisit=revisit_of(original)))
        not_modified = warc.write(replace(unchanged, revisit=revisit_of(original, NOT_MODIFIED)))
    return original, identical, not_modified


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)


def test_both_kinds_are_exactly_these_bytes(tmp_path: Path) -> None:
    write_both(tmp_path)
    assert gzip.decompress((tmp_path / FIRST).read_bytes()) == GOLDEN.read_bytes()


@pytest.mark.parametrize(
    "command", [("gzip", "-t"), (BIN / "warcio", "check"), (BIN / "fastwarc", "check"), (BIN / "warcio", "index")]
)
def test_other_tools_find_nothing_wrong(tmp_path: Path, command: tuple[str | Path, ...]) -> None:
    write_chunked(tmp_path)
    result = run(*command, tmp_path / FIRST)
    assert result.returncode == 0, (result.stdout, result.stderr)


def test_other_tools_list_them_as_revisits(tmp_path: Path) -> None:
    write_both(tmp_path)
    fields = "warc-type,warc-target-uri,warc-refers-to-target-uri,warc-payload-digest,http:status"
    index = run(BIN / "warcio", "index", "-f", fields, tmp_path / FIRST).stdout
    payload = digest("sha256", b"<p>\n")
    common = {"warc-type": "revisit", "warc-refers-to-target-uri": "https://example.com/news/brief"}
    assert [row for row in map(json.loads, index.splitlines()) if row["warc-type"] == "revisit"] == [
        {**common, "warc-target-uri": url, "warc-payload-digest": payload, "http:status": status}
        for url, status in (
            ("https://example.com/news/brief?print=1", "200"),
            ("https://example.com/news/brief", "304"),
        )
    ]


def test_the_capture_is_the_revisit_record_and_its_payload_the_original_s(tmp_path: Path) -> None:
    original, identical, not_modified = write_both(tmp_path)
    for stored, status in ((identical, 200), (not_modified, 304)):
        capture = captured(stored)
        assert (capture.http_status, capture.timestamp) == (status, "20261125013200")
        assert capture.payload_digest == captured(original).payload_digest
        with read(tmp_path, stored) as record:
            assert (record.type, record.record_id) == ("revisit", capture.record_id)
            assert (record.offset, record.length) == (capture.offset, capture.length)


def test_a_reader_is_told_the_original(tmp_path: Path) -> None:
    original, identical, not_modified = write_both(tmp_path)
    for stored, profile in ((identical, IDENTICAL), (not_modified, NOT_MODIFIED)):
        with read(tmp_path, stored) as record, read(tmp_path, original) as first:
            assert (record.profile, record.refers_to) == (profile, first.record_id)
            assert (record.refers_to_target_uri, record.refers_to_date) == (first.target_uri, first.date)
            assert (first.profile, first.refers_to, first.refers_to_target_uri, first.refers_to_date) == (
                "",
                "",
                None,
                "",
            )


def write_chunked(folder: Path) -> Stored:
    """Write a chunked and compressed original, a 304 and a revisit of it at the same address; return the last."""
    with writer(folder) as warc:
        original = warc.write(exchange(CHUNKED_GZIP))
        warc.write(exchange(UNCHANGED, began=LATER, revisit=revisit_of(original, NOT_MODIFIED)))
        return warc.write(exchange(CHUNKED_GZIP, began=LATER, revisit=revisit_of(original)))


def test_a_chunked_and_compressed_response_keeps_its_head_as_received(tmp_path: Path) -> None:
    stored = write_chunked(tmp_path)
    with read(tmp_path, stored) as record:
        assert record.read_block() == CHUNKED_GZIP_HEAD
        assert field(record.headers, "WARC-Truncated") == "length"
        assert field(record.headers, "WARC-Block-Digest") == digest("sha256", CHUNKED_GZIP_HEAD)
        assert field(record.headers, "WARC-Payload-Digest") == digest("sha256", CODED)


def test_a_head_without_a_body_reads_as_an_empty_entity(tmp_path: Path) -> None:
    stored = write_chunked(tmp_path)
    with read(tmp_path, stored) as record:
        entity = read_entity(record, max_size=1000)
    assert (entity.head.status, entity.head.is_whole, entity.payload) == (200, True, b"")
    assert decode(entity.payload, entity.head.joined("content-encoding"), max_size=1000).complete


def test_a_304_is_stored_whole(tmp_path: Path) -> None:
    not_modified = write_both(tmp_path)[2]
    with read(tmp_path, not_modified) as record:
        assert record.read_block() == UNCHANGED
        assert field(record.headers, "WARC-Truncated") is None


def test_bytes_dropped_after_a_304_are_owned_up_to(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        stored = warc.write(exchange(UNCHANGED + b"stray", revisit=revisit(profile=NOT_MODIFIED)))
    with read(tmp_path, stored) as record:
        assert (record.read_block(), field(record.headers, "WARC-Truncated")) == (UNCHANGED, "length")


def test_request_and_metadata_are_tied_to_the_revisit_and_name_the_payload(tmp_path: Path) -> None:
    identical = write_both(tmp_path)[1]
    kept = []
    for record in read_records(tmp_path / FIRST, offset=identical.offset):
        ties = [value.strip("<>") for name, value in record.headers if name == "WARC-Concurrent-To"]
        kept.append((record.type, record.record_id, ties, record.date, record.read_block()))
    (_, revisit_id, revisit_ties, *_), (_, request_id, *_), (_, metadata_id, *_) = kept[:3]
    assert [row[0] for row in kept[:3]] == ["revisit", "request", "metadata"]
    assert revisit_ties == [request_id, metadata_id]
    assert kept[1][2] == kept[2][2] == [revisit_id]
    assert {row[3] for row in kept} == {identical.date}
    assert f"payloadDigest: {captured(identical).payload_digest}\r\n".encode() in kept[2][4]


def test_what_was_stored_tells_its_exact_date(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        stored = (warc.write(exchange()), warc.write(exchange(None)), warc.write_failure(failure()))
    dates = {record.date for record in read_records(tmp_path / FIRST)}
    assert {one.date for one in stored} == dates == {"2026-11-24T01:32:00.123456Z"}


def test_the_address_of_the_original_is_spelled_as_its_record_spells_it(tmp_path: Path) -> None:
    asked = "https://example.com/café au lait#top"
    spelled = "https://example.com/caf%C3%A9%20au%20lait"
    with writer(tmp_path) as warc:
        original = warc.write(exchange(url=asked))
        for url in (asked, spelled):
            warc.write(exchange(url=asked, revisit=revisit_of(original, url=url)))
    told = [(record.target_uri, record.refers_to_target_uri) for record in read_records(tmp_path / FIRST)]
    assert told[1] == (spelled, None)
    assert told[4::3] == [(spelled, spelled)] * 2


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(RevisitError, match="profile is 'uri-agnostic', expected identical-payload-digest or server"):
        revisit(profile="uri-agnostic")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("profile", [IDENTICAL, NOT_MODIFIED])
def test_an_empty_payload_is_refused(profile: str, algorithm: str) -> None:
    with pytest.raises(RevisitError, match="is empty"):
        revisit(profile=profile, payload_digest=digest(algorithm, b""))


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (exchange(PAGE + b"more", revisit=revisit()), "payload is sha256:.* as in urn:uuid:original"),
        (exchange(UNCHANGED, revisit=revisit()), "payload is sha256:"),
        (exchange(PAGE, revisit=revisit(payload_digest=digest("sha1", b"<p>\n"))), "expected sha1:"),
        (exchange(PAGE, revisit=revisit(profile=NOT_MODIFIED)), "status is 200, expected 304"),
        (exchange(None, revisit=revisit()), "expected a whole one"),
        (exchange(PAGE, truncated="disconnect", revisit=revisit()), "expected a whole one"),
    ],
)
def test_what_would_lose_a_body_is_refused_and_leaves_no_trace(
    tmp_path: Path, refused: Exchange, sentence: str
) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange())
        before = warc.length
        with pytest.raises(ValueError, match=sentence) as caught:
            warc.write(replace(refused, certificates=(b"leaf",)))
        assert isinstance(caught.value, ArchiveError)
        assert warc.length == before


class Watched(BytesIO):
    """A spooled response that remembers how far, and how much at a time, it was read."""

    furthest = 0
    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.largest = max(self.largest, len(piece))
        self.furthest = max(self.furthest, self.tell())
        return piece

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.furthest = max(self.furthest, self.tell())
        return line


BIG = b"x" * 1_000_000
BIG_HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_spooled_payload_is_digested_in_pieces_and_left_at_its_start(algorithm: str) -> None:
    spooled = Watched(BIG_HEAD + BIG)
    spooled.seek(7)
    assert payload_digest_of(exchange(spooled), algorithm) == digest(algorithm, BIG)
    assert spooled.tell() == 0
    assert spooled.largest <= 64 * 1024


def test_no_response_has_the_payload_of_no_bytes() -> None:
    assert payload_digest_of(exchange(None), "sha256") == digest("sha256", b"")


def test_a_digest_that_is_known_is_not_computed_again(tmp_path: Path) -> None:
    spooled = Watched(BIG_HEAD + BIG)
    known = digest("sha256", BIG)
    with writer(tmp_path) as warc:
        stored = warc.write(exchange(spooled, revisit=revisit(payload_digest=known)), payload_digest=known)
    assert captured(stored).payload_digest == known
    assert spooled.furthest <= len(BIG_HEAD) + 1


@pytest.mark.parametrize("name", ODD_RESPONSES)
def test_a_known_digest_changes_no_record(name: str) -> None:
    one = exchange(BytesIO(ODD_RESPONSES[name]))
    known = payload_digest_of(one, "sha256")
    assert response_facts(ODD_RESPONSES[name], "sha256", known) == response_facts(ODD_RESPONSES[name], "sha256")
    maker = RecordMaker(warcinfo_id="urn:uuid:info", new_id=ids(), algorithm="sha256")
    again = RecordMaker(warcinfo_id="urn:uuid:info", new_id=ids(), algorithm="sha256")
    given, computed = maker.exchange(one, known)[0], again.exchange(one)[0]
    assert [record.fields for record in given] == [record.fields for record in computed]
