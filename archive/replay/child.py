"""A server as a process of its own, that ends with us: whatever way that is, on Linux even by SIGKILL."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from archive.errors import ReplayError
from archive.replay.loopback import LOOPBACK
from archive.replay.program import last_lines

_PATIENCE = 60.0
"""Seconds that it may take to begin: modules are read from a cold disk."""
_BETWEEN = 0.05
_GRACE = 5.0

# prctl(2): the death signal is kept over execve, and belongs to the thread that forked us: the main one.
_LAUNCHER = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


class ServerProcess:
    """A program that serves HTTP on a port of loopback."""

    def __init__(self, name: str, command: Sequence[str], *, port: int, log: Path) -> None:
        self._name = name
        self._command = command
        self._port = port
        self._log = log

    def __enter__(self) -> Self:
        launcher = [sys.executable, "-I", "-c", _LAUNCHER, str(os.getpid())]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 (a list, no shell, all of it ours)
                [*launcher, *self._command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment()
            )
        try:
            self._wait_until_it_answers()
        except BaseException:  # Ctrl-C too: no engine is left behind
            self._end()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._end()

    def check(self) -> None:
        """Raise ReplayError, with the end of what it said, when the process has ended."""
        if self._process.poll() is not None:
            raise ReplayError(f"{self._name} ended with {self._process.returncode}: {self._said()}")

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + _PATIENCE
        while not self._answers():
            self.check()
            if time.monotonic() > until:
                raise ReplayError(f"{self._name} does not answer after {_PATIENCE:.0f} s: {self._said()}")
            time.sleep(_BETWEEN)
        self.check()  # another program may have taken the port, and answered

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=_PATIENCE)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _said(self) -> str:
        return last_lines(self._log.read_text(encoding="utf-8", errors="replace"))

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _environment() -> dict[str, str]:
    """Return ours without proxies: pywb asks a part of itself by HTTP, and nothing else has to be reached."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
