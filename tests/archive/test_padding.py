"""A gzip member of whatever length is wanted."""

from __future__ import annotations

import gzip
import zlib

import pytest

from archive.padding import padded_member

CONTENT = b"WARC/1.1\r\nWARC-Type: metadata\r\n\r\n" * 9


@pytest.mark.parametrize("length", [*range(120, 132), 1000, 70_001, 1_000_003])
def test_a_member_has_exactly_that_length_and_holds_nothing_else(length: int) -> None:
    member = padded_member(CONTENT, length)
    assert member is not None
    assert len(member) == length
    assert gzip.decompress(member) == CONTENT
    inflate = zlib.decompressobj(31)
    assert inflate.decompress(member + b"next") == CONTENT
    assert (inflate.eof, inflate.unused_data) == (True, b"next")


def test_what_does_not_fit_is_no_member() -> None:
    shortest = next(length for length in range(200) if padded_member(CONTENT, length) is not None)
    assert padded_member(CONTENT, shortest - 1) is None
    assert padded_member(b"", 20) is None
