from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.digest import digest, same_digest
from archive.errors import ArchiveError, MessageError, RecordError, TornTail
from archive.model import field
from archive.reader import captured_message, read_entity, read_record, read_records, scan
from archive.record import Record
from archive.surt import surt
from tests.archive.exchanges import CERTIFICATES, CHUNKED, PAGE, exchange, failure, writer

HEAD = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Target-URI: urn:a\r\nContent-Length: "
PROBES = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def record(block: bytes, *, length: int | str | None = None) -> bytes:
    claimed = len(block) if length is None else length
    return HEAD + str(claimed).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def outcome(path: Path) -> list[tuple[str, int]]:
    """Return what a scan finds, in order: a record's type or a problem's class, and the offset."""
    return [(one.type if isinstance(one, Record) else type(one).__name__, one.offset) for one in scan(path)]


def kinds(path: Path) -> str:
    return " ".join(kind for kind, _ in outcome(path))


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """Return a file as we write it: 12 records."""
    with writer(tmp_path) as out:
        out.write(exchange(certificates=CERTIFICATES))
        out.write(exchange(CHUNKED + b"4\r\nbody\r\n0\r\n\r\n", truncated="length"))
        out.write(exchange(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 300))
        out.write_failure(failure())
    return next(tmp_path.iterdir())


@pytest.fixture
def plain(warc: Path) -> Path:
    path = warc.with_name("plain.warc")
    path.write_bytes(gzip.decompress(warc.read_bytes()))
    return path


def test_a_record_is_read_again_at_its_offset(warc: Path, plain: Path) -> None:
    for path in (warc, plain):
        places = [(one.offset, one.length, one.record_id) for one in read_records(path)]
        assert len(places) == 12
        assert [offset + length for offset, length, _ in places][:-1] == [offset for offset, _, _ in places][1:]
        for offset, length, record_id in places:
            found = read_record(path, offset)
            assert (found.record_id, found.length) == (record_id, length)
        assert [one.record_id for one in read_records(path, offset=places[5][0])] == [one[2] for one in places[5:]]


def test_an_unread_and_a_read_block_lead_to_the_same_next_record(warc: Path) -> None:
    skipped = [one.record_id for one in read_records(warc)]
    half_read = [(one.block.read(5), one.record_id)[1] for one in read_records(warc)]
    assert skipped == half_read


def test_a_file_being_written_is_read_up_to_its_last_whole_record(tmp_path: Path) -> None:
    with writer(tmp_path) as out:
        out.write(exchange())
        path = next(tmp_path.glob("*.open"))
        assert kinds(path) == "warcinfo response request metadata"
        out.write(exchange())
        assert len(outcome(path)) == 7


def test_wherever_a_compressed_file_is_cut_the_torn_record_is_named(warc: Path) -> None:
    content = warc.read_bytes()
    places = [(one.offset, one.length) for one in read_records(warc)]
    ends = {offset + length for offset, length in places}
    torn = warc.with_name("torn.warc.gz")
    for size in sorted({*range(1, len(content), 23), *ends, len(content) - 1}):
        torn.write_bytes(content[:size])
        whole = [offset for offset, length in places if offset + length <= size]
        found = list(scan(torn))
        assert [one.offset for one in found if isinstance(one, Record)][: len(whole)] == whole
        if size not in ends:
            assert isinstance(found[-1], TornTail)
            assert found[-1].offset == places[len(whole)][0]
        else:
            assert len(found) == len(whole)


def test_wherever_a_plain_file_is_cut_the_torn_record_is_named(plain: Path) -> None:
    content = plain.read_bytes()[:3000]
    starts = [one.offset for one in read_records(plain) if one.offset < 3000]
    for size in range(1, len(content)):
        plain.write_bytes(content[:size])
        found = list(scan(plain))
        problems = [one for one in found if isinstance(one, RecordError)]
        assert len(problems) <= 1
        for problem in problems:
            assert isinstance(problem, TornTail)
            assert problem is found[-1]
            assert problem.offset == max(start for start in starts if start < size)


def test_reading_strictly_raises_where_scanning_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record(b"one") + b"garbage\n" + record(b"two"))
    assert kinds(path) == "resource RecordError resource"
    records = read_records(path)
    assert next(records).read_block() == b"one"
    with pytest.raises(RecordError, match="follows the block, expected a record"):
        next(records)


@pytest.mark.parametrize(
    ("content", "kinds_found"),
    [
        (b"", ""),
        (b"\r\n\r\n", ""),
        (b"garbage", "RecordError"),
        (b"garbage\n" + record(b"x"), "RecordError resource"),
        (record(b"x", length=0), "resource RecordError"),
        (record(b"x", length=2), "resource"),
        (record(b"x", length=90) + record(b"y"), "resource RecordError resource"),
        (record(b"x", length=900) + record(b"y"), "resource RecordError resource"),
        (record(b"x", length=900), "resource TornTail"),
        (record(b"x", length="x") + record(b"y"), "RecordError resource"),
        (record(b"x", length=-1) + record(b"y"), "RecordError resource"),
        (record(b"x", length="9" * 50), "RecordError"),
        (record(b"x", length=""), "RecordError"),
        (record(b"x").rstrip(), "resource TornTail"),
        (record(b"x")[:-2], "resource"),
        (record(b"x") + b"\r\n" * 9000 + record(b"y"), "resource resource"),
        (record(b"x").replace(b"\r\n", b"\n"), "resource"),
        (b"WARC/1.1\r\n\r\n" + record(b"x"), "RecordError resource"),
        (b"WARC/1.1\r\n" + b"A: b\r\n" * 200_000 + record(b"x"), "RecordError resource"),
    ],
)
def test_plain_files_with_one_fault_are_read_around_it(tmp_path: Path, content: bytes, kinds_found: str) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(content)
    assert kinds(path) == kinds_found


GOOD = gzip.compress(record(b"y"), mtime=0)


@pytest.mark.parametrize(
    ("content", "kinds_found"),
    [
        (b"\x1f", "TornTail"),
        (GOOD + bytes(512), "resource RecordError"),
        (GOOD[:30] + GOOD, "RecordError resource"),
        (b"garbage" + GOOD, "RecordError resource"),
        (GOOD + gzip.compress(b"", mtime=0) + GOOD, "resource resource"),
        (gzip.compress(b"\r\n\r\n" + record(b"x"), mtime=0) + GOOD, "resource resource"),
        (gzip.compress(b"no record", mtime=0) + GOOD, "RecordError resource"),
        (gzip.compress(record(b"x", length=9), mtime=0) + GOOD, "resource RecordError resource"),
        (gzip.compress(record(b"x", length=0), mtime=0) + GOOD, "resource RecordError resource"),
        (gzip.compress(record(b"x") * 3, mtime=0) + GOOD, "resource RecordError resource resource resource"),
        (gzip.compress(record(b"x").rstrip(), mtime=0) + GOOD, "resource resource"),
        (gzip.compress(record(b"x", length="x"), mtime=0) + GOOD, "RecordError resource"),
        (gzip.compress(HEAD, mtime=0) + GOOD, "RecordError resource"),
        (record(b"x") + GOOD, "resource RecordError"),
    ],
)
def test_compressed_files_with_one_fault_are_read_around_it(tmp_path: Path, content: bytes, kinds_found: str) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    assert kinds(path) == kinds_found


def test_a_member_of_several_records_is_read_in_order_and_said_not_to_be_seekable(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(record(b"x") + record(b"y"), mtime=0))
    found = list(scan(path))
    assert [one.length for one in found if isinstance(one, Record)] == [0, 0]
    assert "recompress" in str(found[1])


@pytest.mark.parametrize("offset", [1, 10**9])
def test_where_no_record_begins_none_is_read(warc: Path, plain: Path, offset: int) -> None:
    for path in (warc, plain):
        with pytest.raises(RecordError):
            read_record(path, offset)


def test_an_entity_has_no_transfer_coding(warc: Path) -> None:
    entities = [read_entity(one, max_size=100_000) for one in read_records(warc) if one.type == "response"]
    assert [entity.payload for entity in entities] == [b"<p>\n", b"body", bytes(range(256)) * 300]
    assert [entity.head.status for entity in entities] == [200, 200, 200]


def test_an_entity_over_the_limit_is_refused(warc: Path) -> None:
    last = [one.offset for one in read_records(warc) if one.type == "response"][-1]
    with read_record(warc, last) as one, pytest.raises(MessageError, match="over 1000 bytes"):
        read_entity(one, max_size=1000)


def test_a_record_that_is_no_message_has_no_entity(warc: Path) -> None:
    with read_record(warc, 0) as one, pytest.raises(MessageError, match="warcinfo record, expected an HTTP message"):
        captured_message(one)


def test_what_the_writer_says_is_what_the_reader_finds(tmp_path: Path) -> None:
    with writer(tmp_path) as out:
        capture = out.write(exchange(PAGE)).capture
    assert capture is not None
    found = read_record(tmp_path / capture.warc, capture.offset)
    assert digest("sha256", captured_message(found)[1]) == capture.payload_digest
    assert (found.record_id, found.length) == (capture.record_id, capture.length)


# ---- real files, beside the checkout


def real_file(real: Path, name: str) -> Path:
    return real / "warc" / name


ODD = {
    "warcio/example-trunc.warc": "warcinfo warcinfo response RecordError request",
    "warcio/example-bad.warc.gz.bad": "warcinfo RecordError response request revisit request response",
    "warcio/example-bad-non-chunked.warc.gz": "warcinfo RecordError warcinfo response request revisit request",
    "warcio/example-digest.warc": "request request request request",
    "warcio/example-wrong-chunks.warc.gz": "response RecordError RecordError request",
    "warcio/example-wget-bad-target-uri.warc.gz": "warcinfo request response metadata resource resource",
    "warcio/example-space-in-target-uri.warc.gz": "warcinfo resource",
    "warcio/example-space-in-url.arc": "warcinfo response TornTail",
    "warcio/example-iana.org-chunked.warc": "warcinfo response request",
    "warcio/bad.arc": "warcinfo response response response",
    "pywb/warcs/missing-status-text.warc": "response",
    "pywb/warcs/example-extra.warc": "response request revisit response request revisit",
    "pywb/warcs/example.arc.gz": "warcinfo response",
    "pywb/warcs/example.arc": "warcinfo response",
}


@pytest.mark.parametrize("name", ODD)
def test_real_odd_files_give_what_a_good_reader_gives(real: Path, name: str) -> None:
    assert kinds(real_file(real, name)) == ODD[name]


def test_real_targets_are_mended(real: Path) -> None:
    def targets(name: str) -> set[str | None]:
        return {one.target_uri for one in scan(real_file(real, name)) if isinstance(one, Record)}

    assert "http://example.com/" in targets("warcio/example-wget-bad-target-uri.warc.gz")
    assert "file:///example%20with%20spaces.png" in targets("warcio/example-space-in-target-uri.warc.gz")
    assert any(
        "Examples%20From%20The%20Live%20Web" in (uri or "") for uri in targets("warcio/example-space-in-url.arc")
    )


def test_real_arc_dates_are_read_whatever_their_length(real: Path) -> None:
    dates = [one.date for one in read_records(real_file(real, "warcio/bad.arc"))]
    assert dates[1:] == ["2014-04-01T00:00:00Z", "2014-01-02T00:00:00Z", "2014-04-01T00:00:00Z"]


def test_a_real_status_without_reason_is_read(real: Path) -> None:
    found = read_record(real_file(real, "pywb/warcs/missing-status-text.warc"), 0)
    assert read_entity(found, max_size=10).head.status == 302


def test_real_digests_match_in_every_spelling_but_the_wrong_one(real: Path) -> None:
    def matches() -> Iterator[bool]:
        for one in read_records(real_file(real, "warcio/example-digest.warc")):
            payload = digest("sha1", captured_message(one)[1])
            yield same_digest(field(one.headers, "WARC-Payload-Digest") or payload, payload)

    assert list(matches()) == [False, True, True, True]


def test_every_line_of_a_real_index_resolves_to_its_record(real: Path) -> None:
    lines = real_file(real, "pywb/cdxj/iana.cdxj").read_text().splitlines()
    for line in lines:
        key, timestamp, rest = line.split(" ", 2)
        entry = json.loads(rest)
        found = read_record(real_file(real, f"pywb/warcs/{entry['filename']}"), int(entry["offset"]))
        assert found.target_uri is not None
        assert surt(found.target_uri) == key
        assert "".join(filter(str.isdigit, found.date))[:14] == timestamp
        assert found.length == int(entry["length"])


@pytest.fixture(scope="session")
def real_contents(real: Path) -> list[tuple[str, bytes]]:
    paths = [path for path in sorted((real / "warc").rglob("*arc*")) if path.is_file() and path.stat().st_size < 20_000]
    return [(path.name, path.read_bytes()) for path in paths if ".warc" in path.name or ".arc" in path.name]


# ---- any bytes


def read_everything(path: Path) -> None:
    for found in scan(path):
        if isinstance(found, Record):
            try:
                read_entity(found, max_size=1000)
                assert found.length >= 0
            except ArchiveError:
                continue


@PROBES
@given(
    content=st.binary(max_size=300), name=st.sampled_from(["a.warc", "a.warc.gz", "a.arc.gz"]), start=st.integers(0, 3)
)
def test_no_bytes_raise_anything_but_archive_errors(tmp_path: Path, content: bytes, name: str, start: int) -> None:
    path = tmp_path / name
    starts = (b"", HEAD, b"\x1f\x8b\x08", b"http://a/ 192.0.2.1 2014 text/html ")
    path.write_bytes(starts[start] + content)
    read_everything(path)
    path.write_bytes(gzip.compress(starts[start] + content, mtime=0))
    read_everything(path)


@PROBES
@given(places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6), cut=st.integers(0, 10**6))
def test_no_change_to_a_file_of_ours_raises_anything_else(
    warc: Path, plain: Path, places: list[tuple[int, int]], cut: int
) -> None:
    for path in (warc, plain):
        content = bytearray(path.read_bytes())
        for place, byte in places:
            content[place % len(content)] = byte
        spoiled = path.with_name("spoiled" + path.suffix)
        spoiled.write_bytes(content[: cut % len(content) if cut % 2 else None])
        read_everything(spoiled)


@PROBES
@given(which=st.integers(0, 10**6), place=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_no_change_to_a_real_file_raises_anything_else(
    tmp_path: Path, real_contents: list[tuple[str, bytes]], which: int, place: int, byte: int, cut: bool
) -> None:
    name, content = real_contents[which % len(real_contents)]
    at = place % max(1, len(content))
    (tmp_path / name).write_bytes(content[:at] if cut else content[:at] + bytes((byte,)) + content[at + 1 :])
    read_everything(tmp_path / name)
