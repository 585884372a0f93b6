"""A collection: the folder that one site's crawls are kept in, laid out as pywb and WACZ expect it."""

from __future__ import annotations

import fcntl
import json
import os
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.errors import CollectionError, CollectionLocked
from archive.openfile import OPEN, serial_of, sync_folder

FORMAT = 1
"""Version of the layout on disk."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The places inside one collection folder; nothing is created or opened by naming them."""

    root: Path

    @property
    def archive(self) -> Path:
        """Folder of the WARC files."""
        return self.root / "archive"

    @property
    def briefs(self) -> Path:
        """One JSON line a version of a brief."""
        return self.root / "briefs.jsonl"

    @property
    def rejects(self) -> Path:
        """One JSON line a page that became no brief."""
        return self.root / "rejects.jsonl"

    @property
    def gaps(self) -> Path:
        """One JSON line a stretch of time that the collection is no witness of; not there without any."""
        return self.root / "gaps.jsonl"

    @property
    def settings_file(self) -> Path:
        """collection.toml."""
        return self.root / "collection.toml"

    @property
    def runs(self) -> Path:
        """Folder with one folder a run."""
        return self.root / "runs"

    @property
    def search(self) -> Path:
        """The search index of web pages, derived from briefs.jsonl; deletable."""
        return self.root / "search.sqlite"

    def warcs(self) -> list[Path]:
        """Return the WARC files, closed and `.open`, in the order of their serials."""
        found = [path for pattern in ("*.warc.gz", "*.warc.gz.open") for path in self.archive.glob(pattern)]
        return sorted(found, key=lambda path: (serial_of(path.name), path.name))

    def warc(self, name: str) -> Path:
        """Return where the WARC of that final name lies: under `NAME.open` while it is written."""
        path = self.archive / name
        return path if path.exists() else path.with_name(f"{name}{OPEN}")

    def exists(self) -> bool:
        """Return whether the folder holds a collection."""
        return self.settings_file.is_file()

    def settings(self) -> dict[str, Any]:
        """Return what collection.toml says; raise CollectionError."""
        if not self.exists():
            raise CollectionError(self.root, "no collection here: collection.toml is missing")
        try:
            settings = tomllib.loads(self.settings_file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CollectionError(self.settings_file, f"cannot be read: {error}") from error
        if settings.get("format") != FORMAT:
            raise CollectionError(self.settings_file, f"format is {settings.get('format')!r}, expected {FORMAT}")
        return settings

    def create(self, settings: Mapping[str, object]) -> None:
        """Make the folders and collection.toml; raise CollectionError when the folder cannot hold them."""
        try:
            self.archive.mkdir(parents=True, exist_ok=True)
            self.runs.mkdir(exist_ok=True)
            replace_file(self.settings_file, to_toml({"format": FORMAT, **settings}).encode())
        except OSError as error:
            raise CollectionError(self.root, f"cannot be written: {error.strerror}") from error


class WriteLock:
    """The right to write to a collection; the kernel takes it back when its process ends, however it ends."""

    def __init__(self, collection: Collection) -> None:
        """Take the lock; raise CollectionLocked when another process has it, CollectionError where none can be."""
        self._path = collection.root / ".lock"
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise CollectionError(self._path, f"cannot be written: {error.strerror}") from error
        try:
            _take(self._descriptor)
        except BlockingIOError:
            pid = os.read(self._descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._descriptor)
            raise CollectionLocked(
                collection.root, f"process {pid} is writing here, expected no other writer"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the lock back; a second call does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _take(descriptor: int) -> None:
    """Take the lock; raise BlockingIOError when a writer has it. Who only looks whether one has it lets go at once."""
    for _ in range(_LOOKERS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK)
        else:
            return
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_LOOKERS = 3
_LOOK = 0.01
"""Seconds: a look takes a thousandth of it."""


def is_being_written(collection: Collection) -> bool:
    """Return whether a process has the right to write to a collection just now."""
    try:
        descriptor = os.open(collection.root / ".lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside, sync it and put it in the place of the old one: a reader sees the one or the other."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def to_toml(settings: Mapping[str, object]) -> str:
    """Return a flat table as TOML, one nested level allowed; a JSON string is a TOML basic string."""
    flat = [f"{name} = {_toml_value(value)}" for name, value in settings.items() if not isinstance(value, Mapping)]
    for name, table in settings.items():
        if isinstance(table, Mapping):
            flat += ["", f"[{name}]", *(f"{key} = {_toml_value(value)}" for key, value in table.items())]
    return "\n".join(flat) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool | int | float | str | list | tuple):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"{value!r} has no form in collection.toml")
