"""What a server of ours sends for a request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Self

NOTHING_ELSE = "default-src 'none'; frame-ancestors 'none'"
"""Content-Security-Policy of what needs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; a file is opened when it is sent."""

    body: bytes | Path
    media_type: str
    status: HTTPStatus = HTTPStatus.OK
    policy: str = NOTHING_ELSE
    """Content-Security-Policy."""

    @classmethod
    def page(cls, html: str, policy: str, status: HTTPStatus = HTTPStatus.OK) -> Self:
        """Return an HTML page."""
        return cls(body=html.encode(), media_type="text/html; charset=utf-8", status=status, policy=policy)

    @classmethod
    def sentence(cls, status: HTTPStatus, sentence: str) -> Self:
        """Return a refusal and its reason."""
        return cls(body=f"{sentence}\n".encode(), media_type="text/plain; charset=utf-8", status=status)


def parse_range(header: str | None, size: int) -> range | None:
    """Return the bytes that a Range header asks of a file, empty when it has none of them; None for the whole file."""
    match = _RANGE.fullmatch(header or "")
    # RFC 9110 14.2: a Range that is not understood is ignored, and so may one of several parts be.
    if match is None or not (match["first"] or match["last"]):
        return None
    if not match["first"]:
        return range(max(0, size - int(match["last"])), size)
    first, last = int(match["first"]), int(match["last"] or size - 1)
    if match["last"] and last < first:
        return None
    return range(min(first, size), min(last + 1, size))


_RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})", re.ASCII)
