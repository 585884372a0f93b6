"""The addresses in a source, absolute and as they are asked."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.extract import as_asked

_SEGMENT = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
_PLAIN = re.compile(
    rf"https?://[a-z0-9-]{{1,63}}(?:\.[a-z0-9-]{{1,63}})+/(?:{_SEGMENT}/)*(?:{_SEGMENT})?(?:\?[A-Za-z0-9._~=&-]+)?"
)
"""An address that is written as it is asked: most of the tens of thousands in a sitemap."""


def resolved(base: str, reference: str | None) -> str | None:
    """Return a reference as an absolute http address, as it is asked; None when it is none."""
    if reference is None or not reference.strip():
        return None
    if len(reference) < 1000 and _PLAIN.fullmatch(reference):
        return reference
    try:
        return as_asked(urljoin(base, reference.strip()))
    except ValueError:  # `http://[`
        return None
