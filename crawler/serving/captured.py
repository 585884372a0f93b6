"""A captured page as its text, and for each field of its brief where in it the field was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from archive.catalog import catalog_of
from archive.cdxj import IndexedCapture
from archive.coding import decode
from archive.contents import body_of
from archive.errors import ArchiveError, CaptureNotFound, MessageError
from archive.message import Head, as_text
from archive.reader import read_entity, read_record
from archive.surt import surt
from archive.timestamps import parse_timestamp
from crawler.extract import Page, decode_text
from crawler.extract.places import Finder, Found
from crawler.items import Brief, Rejection
from crawler.reading import Captured, parse_body, read_body
from crawler.serving.opened import OpenCollection

MAX_SIZE = 8 * 1024 * 1024
"""Bytes of a page that are read for its source, coded or not."""


class Unreadable(ArchiveError):
    """A captured page that cannot be shown, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The evidence of one field, and its places in the page."""

    field: str
    value: object
    rule: str
    texts: tuple[str, ...]
    found: Found
    today: str
    """What today's rules read there, where that is something else."""


class CapturedPage:
    """The page that one line was read from."""

    def __init__(self, opened: OpenCollection, line: Mapping[str, Any]) -> None:
        """Read it; raise Unreadable."""
        self.line = line
        self._site = opened.site
        if self._site is None:
            raise Unreadable(f"the site {opened.site_name!r} is known no more, so that no rule of it can be run again")
        try:
            self.head, self._body = _read(opened, line)
        except (ArchiveError, OSError) as error:
            raise Unreadable(f"the capture cannot be read: {error}") from error
        content_type = self.head.values("content-type")
        declared = content_type[-1].decode("latin-1") if content_type else None
        self.encoding, self.text = decode_text(self._body, declared)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The status line, under no name, and the header fields as they came."""
        fields = [(as_text(name), as_text(value)) for name, value in self.head.fields]
        return [("", as_text(self.head.start_line)), *fields]

    def evidence(self, only: str | None = None) -> list[Evidence]:
        """Return the evidence of every field in the line's order, or of one."""
        stored = self._stored
        names = [name for name in stored if only in (None, name)]
        return [
            Evidence(
                field=name,
                value=self.line.get(name),
                rule=stored[name][0],
                texts=tuple(stored[name][1]),
                found=self._finder.find(name, stored),
                today=self._today(name),
            )
            for name in names
        ]

    @cached_property
    def _stored(self) -> dict[str, tuple[str, Sequence[str]]]:
        entries = self.line.get("evidence") or {}
        return {name: (entry["rule"], _texts(entry["raw"])) for name, entry in entries.items()}

    @cached_property
    def _page(self) -> Page:
        return parse_body(self._body, self._captured)

    @property
    def _captured(self) -> Captured:
        at = parse_timestamp(self.line["capture"]["timestamp"])
        return Captured(url=self.line["captured_url"], head=self.head, at=at)

    @cached_property
    def _finder(self) -> Finder:
        assert self._site is not None
        return Finder.of(self._page, self.text, self._site, self.line)

    @cached_property
    def _again(self) -> Brief | Rejection:
        assert self._site is not None
        return read_body(self._page, self._captured, self._site)

    def _today(self, name: str) -> str:
        if isinstance(self._again, Rejection):
            return f"Today's rules read no brief here: {self._again.reason}."
        entry = self._again.evidence.get(name)
        if entry is None:
            return "Today's rules read nothing for this field."
        texts = _texts(orjson.loads(orjson.dumps(entry.raw)))
        if (entry.rule, texts) == (self._stored[name][0], tuple(self._stored[name][1])):
            return ""
        return f"Today's rules read {' | '.join(texts)!r} by {entry.rule}."


def _texts(raw: str | Sequence[str]) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _read(opened: OpenCollection, line: Mapping[str, Any]) -> tuple[Head, bytes]:
    """Return the head of a line's capture and its body without codings, that of a revisit out of its original."""
    capture = line["capture"]
    if Path(capture["warc"]).name != capture["warc"]:
        raise CaptureNotFound(f"warc is {capture['warc']!r}, expected the name of a file")
    with read_record(opened.places.warc(capture["warc"]), capture["offset"]) as record:
        if record.type == "revisit":
            return read_entity(record, max_size=MAX_SIZE).head, _body_of_revisit(opened, line)
        entity = read_entity(record, max_size=MAX_SIZE)
    return entity.head, decode(entity.payload, entity.head.joined("content-encoding"), max_size=MAX_SIZE).body


def _body_of_revisit(opened: OpenCollection, line: Mapping[str, Any]) -> bytes:
    capture = line["capture"]
    with catalog_of(opened.places, opened.committed(), lambda problem: None) as catalog:
        key = surt(line["captured_url"])
        known = catalog.between(keys=(key, f"{key} "))
        found = next((one for one in known if _is_at(one, capture)), None)
        if found is None:
            raise CaptureNotFound(f"{capture['warc']} at byte {capture['offset']} is not in the catalogue")
        body = bytearray()
        for piece in body_of(opened.places, catalog, found, max_size=MAX_SIZE).pieces:
            body += piece
            if len(body) > MAX_SIZE:
                raise MessageError(f"the body is over {MAX_SIZE} bytes")
    return bytes(body)


def _is_at(one: IndexedCapture, capture: Mapping[str, Any]) -> bool:
    return (one.warc, one.offset) == (capture["warc"], capture["offset"])
