"""Programs of others that a test asks for their opinion, or to show what we made."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

JUDGES = Path(__file__).parents[1] / ".judges" / "bin"
LOADERS = Path(__file__).parents[1] / ".loaders" / "bin"
CACHE = JUDGES.parent / "cache"
"""What `briefs replay` fetches in tests, once for all runs: the value of XDG_CACHE_HOME there."""


def judge(name: str) -> Path:
    """Return the path of such a program; fail where it is not installed."""
    program = JUDGES / name
    assert program.is_file(), f"{program} is missing: `make judges` installs the programs that this test asks"
    return program


def loader(name: str) -> Path:
    """Return the path of a program that loads data sets; fail where it is not installed."""
    program = LOADERS / name
    assert program.is_file(), f"{program} is missing: `make loaders` installs what this test loads with"
    return program


def installed(name: str, package: str) -> str:
    """Return a program of the machine's; without it fail in CI, which could have it, and skip elsewhere."""
    found = shutil.which(name)
    if found is None:
        sentence = f"no {name} on this machine: `apt-get install {package}` brings it, as .ci/run does"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found
