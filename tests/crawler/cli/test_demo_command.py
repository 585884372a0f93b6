"""What `briefs demo` says, and that it can be typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

PURPOSE = "\nThe page that failed is there on purpose: it always answers 500.\n"
PROGRAM = Path(sys.executable).parent / "briefs"


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a person types it: a program without a path is found on the PATH."""
    path = os.environ["PATH"] if line.startswith("bin/") else f"{PROGRAM.parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo")
    (made / "bin").symlink_to(PROGRAM.parent)
    return made


@pytest.mark.parametrize("program", ["briefs", "bin/briefs"])
def test_the_commands_it_prints_work_as_they_stand(program: str, folder: Path) -> None:
    collection = f"my {program.replace('/', ' ')} demo"
    ended = shell(f"{program} demo --collection '{collection}'", folder)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "", "nothing shouts about the page that fails on purpose"
    summary, purpose, looking = ended.stdout.partition(PURPOSE)
    assert purpose
    assert summary.startswith("run: ")
    commands = [line.strip().partition("   ")[0] for line in looking.splitlines() if line.startswith("  ")]
    assert [command.split(" ")[0] for command in commands] == [*[program] * 5, program.replace("briefs", "warcio")]
    for command in commands if program == "briefs" else commands[-1:]:
        run = shell(command, folder)
        assert run.returncode == 0, (command, run.stderr)
        assert run.stdout or "nothing is wrong" in run.stderr
        assert command != commands[2] or orjson.loads(run.stdout)["schema"] == "brief/1"


def test_the_help_cuts_nothing() -> None:
    ended = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True)
    assert "..." not in ended.stdout.replace("[ARGS]...", "")
