"""Answers of sources, as the wire would have brought them."""

from __future__ import annotations

from archive.message import parse_head
from crawler.discovery import Answer, SourceReading, read_source
from crawler.sites import get_site

URL = "https://harbour.example/feed/"


def read(
    body: bytes,
    kind: str = "feed",
    *fields: str,
    url: str = URL,
    page: int = 1,
    most: int = 100,
    max_size: int = 1 << 20,
) -> SourceReading:
    """Return what a 200 with that body names."""
    head = parse_head("\r\n".join(["HTTP/1.1 200 OK", *fields, "", ""]).encode("latin-1"))
    answer = Answer(url=url, kind=kind, page=page, payload=body, head=head, max_size=max_size, most=most)
    return read_source(answer, get_site("demo"))


def addresses(reading: SourceReading) -> list[str]:
    """Return the pages that were named."""
    return [named.address for named in reading.pages]
