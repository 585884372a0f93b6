"""Checks a WACZ with what it holds: the package itself, and the records in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archive.errors import PackageError
from archive.problem import Problem
from archive.verify import Checker
from archive.wacz import PublicKey, check_wacz, stored_warcs


def check_package(path: Path, key: PublicKey | None, checker: Checker) -> Iterator[Problem]:
    """Yield what is wrong with a package and the WARC files in it; offsets are those in the package.

    The checker is the package's own, and ended here.
    """
    yield from check_wacz(path, key)
    try:
        warcs = list(stored_warcs(path))
    except PackageError:
        return  # said by the check before
    for _, start, length in warcs:
        yield from checker.check_file(path, start=start, end=start + length)
    yield from checker.end()
