"""How a person can call this program, and those installed beside it, once more."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def called(name: str) -> str:
    """Return a program of this installation as it can be typed into the shell that called us."""
    beside = Path(sys.argv[0]).parent / name
    found = shutil.which(name)
    if found is not None and _same(Path(found), Path(sys.executable).parent / name):
        return name
    if beside.exists():
        return shlex.quote(str(beside))
    if name == "briefs":
        return f"{shlex.quote(sys.executable)} -m crawler"
    installed = Path(sys.executable).parent / name
    return shlex.quote(str(installed)) if installed.exists() else name


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)
