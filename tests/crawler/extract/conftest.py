"""What the tests of extraction share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.items import Brief
from crawler.sites import get_site

ReadBrief = Callable[..., Brief]
URL = "https://insightcrime.org/news/brief/a/"


@pytest.fixture
def read_brief() -> ReadBrief:
    """Return a reader of a page's HTML that expects a brief."""

    def read(html: str, *, url: str = URL, headers: tuple[tuple[str, str], ...] = ()) -> Brief:
        at = datetime(2022, 6, 1, tzinfo=UTC)
        result = extract(html.encode(), url=url, captured_at=at, site=get_site("insightcrime"), headers=headers)
        assert isinstance(result, Brief), result
        return result

    return read
