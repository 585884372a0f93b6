"""Processes that are named so that no later one is taken for them: by number, beginning, and machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Pid:
    """One process."""

    number: int
    birth: str
    """When it began, in ticks since the machine did, and which start of that: no change of the clock moves it."""
    place: str
    """The machine, and the space of process ids in it."""

    @classmethod
    def of(cls, number: int) -> Pid:
        """Return the process that has that number now."""
        return cls(number, _birth_of(number) or "", here())

    @classmethod
    def parse(cls, text: str) -> Pid:
        """Return what `str` wrote."""
        number, birth, place = text.split(" ", 2)
        return cls(int(number), birth, place)

    def __str__(self) -> str:
        return f"{self.number} {self.birth} {self.place}"

    @property
    def is_here(self) -> bool:
        """Whether it can be seen from here."""
        return self.place == here()

    def lives(self) -> bool:
        """Return whether it is still there."""
        return bool(self.birth) and _birth_of(self.number) == self.birth

    def group_lives(self) -> bool:
        """Return whether it, or another process of the group that it led, is still there."""
        birth = _birth_of(self.number)
        # While a group has members its number is given to no new process: another birth means that all are gone.
        return birth == self.birth if birth is not None else any(_members(self.number))

    def signal_group(self, signum: signal.Signals) -> None:
        """Send a signal to the group that it leads; one that is gone hears nothing."""
        if self.group_lives():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.number, signum)

    def age(self) -> float | None:
        """Return the seconds since it began; None where the system does not tell."""
        try:
            uptime = float((_PROC / "uptime").read_text().split()[0])
        except OSError:
            return None
        return uptime - int(self.birth.partition(":")[2]) / os.sysconf("SC_CLK_TCK") if self.birth else None


@cache
def here() -> str:
    """Return the name of this machine, and of the space of process ids in it."""
    with suppress(OSError):
        return f"{socket.gethostname()} {(_PROC / 'self/ns/pid').readlink()}"
    return socket.gethostname()


def _birth_of(number: int) -> str | None:
    """Return when a process began; None when there is none, or one that has ended and waits for its parent."""
    if not (_PROC / "self/stat").exists():
        return _birth_by_ps(number)
    fields = _stat(number)
    return None if fields is None or fields[0] in "ZX" else f"{_boot()}:{fields[19]}"


@cache
def _boot() -> str:
    with suppress(OSError):
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    return ""


def _stat(number: int) -> list[str] | None:
    """Return the fields of proc(5) stat behind the name, which may hold blanks and brackets itself."""
    try:
        return (_PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _members(group: int) -> Iterator[int]:
    """Yield the processes of a group that have not ended."""
    for folder in _PROC.glob("[0-9]*"):
        fields = _stat(int(folder.name))
        if fields is not None and fields[0] not in "ZX" and int(fields[2]) == group:
            yield int(folder.name)


def _birth_by_ps(number: int) -> str | None:
    told = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "lstart=", "-p", str(number)], capture_output=True, text=True, check=False
    )
    return "_".join(told.stdout.split()) or None
