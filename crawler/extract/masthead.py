"""What readers see around a title: label, breadcrumb and header line, whatever the class names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.extract.blocks import RawBlock
from crawler.extract.header_line import HeaderLine, find_header_line
from crawler.extract.text import fold
from crawler.sites import Site

_BEFORE = 6
_AFTER = 9
_LONGEST = 220
_HOME = ("home", "inicio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """The lines around the title, and where the article's own text may begin."""

    label: str | None
    breadcrumb: str | None
    """The steps before the title, in small letters; they may be glued: `homenewsbrief`."""
    line: HeaderLine | None
    end: int
    """Number of the first block after all of them; 0 when none was found."""
    label_at: int | None = None
    """Number of the block that is the label."""
    breadcrumb_at: int | None = None
    line_at: tuple[int, int] | None = None
    """Numbers of the first block of the header line, and of the first behind it."""


def read_masthead(blocks: Sequence[RawBlock], site: Site, title: str) -> Masthead:
    """Read the lines around the block that is the title (given folded, in small letters)."""
    at = _find_title(blocks, title)
    title = title or (fold(blocks[at].text).casefold() if at is not None else "")
    first = 0 if at is None else max(0, at - _BEFORE)
    zone = [block.text for block in blocks[first : (at or 0) + 1 + _AFTER]]
    short = [text if len(text) <= _LONGEST else "" for text in zone]
    found = find_header_line(short)
    labels = [first + place for place, text in enumerate(short) if text.casefold() in site.kinds]
    label = min(labels, key=lambda place: abs(place - (at or 0)), default=None)
    crumbs = next(((steps, place) for place, text in enumerate(short) if (steps := _steps(text, title))), None)
    return Masthead(
        label=None if label is None else blocks[label].text,
        breadcrumb=crumbs[0] if crumbs else None,
        line=found[0] if found else None,
        end=max(first + found[2] if found else 0, 0 if at is None else at + 1, _label_end(label, at)),
        label_at=label,
        breadcrumb_at=first + crumbs[1] if crumbs else None,
        line_at=(first + found[1], first + found[2]) if found else None,
    )


def breadcrumb_kind(breadcrumb: str, site: Site) -> str | None:
    """Return the kind's word that the last step names."""
    steps = breadcrumb.rstrip(" /›>|»")
    return next((word for word in sorted(site.kinds, key=len, reverse=True) if steps.endswith(word)), None)


def _find_title(blocks: Sequence[RawBlock], title: str) -> int | None:
    """Return the number of the h1 that says the title, else of the first h1."""
    places = [number for number, block in enumerate(blocks) if block.tag == "h1"]
    same = [number for number in places if title and fold(blocks[number].text).casefold() == title]
    return next(iter(same or places), None)


def _label_end(label: int | None, title: int | None) -> int:
    return 0 if label is None or title is None or label < title or label > title + 2 else label + 1


def _steps(text: str, title: str) -> str | None:
    """Return what a breadcrumb says before the title, or None when the text is none."""
    folded = fold(text).casefold()
    steps = folded.removesuffix(title)
    return steps if title and steps != folded and steps.startswith(_HOME) else None
