"""A collection of a few captures, written by the writer alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import RecordError
from archive.model import Exchange, Stored
from tests.archive.exchanges import exchange, writer

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 24, 1, 32, tzinfo=UTC)


def write(collection: Collection, *exchanges: Exchange) -> list[Stored]:
    """Write exchanges into a new file of the collection."""
    with writer(collection.archive) as warc:
        return [warc.write(one) for one in exchanges]


def page(name: str, days: int = 0) -> Exchange:
    """Return the exchange of a page on that day."""
    body = f"<p>{name} on day {days}".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    return exchange(head + body, url=f"https://example.com/{name}", began=BEGIN + days * DAY)


def refuse(problem: RecordError) -> None:
    """Be told of a problem where there should be none."""
    raise AssertionError(problem)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    made = Collection(tmp_path / "c")
    made.create({"site": "demo"})
    return made
