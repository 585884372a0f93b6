"""What a page and its headers say of robots, and of text and data mining."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.extract.page import Page
from crawler.extract.text import clean
from crawler.items import Rights

OUR_NAME = "brief-archive"
"""The product token by which robots.txt, meta elements and X-Robots-Tag may name this crawler."""
_AGENT = re.compile(r"\s*([a-z][a-z0-9_-]*)\s*:(.*)", re.IGNORECASE | re.DOTALL)
_DIRECTIVES_WITH_VALUES = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})


def read_rights(page: Page, headers: Sequence[tuple[str, str]]) -> Rights:
    """Return the signals as given; a repeated one keeps all its values."""
    ours = [f"{OUR_NAME}: {content}" for content in page.metas.get(OUR_NAME, [])]
    return Rights(
        meta_robots=_joined([*page.metas.get("robots", []), *ours]),
        x_robots_tag=_joined(_header(headers, "x-robots-tag")),
        tdm_reservation=_first(headers, page, "tdm-reservation"),
        tdm_policy=_first(headers, page, "tdm-policy"),
    )


def forbids_following(page: Page, headers: Sequence[tuple[str, str]]) -> bool:
    """Return whether a page asks every crawler, or this one by its name, to follow none of its links."""
    metas = [*page.metas.get("robots", []), *page.metas.get(OUR_NAME, [])]
    said = {*_directives(metas), *_directives_for_us(_header(headers, "x-robots-tag"))}
    return bool(said & {"nofollow", "none"})


def _directives(values: Iterable[str]) -> set[str]:
    return {word.strip().lower() for value in values for word in value.split(",")}


def _directives_for_us(values: Iterable[str]) -> set[str]:
    """Return the directives of X-Robots-Tag headers: each is for everyone, or for the agent named before the colon."""
    said: set[str] = set()
    for value in values:
        is_ours = True
        for word in value.split(","):
            found = _AGENT.match(word)
            if found and found[1].lower() not in _DIRECTIVES_WITH_VALUES:
                is_ours, word = found[1].lower() == OUR_NAME, found[2]
            if is_ours:
                said.add(word.strip().lower())
    return said


def _first(headers: Sequence[tuple[str, str]], page: Page, name: str) -> str | None:
    # TDMRep 6: the header field outweighs the meta element.
    return next(iter([*_header(headers, name), *page.metas.get(name, [])]), None)


def _header(headers: Sequence[tuple[str, str]], name: str) -> list[str]:
    return [clean(value) for field, value in headers if field.lower() == name and value.strip()]


def _joined(values: Sequence[str]) -> str | None:
    return ", ".join(values) or None
