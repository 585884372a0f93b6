"""What lies in a collection beside its committed files and may hold a text too: torn tails, logs, what a crash left."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from archive.collection import Collection

_GZIP = 31
_PIECE = 1 << 20
_APART = re.compile(r"[\"'\\\n]")
_LEAST = 24
"""Letters of a piece of text that is surely of that text."""
_SCRUBBED = b"[a line that was taken down]\n"


def passages_of(lines: Iterable[dict[str, Any]]) -> list[bytes]:
    """Return pieces of the texts of briefs as they would stand in a log, whatever quoted them."""
    texts = [text for line in lines for text in (line["title"], line["standfirst"] or "", line["text"])]
    pieces = (piece.strip() for text in texts for piece in _APART.split(text))
    return [piece.encode() for piece in dict.fromkeys(pieces) if len(piece) >= _LEAST]


def leftovers_with(collection: Collection, marks: Sequence[bytes]) -> list[Path]:
    """Return the files that a crash or `briefs recover` left, and that hold one of these marks, compressed or not.

    Nothing refers to such a file, so that it can go as a whole.
    """
    places = [
        *collection.runs.glob("*/torn/**/*"),
        *collection.root.glob("*.new"),
        *collection.root.glob("*/*.new"),
        *collection.root.glob("ledger.sqlite.damaged-*"),
        *collection.root.glob(".importing/**/*"),
    ]
    return sorted({path for path in places if path.is_file() and _holds(path, marks)})


def logs_with(collection: Collection, passages: Sequence[bytes]) -> list[Path]:
    """Return the logs of runs that quote one of these passages."""
    return [path for path in sorted(collection.runs.glob("*/*.log")) if _holds(path, passages)]


def without_passages(source: Path, target: Path, passages: Sequence[bytes]) -> None:
    """Write a log anew, each line that quotes one of the passages left out."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as old, target.open("wb") as new:
        for line in old:
            new.write(_SCRUBBED if any(passage in line for passage in passages) else line)
        new.flush()
        os.fsync(new.fileno())


def _holds(path: Path, marks: Sequence[bytes]) -> bool:
    longest = max(map(len, marks), default=0)
    for pieces in (_plain(path), _inflated(path)):
        before = b""
        for piece in pieces:
            window = before + piece
            if any(mark in window for mark in marks):
                return True
            before = window[-longest:]
    return False


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _inflated(path: Path) -> Iterator[bytes]:
    """Yield what the gzip members from the beginning of a file on hold, as far as they can be read."""
    with path.open("rb") as stream:
        rest = stream.read(_PIECE)
        while rest[:2] == b"\x1f\x8b":
            inflate = zlib.decompressobj(_GZIP)
            while not inflate.eof and rest:
                try:
                    yield inflate.decompress(rest, _PIECE)
                except zlib.error:
                    return
                rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail or stream.read(_PIECE)
            rest = rest if len(rest) > 1 else rest + stream.read(_PIECE)
