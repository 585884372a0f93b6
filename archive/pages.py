"""pages/pages.jsonl: the pages that a reader of a collection may start from (json-pages-1.0, WACZ 1.1.1 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from archive.errors import CollectionError, TimestampError
from archive.linefile import read_lines
from archive.surt import escape_target
from archive.timestamps import parse_timestamp

FORMAT = "json-pages-1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that became a version of a brief."""

    id: str
    """The work's id and the version, as `17c709e061fa0ed3-2`."""
    url: str
    """The address that the index has it under."""
    title: str
    ts: str
    """When its capture began: RFC 3339, as the index has it, to the second."""
    text: str
    """The brief's text."""
    warc: str
    """Name of the WARC file that holds its capture."""

    def line(self, *, with_text: bool = False) -> bytes:
        """Return the page's line; the text is what a reader searches in, and as long as all the rest."""
        fields: dict[str, object] = {"id": self.id, "url": self.url, "title": self.title, "ts": self.ts}
        return _line({**fields, "text": self.text} if with_text else fields)


def header(title: str, *, has_text: bool = False) -> bytes:
    """Return the first line of a page list."""
    # Both names: a reader takes a line that shares no name with the first for a blank one (py-wacz's validator).
    fields: dict[str, object] = {"format": FORMAT, "id": "pages", "title": title}
    return _line({**fields, "hasText": True} if has_text else fields)


def read_pages(briefs: Path, length: int | None = None) -> Iterator[Page]:
    """Yield the page of every line of briefs.jsonl that has one, in order, from the first `length` bytes.

    What is gone, or was taken down, has none. Raises CollectionError with the number of a line that is no brief.
    """
    for number, line in read_lines(briefs, length):
        page = _page(briefs, number, line)
        if page is not None:
            yield page


def _page(briefs: Path, number: int, line: bytes) -> Page | None:
    try:
        brief = orjson.loads(line)
        if brief["change"] in ("gone", "taken down"):
            return None
        at = parse_timestamp(brief["capture"]["timestamp"])
        return Page(
            id=f"{brief['id']}-{brief['version']}",
            url=escape_target(brief["captured_url"]),
            title=brief["title"],
            ts=at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            text=brief["text"],
            warc=brief["capture"]["warc"],
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, TimestampError) as error:
        raise CollectionError(briefs, f"line {number} is no brief: {error}") from error


def _line(fields: dict[str, object]) -> bytes:
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
