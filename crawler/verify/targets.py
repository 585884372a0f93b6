"""What a path names, and the check that it calls for: a collection, a package, or WARC files by whatever producer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from archive.collection import Collection
from archive.errors import CollectionError

WARC_SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
PACKAGE_SUFFIX = ".wacz"


def collections_in(paths: Iterable[Path]) -> list[Collection]:
    """Return the paths that are collections."""
    return [Collection(path) for path in paths if Collection(path).exists()]


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Return the WARC, ARC and WACZ files that the paths name or hold, collections left out; raise CollectionError."""
    found: dict[Path, Path] = {}
    for path in paths:
        if Collection(path).exists():
            continue
        for file in _files_of(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def is_package(path: Path) -> bool:
    """Say whether a file is to be taken for a WACZ."""
    return path.name.lower().endswith(PACKAGE_SUFFIX)


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif not path.is_dir():
        raise CollectionError(path, "there is no such file or folder")
    else:
        suffixes = (*WARC_SUFFIXES, PACKAGE_SUFFIX)
        held = [file for file in sorted(path.rglob("*")) if file.name.lower().endswith(suffixes) and file.is_file()]
        if not held:
            raise CollectionError(path, "is no collection and holds no WARC, ARC or WACZ file")
        yield from held
