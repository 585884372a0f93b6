"""Programs of others that a test asks for their opinion; they live in a virtual environment of their own."""

from __future__ import annotations

from pathlib import Path

JUDGES = Path(__file__).parents[1] / ".judges" / "bin"


def judge(name: str) -> Path:
    """Return the path of such a program; fail where it is not installed."""
    program = JUDGES / name
    assert program.is_file(), f"{program} is missing: `make judges` installs the programs that this test asks"
    return program
