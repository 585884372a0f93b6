from __future__ import annotations

import contextlib
import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.coding import decode
from archive.errors import MessageError

TEXT = b"".join(b"<p>Paragraph %d of a page.</p>\n" % number for number in range(20_000))
LIMIT = 10_000_000


def raw_deflate(content: bytes) -> bytes:
    return zlib.compress(content)[2:-4]


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        (None, TEXT),
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZip ", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT[:500], mtime=0) + gzip.compress(TEXT[500:], mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0\0 trailing"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("br", brotli.compress(TEXT, quality=5)),
        ("gzip, br", brotli.compress(gzip.compress(TEXT, mtime=0), quality=5)),
        ("deflate, identity, gzip", gzip.compress(zlib.compress(TEXT), mtime=0)),
    ],
)
def test_every_coding_and_stack_of_codings_is_removed(coding: str | None, coded: bytes) -> None:
    decoded = decode(coded, coding, max_size=LIMIT)
    assert decoded.body == TEXT
    assert decoded.complete


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("br", brotli.compress(TEXT, quality=1)),
        ("gzip, br", brotli.compress(gzip.compress(TEXT, mtime=0), quality=1)),
    ],
)
def test_a_cut_body_gives_what_came_and_says_that_it_is_not_whole(coding: str, coded: bytes) -> None:
    decoded = decode(coded[: len(coded) * 3 // 4], coding, max_size=LIMIT)
    assert not decoded.complete
    assert len(decoded.body) > len(TEXT) // 8
    assert TEXT.startswith(decoded.body)


def test_a_body_with_a_wrong_checksum_is_not_complete() -> None:
    coded = bytearray(gzip.compress(TEXT, mtime=0))
    coded[-5] ^= 1
    assert not decode(bytes(coded), "gzip", max_size=LIMIT).complete


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", None])
def test_an_empty_payload_is_an_empty_body(coding: str | None) -> None:
    assert decode(b"", coding, max_size=LIMIT).body == b""


@pytest.mark.parametrize("coding", ["zstd", "gzip, zstd", "utf-8"])
def test_an_unknown_coding_is_named(coding: str) -> None:
    with pytest.raises(MessageError, match=coding.split()[-1]):
        decode(TEXT, coding, max_size=LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_bytes_of_no_coding_are_an_error(coding: str) -> None:
    with pytest.raises(MessageError, match=coding):
        decode(b"<!doctype html><p>Not coded at all.</p>", coding, max_size=LIMIT)


BOMB = bytes(50_000_000)


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(BOMB, mtime=0)),
        ("deflate", zlib.compress(BOMB)),
        ("br", brotli.compress(BOMB, quality=3)),
        ("gzip, gzip", gzip.compress(gzip.compress(BOMB, mtime=0), mtime=0)),
        (None, BOMB),
    ],
)
def test_a_bomb_is_refused_at_the_limit(coding: str | None, coded: bytes) -> None:
    with pytest.raises(MessageError, match="over 1000000 bytes"):
        decode(coded, coding, max_size=1_000_000)


def test_a_body_of_just_the_limit_is_not_refused() -> None:
    assert len(decode(gzip.compress(bytes(1_000_000), mtime=0), "gzip", max_size=1_000_000).body) == 1_000_000


@given(st.binary(), st.sampled_from(["gzip", "deflate", "br", "br, gzip", "identity"]))
def test_no_bytes_raise_anything_but_a_message_error(payload: bytes, coding: str) -> None:
    try:
        once = decode(payload, coding, max_size=LIMIT)
    except MessageError:
        return
    assert decode(payload, coding, max_size=LIMIT) == once


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=219))
def test_a_turned_bit_raises_nothing_else(content: bytes, place: int) -> None:
    coded = bytearray(gzip.compress(content, mtime=0))
    coded[place % len(coded)] ^= 0x10
    with contextlib.suppress(MessageError):
        decode(bytes(coded), "gzip", max_size=LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_a_body_many_times_longer_than_its_coded_form_is_a_bomb(coding: str) -> None:
    zeros = b"0" * 5_000_000
    coded = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}[coding](zeros)
    with pytest.raises(MessageError, match="over 250 times its"):
        decode(coded, coding, max_size=LIMIT)


def test_a_short_body_may_be_as_much_longer_as_it_likes() -> None:
    zeros = b"0" * 1_000_000
    assert decode(brotli.compress(zeros), "br", max_size=LIMIT).body == zeros


def test_more_codings_than_anybody_uses_are_refused() -> None:
    with pytest.raises(MessageError, match="has 6 content codings, expected no more than 5"):
        decode(gzip.compress(TEXT), ", ".join(["gzip"] * 6), max_size=LIMIT)
