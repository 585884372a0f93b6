"""The WARC files that a rebuild reads, in their order, and how each is to be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from archive.collection import Collection
from archive.errors import RecordError
from archive.openfile import OPEN
from archive.reader import scan

FOREIGN_RUN = "foreign"
"""Run of what is read straight out of files that no crawl of ours wrote."""

_IMPORTED = re.compile(r"import-(?P<stem>.+)-(?P<run>\d{14}-[0-9a-f]{4})-\d{5,}\.warc\.gz", re.ASCII)
_STRANGE = re.compile(r"[^A-Za-z0-9_]+")
_SUFFIX = re.compile(r"(\.warc)?(\.gz)?(\.open)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """A WARC file, as far as it counts."""

    path: Path
    limit: int | None = None
    """Bytes that count; None for all."""
    run: str | None = None
    """Run of the captures that no crawl of ours made; None for a file of a crawl, which holds no others."""


def collection_files(collection: Collection, lengths: Mapping[str, int] | None = None) -> list[WarcFile]:
    """Return a collection's WARC files in the order of their serials.

    `lengths` maps the name of each (`archive/…`, never `.open`) to its committed length, and leaves out those that it
    does not name; None takes all, whole.
    """
    files = []
    for path in collection.warcs():
        name = final_name(path)
        limit = None if lengths is None else lengths.get(f"archive/{name}", 0)
        if limit != 0:
            files.append(WarcFile(path=path, limit=limit, run=imported_run(name)))
    return files


def foreign_files(paths: Iterable[Path]) -> list[WarcFile]:
    """Return files of whatever crawler in the order given; raise RecordError for one that is no WARC."""
    files: list[WarcFile] = []
    for path in paths:
        check_warc(path)
        same = next((file.path for file in files if file.path.name == path.name), None)
        if same is not None:
            # A line names its file by the name alone.
            raise RecordError(path, 0, f"has the name of {same}, expected files of different names")
        files.append(WarcFile(path=path, run=FOREIGN_RUN))
    return files


def check_warc(path: Path) -> None:
    """Raise RecordError unless a WARC record begins the file, or can be found in it."""
    if not path.is_file():
        raise RecordError(path, 0, "no file is there, expected a WARC file")
    first = next((found for found in scan(path) if not isinstance(found, RecordError)), None)
    if first is None:
        how = ": `unzip` takes the WARC files out of a WACZ" if path.suffix == ".wacz" else ""
        raise RecordError(path, 0, f"holds no record that can be read, expected a WARC file{how}")
    if first.version == "ARC":
        raise RecordError(path, 0, "is an ARC file, expected WARC: `warcio recompress` makes one of it")


def imported_name(original: str, run: str, serial: int) -> str:
    """Return the name that an imported file is kept under: its own one readable in it, less what would part it."""
    stem = _STRANGE.sub("_", _SUFFIX.sub("", original)).strip("_") or "warc"
    return f"import-{stem}-{run}-{serial:05d}.warc.gz"


def imported_run(name: str) -> str | None:
    """Return the run of the import that a file came in with, by its name; None for a file of a crawl."""
    match = _IMPORTED.fullmatch(name)
    return match["run"] if match else None


def final_name(path: Path) -> str:
    """Return the name of a file once it is closed."""
    return path.name.removesuffix(OPEN)


def standing(path: Path) -> Path:
    """Return the path, or its final name when the file was closed in the meantime."""
    return path if path.exists() else path.with_name(final_name(path))
