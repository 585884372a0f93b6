"""What of a collection goes into a package: what is committed, and nothing that is still being written."""

from __future__ import annotations

from collections.abc import Collection as Names
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from archive.collection import Collection
from archive.errors import CollectionError
from archive.linefile import read_lines
from archive.openfile import OPEN

WARC_SUFFIXES = (".warc.gz", ".warc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Warc:
    """A WARC file that is whole."""

    path: Path
    length: int
    """Committed bytes: what stands behind them is none of the collection's."""

    @property
    def name(self) -> str:
        """The file's name, as the index has it."""
        return self.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What can be packed, as one moment's ledger tells."""

    collection: Collection
    warcs: tuple[Warc, ...]
    """In the order of their serials."""
    lines: Mapping[str, int | None]
    """Committed bytes of briefs.jsonl and rejects.jsonl; None for all there are."""
    left_out: tuple[str, ...] = ()
    """A sentence on each file that stays out."""

    def explaining(self) -> dict[str, bytes]:
        """Return what tells how it was made, by name in the package: collection.toml, gaps, and all runs' reports.

        All of them go into each part: the chain of the runs' roots is checked over all runs.
        """
        files = {"briefs/collection.toml": self.collection.settings_file, "briefs/gaps.jsonl": self.collection.gaps}
        # py-wacz compares the last folder and the name of a file only, so there is one level of folders.
        for report in sorted(self.collection.runs.glob("*/report.*")):
            files[f"runs/{report.parent.name}{report.suffix}"] = report
        return {name: path.read_bytes() for name, path in files.items() if path.is_file()}


def choose_contents(collection: Collection, committed: Mapping[str, int] | None) -> Contents:
    """Return what of the collection is whole; `committed` holds lengths by name (None: no ledger, all files count).

    Raises CollectionError when no WARC file is whole, or one is shorter than what was committed.
    """
    warcs, left_out = [], []
    for path in _warc_files(collection):
        length = _whole_length(path, committed)
        if isinstance(length, int):
            warcs.append(Warc(path=path, length=length))
        else:
            left_out.append(length)
    lines: dict[str, int | None] = {}
    for path in (collection.briefs, collection.rejects):
        lines[path.name] = None if committed is None else committed.get(path.name, 0)
        left_out += _torn(path, lines[path.name])
    if not warcs:
        reasons = f" ({'; '.join(left_out)})" if left_out else ""
        raise CollectionError(collection.archive, f"holds no WARC file that is whole, expected one to pack{reasons}")
    return Contents(collection=collection, warcs=tuple(warcs), lines=lines, left_out=tuple(left_out))


def lines_of(path: Path, length: int | None, names: Names[str]) -> Iterator[bytes]:
    """Yield the committed lines of briefs.jsonl or rejects.jsonl whose capture lies in one of those WARC files.

    A line without a capture is yielded too.
    """
    return (line for name, line in lines_with_warcs(path, length) if name is None or name in names)


def lines_with_warcs(path: Path, length: int | None) -> Iterator[tuple[str | None, bytes]]:
    """Return the committed lines of briefs.jsonl or rejects.jsonl, each with the WARC file of its capture."""
    return ((_warc_of(path, number, line), line) for number, line in read_lines(path, length))


def _warc_of(path: Path, number: int, line: bytes) -> str | None:
    try:
        capture = orjson.loads(line)["capture"]
        return capture["warc"] if capture else None
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise CollectionError(path, f"line {number} names no capture: {error}") from error


def _warc_files(collection: Collection) -> list[Path]:
    """Return every WARC file, imported ones that are not compressed among them."""
    known = collection.warcs()
    return known + sorted(path for path in collection.archive.glob("*.warc") if path not in known)


def _whole_length(path: Path, committed: Mapping[str, int] | None) -> int | str:
    """Return how many bytes of a WARC file to pack, or a sentence on why it stays out."""
    size = path.stat().st_size
    if path.name.endswith(OPEN):
        return (
            f"{path.name} stays out: {size} bytes that are still being written, or that a crash left and the next "
            "crawl finishes"
        )
    if committed is None:
        return size
    length = committed.get(f"archive/{path.name}", 0)
    if not length:
        return f"{path.name} stays out: the ledger knows nothing of it ({size} bytes)"
    if length > size:
        raise CollectionError(path, f"is {size} bytes long, expected the {length} that were committed")
    return length


def _torn(path: Path, length: int | None) -> Iterator[str]:
    size = path.stat().st_size if path.exists() else 0
    if length is not None and size > length:
        yield f"the last {size - length} bytes of {path.name} stay out: they are not committed"
    elif length is not None and size < length:
        raise CollectionError(path, f"is {size} bytes long, expected the {length} that were committed")
