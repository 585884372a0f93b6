"""The works of a collection, as a reader looks for them: by title and date, newest first."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from archive.catalog import Committed
from archive.collection import Collection
from archive.errors import CollectionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One work: what of its newest version stands in the list, and where its lines are."""

    id: str
    title: str
    published: str
    """ISO 8601 in the page's own zone; empty where the page gives no date."""
    language: str
    byline: str
    is_gone: bool
    lines: tuple[int, ...]
    """Offset in briefs.jsonl of every version's line, in order."""
    folded: str
    """The titles of all its versions, folded, each on a line."""

    @property
    def day(self) -> str:
        """The day it was published, as YYYY-MM-DD; empty when unknown."""
        return self.published[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a reader asks for; nothing leaves nothing out."""

    words: str = ""
    first: date | None = None
    last: date | None = None

    def finds(self, work: Work) -> bool:
        """Say whether a title of the work holds the words, as one text, and its day is within the two."""
        if self.first and (not work.day or work.day < self.first.isoformat()):
            return False
        if self.last and (not work.day or work.day > self.last.isoformat()):
            return False
        return fold(self.words) in work.folded


class Shelf:
    """All works, read from briefs.jsonl; what a crawl appends is there at the next look."""

    def __init__(self, collection: Collection, committed: Callable[[], Committed | None]) -> None:
        """Read what is committed, as asked anew at every look; everything where there is no ledger to say."""
        self._path = collection.briefs
        self._committed = committed
        self._works: dict[str, Work] = {}
        self._read_to = 0
        self._file: int | None = None
        self._lock = threading.Lock()

    def works(self) -> list[Work]:
        """Return every work, the newest first and those without a date last; raise CollectionError."""
        with self._lock:
            self._read_on()
            return sorted(self._works.values(), key=lambda work: (work.published, work.id), reverse=True)

    def work(self, wanted: str) -> Work | None:
        """Return the work with that id."""
        with self._lock:
            self._read_on()
            return self._works.get(wanted)

    def versions(self, work: Work) -> list[dict[str, Any]]:
        """Return the lines of a work."""
        with self._path.open("rb") as stream:
            return [self._line_at(stream.seek(offset), stream.readline()) for offset in work.lines]

    def _read_on(self) -> None:
        """Take in the lines that are new; all of them when the file is another one, or shorter than it was."""
        if not self._path.exists():
            self._works, self._read_to, self._file = {}, 0, None
            return
        with self._path.open("rb") as stream:
            end, file = self._end(stream.seek(0, 2)), self._path.stat().st_ino
            if file != self._file or end < self._read_to:
                self._works, self._read_to, self._file = {}, 0, file
            stream.seek(self._read_to)
            while self._read_to < end and (line := stream.readline()).endswith(b"\n"):
                self._take(self._line_at(self._read_to, line), self._read_to)
                self._read_to += len(line)

    def _end(self, size: int) -> int:
        committed = self._committed()
        return size if committed is None else min(size, committed.get(self._path.name, 0))

    def _take(self, line: dict[str, Any], offset: int) -> None:
        if line.get("change") == "taken down":
            return  # there is nothing to show
        newest = _work(line, offset)
        before = self._works.get(newest.id)
        if before is not None:
            folded = f"{before.folded}\n{newest.folded}"
            newest = replace(newest, lines=(*before.lines, offset), folded=folded)
        self._works[newest.id] = newest

    def _line_at(self, offset: int, line: bytes) -> dict[str, Any]:
        try:
            brief = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise CollectionError(self._path, f"the line at byte {offset} is no JSON: {error}") from error
        if not isinstance(brief, dict) or not isinstance(brief.get("id"), str):
            raise CollectionError(self._path, f"the line at byte {offset} is no brief, expected an id")
        return brief


def _work(line: dict[str, Any], offset: int) -> Work:
    title = line.get("title") or ""
    return Work(
        id=line["id"],
        title=title,
        published=line.get("published") or "",
        language=line.get("language") or "",
        byline=line.get("byline") or "",
        is_gone=line.get("change") == "gone",
        lines=(offset,),
        folded=fold(title),
    )


def addresses_of(versions: Sequence[dict[str, Any]]) -> list[str]:
    """Return every address that the versions of a work are known under, each once."""
    return list(dict.fromkeys(address for line in versions for address in _addresses(line)))


def _addresses(line: dict[str, Any]) -> Iterator[str]:
    yield from (line[name] for name in ("url", "captured_url") if line.get(name))
    yield from line.get("aliases") or ()


def fold(text: str) -> str:
    """Return the text without case, accents and runs of white space, for comparing."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())
