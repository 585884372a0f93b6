"""The files of lines without those that were taken down."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import orjson

from crawler.rebuild.lines import lines_of

Moved = tuple[str, int, int]
"""Work of a line, where it lay, where it lies."""


def without_works(source: Path, length: int, target: Path, works: Collection[str]) -> list[Moved]:
    """Write briefs.jsonl without the lines of those works, and return which others lie elsewhere now."""
    return _filter(source, length, target, lambda line: line["id"] in works)


def without_captures(source: Path, length: int, target: Path, record_ids: Collection[str]) -> None:
    """Write rejects.jsonl without the lines of those captures."""
    _filter(source, length, target, lambda line: (line["capture"] or {}).get("record_id") in record_ids)


def _filter(source: Path, length: int, target: Path, is_taken: Callable[[dict[str, Any]], bool]) -> list[Moved]:
    moved: list[Moved] = []
    old = new = 0
    with target.open("wb") as stream:
        for content in lines_of(source, length):
            line = orjson.loads(content)
            if not is_taken(line):
                stream.write(content)
                if old != new:
                    moved.append((line.get("id", ""), old, new))
                new += len(content)
            old += len(content)
        stream.flush()
        os.fsync(stream.fileno())
    return moved
