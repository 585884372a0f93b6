"""Where the values of a JSON text stand in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crawler.extract.markup import Stretch

_DECODER = json.JSONDecoder(strict=False)
_BLANK = re.compile(r"[ \t\n\r]*+")
_NAME = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BEGIN = re.compile(r"[\[{]")
STEP = re.compile(r"\.(@?\w+)|\[(\d+|\*)\]")


class JsonText:
    """A JSON value in a longer text; what is no JSON raises ValueError."""

    def __init__(self, text: str, within: Stretch) -> None:
        self.text = text[: within.end]
        begin = _BEGIN.search(self.text, within.start)
        if begin is None:
            raise ValueError("no object and no list begins here")
        self.begin = begin.start()

    def value(self, at: int) -> tuple[Any, int]:
        """Return the value that begins there, and where it ends."""
        found: tuple[Any, int] = _DECODER.raw_decode(self.text, at)
        return found

    def stretch(self, at: int) -> Stretch:
        """Return where the value that begins there stands; of a text, what is between its quotes."""
        value, end = self.value(at)
        return Stretch(at + 1, end - 1) if isinstance(value, str) else Stretch(at, end)

    def member(self, at: int, wanted: str) -> tuple[int, int] | None:
        """Return where the last member of that name of the object there begins, and where its value does."""
        found = [(key_at, value_at) for name, key_at, value_at in self._members(at) if name == wanted]
        return found[-1] if found else None

    def items(self, at: int) -> Iterator[int]:
        """Yield where each item of the list there begins."""
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "]":
            yield at
            at = self._behind(self.value(at)[1], "]")

    def _members(self, at: int) -> Iterator[tuple[str, int, int]]:
        at = self._skip(at + 1)
        while self.text[at : at + 1] != "}":
            name = _NAME.match(self.text, at)
            if name is None:
                raise ValueError(f"no name begins at character {at}")
            value_at = self._skip(self._skip(name.end()) + 1)
            yield _DECODER.decode(name[0]), at, value_at
            at = self._behind(self.value(value_at)[1], "}")

    def _behind(self, at: int, end: str) -> int:
        """Return where the next one begins: behind the comma, or at the end of the whole."""
        at = self._skip(at)
        if self.text[at : at + 1] == end:
            return at
        if self.text[at : at + 1] != ",":
            raise ValueError(f"no comma at character {at}")
        return self._skip(at + 1)

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at
