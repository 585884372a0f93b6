"""Where an export goes: beside first, then under its name, and never over what is not an export's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from archive.collection import Collection
from archive.errors import ExportError
from archive.openfile import sync_folder

MANIFEST = "datapackage.json"
"""The file by which a package is known."""


def check_outside(path: Path, collection: Collection) -> None:
    """Raise ExportError for a place inside the collection."""
    if path.resolve().is_relative_to(collection.root.resolve()):
        raise ExportError(f"{path}: lies in the collection, expected a place outside of it")


def check_file(path: Path, *, force: bool) -> None:
    """Raise ExportError where a file of that name cannot be made."""
    if path.is_dir():
        raise ExportError(f"{path}: is a folder, expected the name of a file")
    if path.exists() and not force:
        raise ExportError(f"{path}: exists already, expected a new name (--force replaces it)")
    _check_parent(path)


def check_folder(path: Path, *, force: bool) -> None:
    """Raise ExportError where a package of that name cannot be made; what is no package is never replaced."""
    _check_parent(path)
    if not path.exists():
        return
    if not path.is_dir() or (any(path.iterdir()) and not (path / MANIFEST).is_file()):
        raise ExportError(f"{path}: is no package, expected a new name, or a folder with a {MANIFEST}")
    if any(path.iterdir()) and not force:
        raise ExportError(f"{path}: exists already, expected a new name (--force replaces it)")


def _check_parent(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise ExportError(f"{path}: cannot be written: there is no folder {path.parent}")


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name, synced, when the block comes to its end."""
    with _told(path), _beside(path) as folder:
        beside = folder / path.name
        with beside.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        sync_folder(path.absolute().parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Make a folder that takes the place of the old one, synced, when the block comes to its end."""
    with _told(path), _beside(path) as folder:
        beside = folder / path.name
        beside.mkdir()
        yield beside
        _sync(beside)
        if path.exists():
            path.rename(folder / "old")  # a crash before the next line leaves it there, whole
        beside.rename(path)
        sync_folder(path.absolute().parent)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Make a hidden folder of a new name next to a path, so that nobody's file is in its way; remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.absolute().parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _sync(folder: Path) -> None:
    """Return once everything below survives a power cut."""
    for root, _, names in os.walk(folder):
        for name in names:
            descriptor = os.open(Path(root, name), os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        sync_folder(Path(root))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(f"{path}: cannot be written: {error.strerror}") from error
