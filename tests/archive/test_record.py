from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import TornTail
from archive.reader import read_record, read_records
from archive.record import Record

FIELDS = (
    "WARC-Type: response",
    "WARC-Record-ID: <urn:uuid:1>",
    "WARC-Date: 2026-11-24T01:32:00Z",
    "WARC-Concurrent-To: <urn:uuid:2>",
    "WARC-Concurrent-To: <urn:uuid:3>",
    "X-Note: first",
    "  second caf\xe9",
)


def record_of(tmp_path: Path, *fields: str, block: bytes = b"one\ntwo") -> Record:
    head = "\r\n".join(("WARC/1.1", *fields, f"Content-Length: {len(block)}")).encode()
    path = tmp_path / "a.warc"
    path.write_bytes(head + b"\r\n\r\n" + block + b"\r\n\r\n")
    return read_record(path, 0)


def test_fields_are_read_with_repeats_and_folds(tmp_path: Path) -> None:
    with record_of(tmp_path, *FIELDS) as record:
        assert record.version == "WARC/1.1"
        assert (record.type, record.record_id, record.date) == ("response", "urn:uuid:1", "2026-11-24T01:32:00Z")
        assert [value for name, value in record.headers if name == "WARC-Concurrent-To"] == [
            "<urn:uuid:2>",
            "<urn:uuid:3>",
        ]
        assert ("X-Note", "first second caf\xe9") in record.headers


def test_what_is_missing_is_empty(tmp_path: Path) -> None:
    with record_of(tmp_path) as record:
        assert (record.type, record.record_id, record.date, record.target_uri) == ("", "", "", None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("http://example.com/", "http://example.com/"),
        ("<http://example.com/>", "http://example.com/"),
        ("file:///a b c.png", "file:///a%20b%20c.png"),
        ("http://example.com/<a>", "http://example.com/<a>"),
    ],
)
def test_a_target_is_mended_where_known_writers_spoil_it(tmp_path: Path, written: str, read: str) -> None:
    with record_of(tmp_path, f"WARC-Target-URI: {written}") as record:
        assert record.target_uri == read


def test_a_block_is_read_by_pieces_lines_or_whole(tmp_path: Path) -> None:
    with record_of(tmp_path) as record:
        assert record.block.read(2) == b"on"
        assert record.block.readline() == b"e\n"
        assert record.block.readline(2) == b"tw"
        assert record.read_block() == b"o"
        assert record.block.read() == record.block.readline() == b""


def test_asking_for_the_length_skips_what_is_left_of_the_block(tmp_path: Path) -> None:
    record = record_of(tmp_path)
    assert record.length == (tmp_path / "a.warc").stat().st_size
    assert record.block.read() == b""
    assert record.tail == b"\r\n\r\n"


def test_a_cut_block_gives_what_there_is_and_then_says_so(tmp_path: Path) -> None:
    record_of(tmp_path).close()
    path = tmp_path / "a.warc"
    path.write_bytes(path.read_bytes()[:-6])
    with read_record(path, 0) as record:
        assert record.block.read() == b"one\nt"
        with pytest.raises(TornTail, match="inside the block, expected 7 bytes"):
            record.block.read()
        with pytest.raises(TornTail):
            record.finish()


def test_records_of_an_iteration_stay_open_until_the_next(tmp_path: Path) -> None:
    record_of(tmp_path).close()
    for record in read_records(tmp_path / "a.warc"):
        record.close()
        assert record.read_block() == b"one\ntwo"
