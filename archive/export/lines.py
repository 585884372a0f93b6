"""The lines of briefs.jsonl, as far as they are committed, read as often as an export needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fastjsonschema
import orjson

from archive.errors import CollectionError
from archive.linefile import lines_within


@dataclass(frozen=True, slots=True)
class Line:
    """One line of briefs.jsonl."""

    number: int
    """From 1."""
    raw: bytes
    """As it stands in the file, with its line break."""
    brief: dict[str, Any]


@dataclass(slots=True)
class Lines:
    """The committed lines of one file that stays open: what takes its name meanwhile is another file."""

    path: Path
    length: int
    """Bytes that count."""
    _stream: IO[bytes]
    _check: Callable[[Any], Any]
    on_read: Callable[[int], None] = lambda length: None
    """Called with the bytes of each line that was read."""

    def checked(self) -> Iterator[Line]:
        """Yield every line; raise CollectionError with the number of one that is no brief."""
        for number, raw in self._raw():
            yield Line(number, raw, self._checked(number, raw))

    def numbered(self, numbers: Iterator[int]) -> Iterator[Line]:
        """Yield the lines with these numbers, which grow; they were checked before."""
        wanted = next(numbers, None)
        for number, raw in self._raw():
            if number == wanted:
                yield Line(number, raw, orjson.loads(raw))
                wanted = next(numbers, None)

    def _raw(self) -> Iterator[tuple[int, bytes]]:
        self._stream.seek(0)
        for number, raw in lines_within(self._stream, self.length):
            self.on_read(len(raw))
            yield number, raw

    def _checked(self, number: int, raw: bytes) -> dict[str, Any]:
        try:
            brief: dict[str, Any] = orjson.loads(raw)
            self._check(brief)
        except orjson.JSONDecodeError as error:
            raise CollectionError(self.path, f"line {number} is no JSON: {error}") from error
        except fastjsonschema.JsonSchemaValueException as error:
            sentence = str(error.message).removeprefix("data ").removeprefix("data.")
            raise CollectionError(self.path, f"line {number} is no brief: {sentence[:300]}") from error
        return brief


@contextmanager
def open_lines(path: Path, length: int | None, schema: Mapping[str, Any]) -> Iterator[Lines]:
    """Open a file of lines that fit the schema; `length` is what was committed of it, None all that is there."""
    if not path.exists() and not length:
        raise CollectionError(path, "is not there: no brief was read yet")
    try:
        with path.open("rb") as stream:
            there = path.stat().st_size
            if length is not None and there < length:
                raise CollectionError(path, f"has {there} bytes, expected the {length} that were committed")
            check = fastjsonschema.compile(dict(schema), use_default=False)
            yield Lines(path, there if length is None else length, stream, check)
    except FileNotFoundError as error:
        raise CollectionError(path, f"is missing, expected the {length} bytes that were committed") from error
