"""The crawl of a turn, as processes: begun, watched, ended, and what they left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection, is_being_written
from crawler.schedule.pids import Pid
from crawler.schedule.schedule import Schedule

# The shell reads a line first: who began it has written its process id down by then, or is dead, and nothing is begun.
# It outlives the signals that end the crawl, and keeps the exit code where a later run-due finds it.
_SHELL = """read -r go || exit 0
folder=$1; shift; trap : INT TERM HUP
"$@" >"$folder/out" 2>"$folder/err" </dev/null
echo $? >"$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
"""
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
_TAIL = 2000
"""Characters of standard error that are kept."""


def command_of(schedule: Schedule) -> list[str]:
    """Return the crawl's own command line."""
    # -P: no file in the current folder stands in for a module.
    where = ["crawl", schedule.site, "--collection", str(schedule.collection), "--json"]
    return [sys.executable, "-P", "-m", "crawler", *where, *schedule.arguments]


class Beginning:
    """A crawl whose processes are there, and wait to be let go."""

    def __init__(self, schedule: Schedule, folder: Path) -> None:
        """Raise OSError when they cannot be."""
        folder.mkdir(parents=True, exist_ok=True)
        self.shell = subprocess.Popen(  # noqa: S603
            ["/bin/sh", "-c", _SHELL, "briefs", str(folder), *command_of(schedule)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=schedule.folder,
            start_new_session=True,
        )
        self.leader = Pid.of(self.shell.pid)

    def go(self) -> None:
        """Let it begin."""
        assert self.shell.stdin is not None
        with suppress(BrokenPipeError):
            self.shell.stdin.write(b"go\n")
            self.shell.stdin.close()


@dataclass(slots=True)
class Watched:
    """A crawl under way, begun here or by a run-due that is gone."""

    leader: Pid
    folder: Path
    places: Collection
    shell: subprocess.Popen[bytes] | None = None
    """None where another run-due began it."""
    begun: float = field(default_factory=time.monotonic)
    stopping: str | None = None
    _sent: int = 0
    _next: float = 0.0

    def is_over(self) -> bool:
        """Return whether all its processes have ended; of another machine's only the collection's lock is seen."""
        if not self.leader.is_here:
            return not is_being_written(self.places)
        if self.shell is not None:
            self.shell.poll()  # an ended child that nobody waits for stays
        return not self.leader.group_lives()

    def age(self) -> float:
        """Return the seconds since it began, by a clock that nobody sets."""
        age = self.leader.age()
        return time.monotonic() - self.begun if age is None else age

    def end(self, grace: float) -> None:
        """Send the next signal if it is time for one: first SIGINT, then SIGTERM, then SIGKILL."""
        now = time.monotonic()
        if now < self._next:
            return
        if self.leader.is_here:
            self.leader.signal_group(_ENDING[min(self._sent, 2)])
        self._sent += 1
        self._next = now + (grace if self._sent < 3 else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a crawl left when it was over."""

    began: bool
    """Whether it ever began: who was to let it go may have been killed before."""
    exit_code: int | None
    """None when it was killed."""
    report: dict[str, Any] | None
    errors: str
    """The end of its standard error."""


def left_in(folder: Path) -> Left:
    """Return what a crawl left in its folder."""
    report = _report(folder / "out")
    code = _exit_code(folder / "exit")
    return Left(
        began=(folder / "out").exists(),
        # Where the shell was killed, and its crawl was not, the report alone says how that ended.
        exit_code=report["exit_code"] if code is None and report else code,
        report=report,
        errors=_end_of(folder / "err"),
    )


def clear(folder: Path) -> None:
    """Take away what a crawl left, once it is kept elsewhere."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()


def _exit_code(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _report(path: Path) -> dict[str, Any] | None:
    try:
        report = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None
    return report if isinstance(report, dict) and report.get("schema") == "report/1" else None


def _end_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 4 * _TAIL))
            return stream.read().decode("utf-8", "replace")[-_TAIL:].strip()
    except OSError:
        return ""
