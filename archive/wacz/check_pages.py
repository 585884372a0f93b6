"""Checks the page lists of a WACZ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from archive.errors import TimestampError
from archive.problem import Code, Problem
from archive.timestamps import parse_warc_date
from archive.wacz import codes
from archive.wacz.reading import DAMAGED, Entry, Package

FORMAT = "json-pages-1.0"
LONGEST_LINE = 64 * 1024 * 1024


def check_pages(package: Package, readable: Mapping[str, Entry]) -> Iterator[Problem]:
    """Yield what is wrong with pages/pages.jsonl and the other lists."""
    for name in sorted(readable):
        if name.startswith("pages/") and name.endswith(".jsonl"):
            yield from _PageList(package, readable[name]).check()


class _PageList:
    def __init__(self, package: Package, entry: Entry) -> None:
        self._package = package
        self._entry = entry

    def check(self) -> Iterator[Problem]:
        header: dict[str, Any] | None = None
        number = 0
        try:
            for number, line in self._lines():
                if len(line) >= LONGEST_LINE:
                    yield self._problem(codes.TOO_LARGE, number, f"is {LONGEST_LINE} bytes long or longer")
                    return
                if header is None:
                    header = _parsed(line) or {}
                    yield from self._check_header(header)
                elif line.strip():
                    yield from self._check_page(number, _parsed(line), header)
        except DAMAGED as error:
            yield self._problem(codes.ENTRY, number + 1, f"cannot be read: {error}")
            return
        if header is None:
            yield self._problem(codes.PAGES, 1, f"is missing, expected one with the format {FORMAT!r}")

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        with self._package.open(self._entry) as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE):
                number += 1
                yield number, line

    def _check_header(self, header: dict[str, Any]) -> Iterator[Problem]:
        if header.get("format") != FORMAT or not isinstance(header.get("id"), str):
            yield self._problem(codes.PAGES, 1, f"has no format {FORMAT!r} with an id, expected the list's header")

    def _check_page(self, number: int, page: dict[str, Any] | None, header: dict[str, Any]) -> Iterator[Problem]:
        if page is None:
            yield self._problem(codes.PAGES, number, "is no JSON object, expected a page")
            return
        if not isinstance(page.get("url"), str) or not page["url"]:
            yield self._problem(codes.PAGES, number, f"has the url {page.get('url')!r}, expected an address")
        if not _is_time(page.get("ts")):
            yield self._problem(codes.PAGES, number, f"has the ts {page.get('ts')!r}, expected an RFC 3339 time")
        if not page.keys() & header.keys():
            yield self._problem(codes.BLANK_PAGE, number, "has neither id nor title, expected one of them")

    def _problem(self, code: Code, line: int, sentence: str) -> Problem:
        text = f"{self._entry.name} line {line} {sentence}"
        return Problem(code=code, path=self._package.path, sentence=text)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def _is_time(value: object) -> bool:
    if not isinstance(value, str) or "T" not in value:
        return False
    try:
        parse_warc_date(value)
    except TimestampError:
        return False
    return True
