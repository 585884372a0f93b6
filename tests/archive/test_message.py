from __future__ import annotations

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.message import HEAD_LIMIT, dechunk, entity, has_body, is_chunked, parse_head


def payload(message: bytes) -> bytes:
    return b"".join(entity(message)[1])


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"HTTP/1.1 200 OK", 200),
        (b"HTTP/1.1 204", 204),
        (b"HTTP/1.0 302 ", 302),
        (b"HTTP/1.1  404  Not  Found", 404),
        (b"ICY 200 OK", 200),
        (b"http/1.1 200 ok", 200),
        (b"HTTP/1.1 2000", None),
        (b"HTTP/1.1 OK", None),
        (b"GET / HTTP/1.1", None),
        (b"", None),
    ],
)
def test_the_status_is_read_with_or_without_a_reason(line: bytes, status: int | None) -> None:
    assert parse_head(line + b"\r\n\r\n").status == status


def test_fields_keep_case_order_repeats_and_bytes_above_ascii() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nset-Cookie: a\r\nX:caf\xe9 \r\nSET-COOKIE:\tb\r\n\r\nbody")
    assert head.fields == ((b"set-Cookie", b"a"), (b"X", b"caf\xe9"), (b"SET-COOKIE", b"b"))
    assert head.values("Set-Cookie") == [b"a", b"b"]
    assert head.joined("set-cookie") == "a, b"
    assert head.joined("missing") is None


def test_a_folded_value_is_one_and_a_line_without_colon_is_none() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\td\r\nnonsense\r\nE: f\r\n\r\n")
    assert head.fields == ((b"A", b"b c d"), (b"E", b"f"))


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r\r\n"])
def test_the_body_begins_behind_the_blank_line_whatever_ends_lines(end: bytes) -> None:
    message = end.join((b"HTTP/1.1 200 OK", b"A: b", b"", b"body\n"))
    head = parse_head(message)
    assert head.is_whole
    assert message[head.size :] == b"body\n"


def test_a_head_without_blank_line_is_all_there_is_and_says_so() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nA: b")
    assert (head.fields, head.size, head.is_whole) == (((b"A", b"b"),), 21, False)


def test_a_head_without_end_ends_at_the_limit() -> None:
    assert parse_head(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300_000).size == HEAD_LIMIT


@pytest.mark.parametrize(
    ("field", "chunked"),
    [
        (b"Transfer-Encoding: chunked", True),
        (b"TRANSFER-ENCODING: Chunked ", True),
        (b"Transfer-Encoding: gzip, chunked", True),
        (b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", True),
        (b"Transfer-Encoding: chunked, gzip", False),
        (b"Transfer-Encoding: identity", False),
        (b"X: chunked", False),
    ],
)
def test_a_message_is_chunked_when_that_is_its_last_transfer_coding(field: bytes, chunked: bool) -> None:
    assert is_chunked(parse_head(b"HTTP/1.1 200 OK\r\n" + field + b"\r\n\r\n")) is chunked


@pytest.mark.parametrize(
    ("framed", "content"),
    [
        (b"2\r\nhi\r\n0\r\n\r\n", b"hi"),
        (b'02;name=value\r\nhi\r\n3 ; x="a;b"\r\n !\n\r\n0;last\r\nTrailer: x\r\n\r\n', b"hi !\n"),
        (b"A\r\n0123456789\r\n000\r\n\r\n", b"0123456789"),
        (b"2\nhi\n0\n\n", b"hi"),
        (b"2\r\nhi\r\n", b"hi"),
        (b"5\r\nhi", b"hi"),
        (b"2\r\nhi\r\n1", b"hi"),
        (b"2\r\nhi\r", b"hi"),
        (b"0", b""),
        (b"", b""),
    ],
)
def test_chunks_are_joined_without_sizes_extensions_and_trailers(framed: bytes, content: bytes) -> None:
    assert b"".join(dechunk(BytesIO(framed))) == content


@pytest.mark.parametrize(
    ("framed", "content"),
    [
        (b"<p>plain</p>\n0\n", b"<p>plain</p>\n0\n"),
        (b"abc", b"abc"),
        (b"2\r\nhi\r\n<p>plain\nrest", b"hi<p>plain\nrest"),
        (b"2\r\nhi there\r\n0\r\n", b"hi there\r\n0\r\n"),
        (b"2\r\nhi\rX", b"hi\rX"),
        (b"-2\r\nhi\r\n", b"-2\r\nhi\r\n"),
        (b"0x2\r\nhi", b"0x2\r\nhi"),
    ],
)
def test_broken_framing_gives_the_rest_as_it_is(framed: bytes, content: bytes) -> None:
    assert b"".join(dechunk(BytesIO(framed))) == content


@pytest.mark.parametrize("status", [b"204", b"304", b"103"])
def test_a_status_without_body_has_an_empty_entity(status: bytes) -> None:
    head, body = entity(b"HTTP/1.1 " + status + b"\r\n\r\nstray")
    assert not has_body(head)
    assert list(body) == []


def test_the_entity_keeps_the_content_coding() -> None:
    start = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
    assert payload(start + b"\r\n\x1f\x8bxx") == b"\x1f\x8bxx"
    assert payload(start + b"Transfer-Encoding: chunked\r\n\r\n4\r\n\x1f\x8bxx\r\n0\r\n\r\n") == b"\x1f\x8bxx"


def test_one_chunk_of_many_megabytes_is_never_in_memory_whole() -> None:
    size = 32_000_000
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    message = BytesIO(head + b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n")
    tracemalloc.start()
    assert sum(map(len, entity(message)[1])) == size
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@given(st.binary())
def test_no_bytes_raise(message: bytes) -> None:
    assert len(payload(message)) <= len(message)
    assert len(payload(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + message)) <= len(message)


@given(st.lists(st.binary(min_size=1)))
def test_what_was_chunked_is_read_back(chunks: list[bytes]) -> None:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    assert b"".join(dechunk(BytesIO(framed + b"0\r\n\r\n"))) == b"".join(chunks)
