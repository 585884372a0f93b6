"""The addresses in a source, absolute and as they are asked."""

from __future__ import annotations

from urllib.parse import urljoin

from crawler.extract import as_asked


def resolved(base: str, reference: str | None) -> str | None:
    """Return a reference as an absolute http address, as it is asked; None when it is none."""
    if reference is None or not reference.strip():
        return None
    try:
        return as_asked(urljoin(base, reference.strip()))
    except ValueError:  # `http://[`
        return None
