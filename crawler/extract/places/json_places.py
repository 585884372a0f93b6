"""Where a JSON-LD path leads in the text of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from crawler.extract.json_ld import Node
from crawler.extract.markup import Stretch
from crawler.extract.places.json_text import STEP, JsonText
from crawler.extract.places.place import Place
from crawler.extract.places.source_map import SourceMap

_PATH = re.compile(r"(?:script (?P<script>\d+) )?\$(?P<steps>.*)")
_MOST = 60
_At = tuple[JsonText, int, int]
"""A text, where a member of an object in it begins, and where its value does."""


class JsonPlaces:
    """Follows concrete paths through the JSON-LD scripts of a page, as `read_path` does through their values."""

    def __init__(self, source: SourceMap, nodes: Sequence[Node]) -> None:
        self._source = source
        self._scripts = list(source.scripts())
        self._nodes = nodes

    def find(self, path: str, texts: Sequence[str]) -> list[Place]:
        """Return where the texts stand that the path leads to; JSON that was mended to be read is searched by text."""
        try:
            found = [at for value in self._follow(path) for at in self._texts(value)]
        except (ValueError, RecursionError, IndexError):
            return self._by_text(path, texts)
        return [
            Place(holder=Stretch(begin, json_text.value(at)[1]), value=json_text.stretch(at), words=f"JSON-LD {path}")
            for json_text, begin, at in found[:_MOST]
        ]

    def _follow(self, path: str) -> list[_At]:
        match = _PATH.fullmatch(path)
        if match is None:
            raise ValueError(f"{path!r} is no path")
        json_text = JsonText(self._source.text, self._scripts[int(match["script"] or 1) - 1])
        values: list[_At] = [(json_text, json_text.begin, json_text.begin)]
        for step in STEP.finditer(match["steps"]):
            values = [found for value in values for found in self._step(value, step[1], step[2])]
        return values

    def _step(self, at: _At, name: str | None, index: str | None) -> Iterator[_At]:
        json_text, _, value_at = at
        value, _ = json_text.value(value_at)
        if name is not None:
            if isinstance(value, str) and name == "name":
                yield at
            elif isinstance(value, dict):
                yield from self._member(at, value, name)
        elif not isinstance(value, list):
            # `[*]` of one value is that value, and so is `@graph[0]` of a graph that is no list.
            yield at
        else:
            items = list(json_text.items(value_at))
            chosen = items if index == "*" else items[int(index or 0) : int(index or 0) + 1]
            yield from ((json_text, item, item) for item in chosen)

    def _member(self, at: _At, value: dict[str, object], name: str) -> Iterator[_At]:
        json_text, _, value_at = at
        if "name" not in value and "@id" in value and name not in value:
            meant = next((node for node in self._nodes if node.fields.get("@id") == value["@id"]), None)
            for there, _, there_at in self._follow(meant.path) if meant else ():
                found = there.member(there_at, name)
                if found:
                    yield there, *found
            return
        found = json_text.member(value_at, name)
        if found:
            yield json_text, *found

    @staticmethod
    def _texts(at: _At) -> Iterator[_At]:
        json_text, _, value_at = at
        value, _ = json_text.value(value_at)
        if isinstance(value, str) and value.strip():
            yield at
        elif isinstance(value, list):
            items = zip(value, json_text.items(value_at), strict=True)
            yield from ((json_text, item, item) for text, item in items if isinstance(text, str) and text.strip())

    def _by_text(self, path: str, texts: Sequence[str]) -> list[Place]:
        """Return where the last name of the path stands with one of the texts behind it."""
        match = _PATH.fullmatch(path)
        number = int(match["script"] or 1) - 1 if match else 0
        names = [step[1] for step in STEP.finditer(path) if step[1]]
        if number >= len(self._scripts) or not names:
            return []
        script = self._scripts[number]
        found: list[Place] = []
        for text in texts:
            spellings = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
            either = "|".join(map(re.escape, sorted(spellings)))
            pattern = re.compile(rf"\"{re.escape(names[-1])}\"\s*+:\s*+\"({either})\"")
            place = pattern.search(self._source.text, script.start, script.end)
            if place:
                words = f"JSON-LD {path}, found by its text: this JSON has to be mended to be read"
                found.append(Place(holder=Stretch(*place.span()), value=Stretch(*place.span(1)), words=words))
        return found
