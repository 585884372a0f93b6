"""What takedowns left, against what their records list: nobody else can have taken records out unseen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.openfile import OPEN
from archive.problem import Problem
from archive.record import Record
from archive.takedown import Removal, read_takedown
from archive.verify import BlockFacts
from crawler.verify.codes import TAKEDOWN_DIFFERS

_Place = tuple[str, int]


class Takedowns:
    """Follows the records of takedowns through all files."""

    def __init__(self) -> None:
        self._found: dict[_Place, tuple[Path, str, str]] = {}
        """Where something was removed -> file, id of the takedown, leaf."""
        self._listed: dict[_Place, tuple[Record, str]] = {}
        """The same, as the takedowns' records have it: record, leaf."""

    def add(self, record: Record, facts: BlockFacts) -> None:
        """Note one of their records."""
        said = read_takedown(record.headers, facts.fields)
        if isinstance(said, Removal):
            place = record.path.name.removesuffix(OPEN), record.offset
            self._found[place] = record.path, said.takedown, facts.leaf
            return
        for one in said.removed:
            self._listed[one.warc, one.offset] = record, one.leaf

    def end(self) -> Iterator[Problem]:
        """Yield what is on one side only, or not the same on both."""
        for place, (path, takedown, leaf) in self._found.items():
            record, wanted = self._listed.pop(place, (None, ""))
            if record is None or record.record_id != takedown or wanted != leaf:
                sentence = f"records were taken out here, and {takedown} does not say so"
                yield Problem(code=TAKEDOWN_DIFFERS, path=path, offset=place[1], sentence=sentence)
        for (warc, offset), (record, _) in self._listed.items():
            sentence = f"says that records were taken out of {warc} at byte {offset}, where nothing says so"
            yield Problem(code=TAKEDOWN_DIFFERS, path=record.path, offset=record.offset, sentence=sentence)
