"""Ranges of a file."""

from __future__ import annotations

import pytest

from archive.replay.answer import parse_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=0-", range(10)),
        ("bytes=0-3", range(4)),
        ("bytes=4-99", range(4, 10)),
        ("bytes=9-9", range(9, 10)),
        ("bytes=-4", range(6, 10)),
        ("bytes=-99", range(10)),
        ("bytes=10-", range(10, 10)),
        ("bytes=99-100", range(10, 10)),
        ("bytes=-0", range(10, 10)),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=0-" + "9" * 30, None),
    ],
)
def test_a_range_is_what_the_file_has_of_it(header: str | None, expected: range | None) -> None:
    assert parse_range(header, 10) == expected
