"""What a page and its headers say of robots, and of text and data mining."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.extract.page import Page
from crawler.extract.text import clean
from crawler.items import Rights


def read_rights(page: Page, headers: Sequence[tuple[str, str]]) -> Rights:
    """Return the signals as given; a repeated one keeps all its values."""
    return Rights(
        meta_robots=_joined(page.metas.get("robots", [])),
        x_robots_tag=_joined(_header(headers, "x-robots-tag")),
        tdm_reservation=_first(headers, page, "tdm-reservation"),
        tdm_policy=_first(headers, page, "tdm-policy"),
    )


def _first(headers: Sequence[tuple[str, str]], page: Page, name: str) -> str | None:
    # TDMRep 6: the header field outweighs the meta element.
    return next(iter([*_header(headers, name), *page.metas.get(name, [])]), None)


def _header(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [clean(value) for field, value in headers if field.lower() == name and value.strip()]


def _joined(values: Sequence[str]) -> str | None:
    return ", ".join(values) or None
