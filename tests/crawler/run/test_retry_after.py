"""Retry-After, however it is spelled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.message import parse_head
from crawler.run.retry_after import retry_after

NOW = datetime(2026, 11, 26, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ("Retry-After: 2", 2.0),
        ("retry-after:   120  ", 120.0),
        ("Retry-After: 1.5", 1.5),
        ("Retry-After: 99999999999", 99999999999.0),
        ("Retry-After: Thu, 26 Nov 2026 12:00:30 GMT", 30.0),
        ("Retry-After: Thu, 26 Nov 2026 13:00:30 +0100", 30.0),
        ("Retry-After: Thu, 26 Nov 2026 15:00:30 GMT\r\nDate: Thu, 26 Nov 2026 15:00:00 GMT", 30.0),
        ("Retry-After: Thu, 26 Nov 2026 12:00:30 GMT\r\nDate: yesterday", 30.0),
        ("Retry-After: 2\r\nRetry-After: 9", 9.0),
        ("Retry-After: soon\r\nRetry-After: 9", 9.0),
        ("Retry-After: 0", None),
        ("Retry-After: -5", None),
        ("Retry-After: Thu, 26 Nov 2020 12:00:30 GMT", None),
        ("Retry-After: soon", None),
        ("Retry-After:", None),
        ("Retry-After: 9999999999999999999999", None),
        ("Retry-After: Thu, 99 Nov 2026 99:00:30 GMT", None),
        ("Retry-After: \xff\xfe", None),
        ("X-Other: 2", None),
    ],
)
def test_seconds_and_dates_are_understood_and_nothing_else(fields: str, seconds: float | None) -> None:
    head = parse_head(f"HTTP/1.1 503 No\r\n{fields}\r\n\r\n".encode("latin-1"))
    assert head is not None
    assert retry_after(head, NOW) == seconds
