"""The lines of a collection against those that the fold over its WARCs gives today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from archive.collection import Collection
from archive.openfile import serial_of
from archive.problem import Problem
from crawler.rebuild.captured import Reading
from crawler.rebuild.lines import lines_of, write_lines
from crawler.sites import Site
from crawler.verify.codes import LINE_FOLD, LINE_RULES
from crawler.works.takedown import TAKEN_DOWN

_Place = tuple[int, str, int]


@dataclass(slots=True)
class _Numbered:
    """A line and its number in its file."""

    number: int
    content: bytes
    line: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        try:
            parsed = orjson.loads(self.content)
        except orjson.JSONDecodeError:
            parsed = None
        self.line = parsed if isinstance(parsed, dict) else {}

    @property
    def place(self) -> _Place:
        """Where its capture lies in the order of the captures."""
        capture = self.line.get("capture")
        if not isinstance(capture, dict):
            return 0, "", 0
        warc, offset = str(capture.get("warc")), capture.get("offset")
        return serial_of(warc), warc, offset if isinstance(offset, int) else 0


class Rules:
    """The rules of today, and the works of which lines were read by others."""

    def __init__(self, site: Site, briefs: Path, length: int | None) -> None:
        self._today = {f"{site.name}/{layout.name}@{layout.version}" for layout in site.layouts}
        self._others: set[str] = set()
        for content in lines_of(briefs, length):
            line = _Numbered(0, content).line
            # What was taken down no rules have read.
            if line.get("extractor") not in self._today and line.get("change") != TAKEN_DOWN:
                self._others.add(str(line.get("id")))

    def explain(self, stored: _Numbered | None, wanted: _Numbered | None) -> bool:
        """Say whether two lines differ because their work was read by rules of another day.

        A page that is a line now and was none, or the other way round, has no rules to tell: then those of the other
        lines decide.
        """
        if stored is None or "id" not in stored.line:
            return bool(self._others)
        if wanted is not None and _names(stored.line) != _names(wanted.line):
            return True  # an earlier brief-archive, which did not know every field, wrote it
        return not self._others.isdisjoint(str(one.line.get("id")) for one in (stored, wanted) if one)


def check_fold(collection: Collection, reading: Reading, lengths: Mapping[str, int | None]) -> Iterator[Problem]:
    """Yield the lines that are not those of today's fold; those read by other rules are counted, and said once.

    `lengths` are the committed bytes of each file of lines.
    """
    rules = Rules(reading.site, collection.briefs, lengths[collection.briefs.name])
    count = 0
    with TemporaryDirectory(prefix="briefs-verify-") as working:
        made = Collection(Path(working))
        write_lines(reading.pages(), reading.site, made)
        for name, length in lengths.items():
            for stored, wanted in _unequal(collection.root / name, made.root / name, length):
                if rules.explain(stored, wanted):
                    count += 1
                else:
                    yield _problem(collection.root / name, stored, wanted)
    if count:
        sentence = f"{count} lines differ from today's, which other rules read"
        yield Problem(code=LINE_RULES, path=collection.briefs, sentence=sentence)


def _names(line: dict[str, Any]) -> set[str]:
    """Return the names of a line's fields and of its rights: the same for every page, but not for every version."""
    rights = line.get("rights")
    return {*line, *(f"rights.{name}" for name in (rights if isinstance(rights, dict) else ()))}


def _unequal(stored: Path, made: Path, length: int | None) -> Iterator[tuple[_Numbered | None, _Numbered | None]]:
    """Yield the lines that differ, side by side where both are of one capture."""
    left, right = _by_capture(stored, length), _by_capture(made, None)
    own, new = next(left, None), next(right, None)
    while own or new:
        if own and new and own[0] == new[0]:
            yield from _pairs(own[1], new[1])
            own, new = next(left, None), next(right, None)
        elif new is None or (own and own[0] < new[0]):
            assert own, "both were None before"
            yield from ((line, None) for line in own[1])
            own = next(left, None)
        else:
            yield from ((None, line) for line in new[1])
            new = next(right, None)


def _by_capture(path: Path, length: int | None) -> Iterator[tuple[_Place, list[_Numbered]]]:
    lines = (_Numbered(number, content) for number, content in enumerate(lines_of(path, length), 1))
    for place, group in groupby(lines, key=lambda line: line.place):
        yield place, list(group)


def _pairs(own: list[_Numbered], new: list[_Numbered]) -> Iterator[tuple[_Numbered | None, _Numbered | None]]:
    for at in range(max(len(own), len(new))):
        left, right = own[at] if at < len(own) else None, new[at] if at < len(new) else None
        if left is None or right is None or left.content != right.content:
            yield left, right


def _problem(path: Path, stored: _Numbered | None, wanted: _Numbered | None) -> Problem:
    if stored is None:
        assert wanted is not None, "two lines that are not there do not differ"
        sentence = f"no line is of the capture of {wanted.line.get('captured_url')}, expected one"
        return Problem(code=LINE_FOLD, path=path, sentence=sentence)
    if wanted is None:
        sentence = "the fold over the WARCs gives no such line"
    else:
        names = [name for name in wanted.line if wanted.line[name] != stored.line.get(name)]
        sentence = f"the fold over the WARCs gives another {', '.join(names[:5]) or 'spelling'}"
    return Problem(code=LINE_FOLD, path=path, line=stored.number, sentence=sentence)
