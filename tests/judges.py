"""Programs of others that a test asks for their opinion, or to show what we made."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

JUDGES = Path(__file__).parents[1] / ".judges" / "bin"
LOADERS = Path(__file__).parents[1] / ".loaders" / "bin"
CACHE = JUDGES.parent / "cache"
"""What `briefs replay` fetches in tests, once for all runs: the value of XDG_CACHE_HOME there."""

AXE = "4.14.1"
AXE_SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"


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


def axe() -> str:
    """Return the script of axe-core, which judges whether everybody can use a page; fetched once for all runs."""
    script = CACHE / f"axe-core-{AXE}.js"
    if not script.is_file():
        npm = installed("npm", "npm")
        with tempfile.TemporaryDirectory() as folder:
            fetch = [npm, "pack", f"axe-core@{AXE}", "--ignore-scripts", "--pack-destination", folder]
            subprocess.run(fetch, check=True, capture_output=True)
            packed = Path(folder) / f"axe-core-{AXE}.tgz"
            assert hashlib.sha256(packed.read_bytes()).hexdigest() == AXE_SHA256
            with tarfile.open(packed) as tar:
                content = tar.extractfile("package/axe.min.js")
                assert content is not None
                CACHE.mkdir(parents=True, exist_ok=True)
                beside = script.with_name(f"{script.name}.{os.getpid()}")
                beside.write_bytes(content.read())
                beside.replace(script)
    return script.read_text(encoding="utf-8")


def installed(name: str, package: str) -> str:
    """Return a program of the machine's; without it fail in CI, which could have it, and skip elsewhere."""
    found = shutil.which(name)
    if found is None:
        sentence = f"no {name} on this machine: `apt-get install {package}` brings it, as .ci/run does"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found
