"""CITATION.cff (Citation File Format 1.2.0): how the package asks to be cited."""

from __future__ import annotations

import orjson

from archive.export.about import About


def citation(about: About, date: str) -> str:
    """Return CITATION.cff; its authors are the site, whose texts these are."""
    asked = about.publisher.attribution
    message = f"If you use this data set, cite it, and name the site as it asks: {asked}" if asked else _NO_TERMS
    rows = [
        ("cff-version", "1.2.0"),
        ("message", message),
        ("type", "dataset"),
        ("title", about.title),
        ("abstract", f"Texts and links of {about.publisher.label}, each bound to a capture: {about.scope()}."),
    ]
    text = "".join(f"{name}: {_quoted(value)}\n" for name, value in rows)
    authors = f"authors:\n  - name: {_quoted(about.publisher.label)}\n"
    if about.publisher.url:
        authors += f"    website: {_quoted(about.publisher.url)}\n"
    return f"{text}{authors}version: {_quoted(date)}\ndate-released: {_quoted(date)}\n"


_NO_TERMS = "If you use this data set, cite it, and the pages that the texts were read from."


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()  # a JSON string is a YAML one
