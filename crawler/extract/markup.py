"""The tags of a page as they stand in its text, in one pass: a parsed tree knows lines at the best, and no columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

_RAW = frozenset({"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"})
"""HTML 13.2.5: what is in these is text, whatever it looks like."""
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*+)")
_BLANK = re.compile(r"[\s/]*+")
_ATTRIBUTE = re.compile(
    r"(?P<name>=?[^\s/>=]*+)(?:\s*+=\s*+(?:\"(?P<d>[^\"]*+)\"|'(?P<s>[^']*+)'|(?P<u>[^\s>\"'][^\s>]*+)))?+"
)
_UNFINISHED = re.compile(r"\s*+=\s*+[\"']")
_EMPTY_VALUE = re.compile(r"\s*+=\s*+(?=>)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters from `start` up to `end` of a page's text."""

    start: int
    end: int


@dataclass(slots=True, kw_only=True)
class Tag:
    """A start tag, or an end tag, as written."""

    name: str
    """In small letters."""
    stretch: Stretch
    """From its `<` up to and with its `>`."""
    is_end: bool
    values: dict[str, Stretch] = field(default_factory=dict)
    """Attribute in small letters -> where its value stands, the quotes left out; the first of equal names counts."""
    raw_end: int = 0
    """Of a start tag whose content is raw text: where that ends."""

    def attributes(self, text: str) -> dict[str, str]:
        """Return the attributes as a parser reads them."""
        return {name: unescape(text[place.start : place.end]) for name, place in self.values.items()}


def tags_of(text: str) -> Iterator[Tag]:
    """Yield every tag in the order of the text; what is no tag to an HTML parser is none here."""
    at = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            at = _end_of_comment(text, at)
            continue
        match = _TAG.match(text, at)
        if match is None:
            at += 1
            continue
        tag = _tag_at(text, match)
        if tag is None:
            return  # HTML 13.2.5: a tag that the text ends in is dropped
        yield tag
        at = tag.raw_end or tag.stretch.end


def _end_of_comment(text: str, at: int) -> int:
    if text.startswith((">", "->"), at + 4):
        return text.index(">", at + 4) + 1
    ends = [(end, len(mark)) for mark in ("-->", "--!>") if (end := text.find(mark, at + 4)) >= 0]
    return sum(min(ends)) if ends else len(text)


def _tag_at(text: str, match: re.Match[str]) -> Tag | None:
    values: dict[str, Stretch] = {}
    at = _blank_end(text, match.end())
    while at < len(text) and text[at] != ">":
        found = _ATTRIBUTE.match(text, at)
        assert found is not None, "the pattern matches nothing too"
        kind = found.lastgroup
        place = Stretch(found.start(kind), found.end(kind)) if kind in ("d", "s", "u") else Stretch(at, at)
        end = found.end()
        if kind not in ("d", "s", "u"):
            if _UNFINISHED.match(text, end):
                return None
            empty = _EMPTY_VALUE.match(text, end)
            end = empty.end() if empty else end
        values.setdefault(found["name"].lower(), place)
        at = _blank_end(text, max(end, at + 1))
    if at >= len(text):
        return None
    name = match["name"].lower()
    tag = Tag(name=name, stretch=Stretch(match.start(), at + 1), is_end=bool(match["close"]), values=values)
    if name in _RAW and not tag.is_end:
        tag.raw_end = _end_of_raw(text, name, at + 1)
    return tag


def _blank_end(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    assert match is not None, "the pattern matches nothing too"
    return match.end()


def _end_of_raw(text: str, name: str, at: int) -> int:
    end = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(text, at)
    return end.start() if end else len(text)
