"""A server as a child: awaited, looked after, ended with us."""

from __future__ import annotations

import http.client
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ReplayError
from archive.replay.child import ServerProcess, free_port
from archive.replay.loopback import LOOPBACK

PARENT = """
import sys, time
from pathlib import Path
from archive.replay.child import ServerProcess, free_port

port = free_port()
command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
with ServerProcess("a server", command, port=port, log=Path(sys.argv[1])) as server:
    print(server._process.pid, flush=True)
    sys.stdin.read()
"""


def serving(port: int) -> list[str]:
    return [sys.executable, "-m", "http.server", "--bind", LOOPBACK, str(port)]


def test_it_answers_from_when_it_is_entered_until_it_is_left(tmp_path: Path) -> None:
    port = free_port()
    with ServerProcess("a server", serving(port), port=port, log=tmp_path / "log") as server:
        connection = http.client.HTTPConnection(LOOPBACK, port)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()
        server.check()
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(LOOPBACK, port).connect()


def test_one_that_does_not_begin_is_told_with_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such collection')"]
    server = ServerProcess("a server", command, port=free_port(), log=tmp_path / "log")
    with pytest.raises(ReplayError, match="a server ended with 1: no such collection"), server:
        pass


def test_one_that_ends_is_told_at_the_next_look(tmp_path: Path) -> None:
    port = free_port()
    with ServerProcess("a server", serving(port), port=port, log=tmp_path / "log") as server:
        os.kill(server._process.pid, signal.SIGKILL)
        server._process.wait()
        with pytest.raises(ReplayError, match="a server ended with -9"):
            server.check()


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's (prctl 2)")
def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path / "log"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        readable, _, _ = select.select([child], [], [], 60)
        os.close(child)
    assert readable == [child]
