"""Normalise: Unicode NFC, white space, canonical addresses; quotes stay as printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from crawler.items import Brief

_LINES = ("text",)
"""Fields whose line breaks mean something."""
_AS_READ = frozenset({"evidence", "captured_url", "capture", "published_raw", "via", "seed", "diff"})
"""Fields that say what stood there, or where: they are kept to the letter."""
_ADDRESSES = frozenset({"links", "see_also", "related", "translations"})


def normalise(brief: Brief, canonical: Callable[[str], str | None]) -> Brief:
    """Return the brief with every text in NFC, white space folded, and every link's address canonical."""
    changes: dict[str, Any] = {}
    for field in fields(brief):
        value = getattr(brief, field.name)
        if value and field.name not in _AS_READ:
            value = _tidy(value, keep_lines=field.name in _LINES)
            changes[field.name] = _canonical(value, canonical) if field.name in _ADDRESSES else value
    body = tuple(block for block in changes.get("body", ()) if block.text)
    return replace(brief, **{**changes, "body": body, "text": "\n\n".join(block.text for block in body)})


def tidy_text(text: str, *, keep_lines: bool = False) -> str:
    """Return the text in NFC, without control characters, its runs of white space one space each."""
    text = unicodedata.normalize("NFC", text)
    if keep_lines:
        return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))
    return " ".join(text.split())


def _tidy(value: Any, *, keep_lines: bool) -> Any:
    if isinstance(value, str):
        return tidy_text(value, keep_lines=keep_lines)
    if isinstance(value, tuple):
        return tuple(_tidy(part, keep_lines=keep_lines) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        texts = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **{name: _tidy(part, keep_lines=name in _LINES) for name, part in texts.items()})
    return value


def _canonical(links: tuple[Any, ...], canonical: Callable[[str], str | None]) -> tuple[Any, ...]:
    return tuple(replace(link, url=canonical(link.url) or link.url) for link in links)
