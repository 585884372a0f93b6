"""What a run changed: the lines that it appended to briefs.jsonl."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from archive.collection import Collection

MOST = 200
"""Lines of each kind of change that the page shows; the file has them all."""
_CONTEXT = 8
"""Words kept on either side of what changed."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The lines of a run by their change, the first of each kind, and how many there are."""

    new: tuple[dict[str, Any], ...]
    substantive: tuple[dict[str, Any], ...]
    gone: tuple[dict[str, Any], ...]
    counts: Mapping[str, int]

    def more(self, change: str) -> int:
        """Return how many lines of that change the page does not show."""
        return max(0, self.counts.get(change, 0) - MOST)


def changes_of(collection: Collection, report: Mapping[str, Any]) -> Changes:
    """Return what the run of a report appended."""
    found: dict[str, list[dict[str, Any]]] = {"new": [], "substantive": [], "gone": []}
    for line in _lines_of_run(collection, report):
        kept = found.get(line["change"])
        if kept is not None and len(kept) < MOST:
            kept.append(line)
    return Changes(
        tuple(found["new"]), tuple(found["substantive"]), tuple(found["gone"]), counts=report.get("briefs", {})
    )


def excerpt(words: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Yield the runs of a word diff, those that did not change cut down to a few words beside those that did."""
    for number, (mark, text) in enumerate(words):
        if mark != "=":
            yield mark, text
            continue
        split = text.split(" ")
        head = [] if number == 0 else split[:_CONTEXT]
        tail = [] if number == len(words) - 1 else split[-_CONTEXT:]
        yield mark, text if len(split) <= len(head) + len(tail) else " ".join([*head, "…", *tail])


def listed(value: object) -> str:
    """Return a value of a brief as text: names side by side, what is more than that as JSON."""
    if value is None:
        return "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(listed, value)) or "none"
    if isinstance(value, dict):
        said = {name: one for name, one in value.items() if one is not None}
        return str(said.get("url")) if "url" in said else orjson.dumps(said).decode()
    return str(value)


def _lines_of_run(collection: Collection, report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if not report.get("briefs") or not collection.briefs.exists():
        return
    # Lines are many and those of a run few: they are looked for as bytes before any is parsed.
    own = b'"run":' + orjson.dumps(report["run"])
    with collection.briefs.open("rb") as file:
        for content in file:
            if own in content and content.endswith(b"\n") and (line := orjson.loads(content))["run"] == report["run"]:
                yield line
