"""A program that is no part of this one: fetched into the cache folder once, whole, after a person agreed."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ReplayError


class Program(ABC):
    """A program at one exact version, in a folder of its own below the cache folder."""

    name: str
    """As a person knows it, with its version."""
    licence: str
    source: str
    """Where it comes from, and by what."""
    contents: str
    """What comes to lie in the folder."""

    def __init__(self, cache: Path) -> None:
        self.folder = cache / self._folder_name()

    @property
    def is_ready(self) -> bool:
        """Whether it is there, whole: the mark is written last."""
        return (self.folder / _MARK).is_file() and self._is_sound()

    def offer(self) -> str:
        """Return what is told to a person before anything is fetched."""
        rows = {"from": self.source, "into": f"{self.folder}: {self.contents}", "licence": self.licence}
        head = f"{self.name} shows the captures. It is a program of its own and not installed yet."
        return "\n".join([head, *(f"  {name + ':':<10}{text}" for name, text in rows.items())])

    def install(self) -> None:
        """Fetch it, unless another process has by now; what a killed one left half made goes first."""
        with self._lock():
            if self.is_ready:
                return
            try:
                shutil.rmtree(self.folder, ignore_errors=True)
                self.folder.mkdir(parents=True)
                self._fetch()
                os.sync()
                (self.folder / _MARK).touch()
            except OSError as error:
                raise ReplayError(f"{self.folder}: cannot be written: {error.strerror}") from error

    @abstractmethod
    def _folder_name(self) -> str:
        """Return a name that is another one for every other content."""

    @abstractmethod
    def _is_sound(self) -> bool:
        """Return whether what was whole once is still there."""

    @abstractmethod
    def _fetch(self) -> None:
        """Fill the folder; raise ReplayError."""

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Let one process at a time fetch it; the kernel takes the lock back however that one ends."""
        path = self.folder.with_name(f"{self.folder.name}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("wb")
        except OSError as error:
            raise ReplayError(f"{path}: cannot be written: {error.strerror}") from error
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


_MARK = "whole"


def run(command: Sequence[str | Path], doing: str) -> str:
    """Return what the command printed; raise ReplayError with its last lines when it fails."""
    try:
        ended = subprocess.run(  # noqa: S603 (a list, no shell, all of it ours)
            command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError as error:
        raise ReplayError(f"{doing}: {command[0]} cannot be run: {error.strerror}") from error
    if ended.returncode:
        raise ReplayError(f"{doing} failed, {command[0]} ended with {ended.returncode}: {last_lines(ended.stderr)}")
    return ended.stdout


def last_lines(text: str, count: int = 5) -> str:
    """Return the last lines that say something, on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-count:]) or "it said nothing"
