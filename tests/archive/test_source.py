from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import RecordError, TornTail
from archive.source import MemberSource, PlainSource, Source, begins_record, next_member, next_plain

WARC = b"WARC/1.1\r\nWARC-Type: metadata\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
ARC = b"http://example.com/a b 192.0.2.1 20140301000000 text/html 5\n"


def read_all(source: Source) -> bytes:
    return b"".join(iter(lambda: source.read(7), b""))


def member(content: bytes, offset: int = 0) -> MemberSource:
    return MemberSource(Path("a.warc.gz"), BytesIO(content), offset)


@given(st.lists(st.binary()), st.lists(st.integers(min_value=1, max_value=40)))
def test_reads_lines_and_looks_ahead_give_the_bytes_in_order(pieces: list[bytes], sizes: list[int]) -> None:
    source = Source(iter([piece for piece in pieces if piece]))
    whole = BytesIO(b"".join(pieces))
    for number, size in enumerate(sizes):
        at = whole.tell()
        assert source.peek(size) == whole.read(size)
        whole.seek(at)
        assert source.position == at
        if number % 2:
            assert source.readline(size) == whole.readline(size)
        else:
            whole.seek(at + len(source.read(size)))
    assert read_all(source) == whole.read()


def test_a_member_ends_where_the_next_begins() -> None:
    first, second = gzip.compress(b"one" * 50_000, mtime=0), gzip.compress(b"two", mtime=0)
    source = member(first + second)
    assert read_all(source) == b"one" * 50_000
    assert source.drain() == source.end == len(first)
    assert read_all(member(first + second, len(first))) == b"two"


def test_a_cut_member_gives_what_it_has_and_then_says_that_the_file_is_torn() -> None:
    source = member(gzip.compress(b"one" * 50_000, mtime=0)[:-9])
    assert source.peek(3) == b"one"
    with pytest.raises(TornTail):
        read_all(source)
    with pytest.raises(TornTail):  # and again, to whoever asks next
        source.drain()
    assert source.peek(3) == b""


def test_what_is_no_gzip_is_an_error_at_its_offset() -> None:
    with pytest.raises(RecordError, match="at byte 3: gzip data is corrupt"):
        member(b"---no gzip", 3).read(1)


def test_little_is_in_memory_of_a_member_that_inflates_to_much() -> None:
    source = member(gzip.compress(bytes(30_000_000), mtime=0))
    assert sum(len(source.read(10**9)) for _ in range(1000)) == 30_000_000


@pytest.mark.parametrize("start", [WARC, WARC.replace(b"1.1", b"0.18"), WARC.replace(b"\r\n", b"\n"), ARC])
def test_the_start_of_a_record_is_known(start: bytes) -> None:
    assert begins_record(start)


@pytest.mark.parametrize("start", [b"", b"WARC", b"HTTP/1.1 200 OK\r\n", b"Date: Sun, 16 Feb 2014 05:02:20 GMT\n"])
def test_other_bytes_begin_no_record(start: bytes) -> None:
    assert not begins_record(start)


@pytest.mark.parametrize("gap", [0, 1, 1024 * 1024 - 5, 3_000_000])
def test_the_next_record_is_found_however_far(gap: int) -> None:
    assert next_plain(BytesIO(b"x" * gap + WARC), 0) == gap
    assert next_plain(BytesIO(b"x" * gap + b"\n" + ARC), 0) == gap + 1
    assert next_member(BytesIO(b"x" * gap + gzip.compress(WARC, mtime=0)), 0) == gap


def test_a_member_without_a_record_is_passed_over() -> None:
    other, wanted = gzip.compress(b"no record", mtime=0), gzip.compress(WARC, mtime=0)
    assert next_member(BytesIO(other + b"\x1f\x8b\x08" + wanted), 0) == len(other) + 3


def test_nothing_is_found_where_nothing_is() -> None:
    assert next_plain(BytesIO(WARC), 1) is None
    assert next_member(BytesIO(b"\x1f\x8b\x08"), 0) is None


def test_a_plain_source_begins_at_its_offset() -> None:
    assert read_all(PlainSource(BytesIO(b"0123456789"), 4)) == b"456789"
