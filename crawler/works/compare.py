"""What differs between two versions of a work, in substance."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from crawler.extract import fold
from crawler.items import Brief, Change

SUBSTANCE = ("title", "standfirst", "byline", "published", "tags", "kind")
"""The fields that, beside the body, make a change substantive; never related, images, links or modified."""

_WORDS = re.compile(r"\s+|\S+")
_FAR = 12
"""Bits of 64 by which the simhashes of two texts on different matters differ, at the least."""


def differences(before: Brief, after: Brief) -> tuple[Change, ...]:
    """Return the fields that differ once quotes, dashes and white space are folded; none means the same version."""
    changes = [
        Change(field=name, before=getattr(before, name), after=getattr(after, name))
        for name in SUBSTANCE
        if _folded(getattr(before, name)) != _folded(getattr(after, name))
    ]
    if fold(before.text) != fold(after.text) or _shape(before) != _shape(after):
        words = tuple(word_diff(before.text, after.text))
        changes.append(Change(field="body", before=None, after=None, words=words))
    return tuple(changes)


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Return runs of words: `=` in both, `-` only before, `+` only after; joined, the runs give both texts back."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    runs: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("=", "".join(old[a:b])))
            continue
        if b > a:
            runs.append(("-", "".join(old[a:b])))
        if d > c:
            runs.append(("+", "".join(new[c:d])))
    return runs


def are_alike(one: Brief, other: Brief) -> bool:
    """Return whether two pages could be versions of one article: same title, same slug or nearly the same text."""
    if fold(one.title) == fold(other.title) or _slug(one.captured_url) == _slug(other.captured_url):
        return True
    return (int(one.simhash or "0", 16) ^ int(other.simhash or "0", 16)).bit_count() < _FAR


def _folded(value: str | Sequence[str] | None) -> object:
    # Capitals too: a byline or a tag that a new layout prints in capitals says what it said.
    if value is None or isinstance(value, str):
        return fold(value or "").casefold()
    return [fold(part).casefold() for part in value]


def _shape(brief: Brief) -> list[str]:
    return [block.type for block in brief.body]


def _slug(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]
