"""Packages of other producers, and bytes that are nobody's: problems, never a crash."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from archive.errors import PackageError
from archive.wacz import check_wacz, stored_warcs
from tests.archive.wacz.packages import collection_of_two_years
from tests.judges import judge


def codes_of(path: Path) -> set[str]:
    return {problem.code.name for problem in check_wacz(path)}


def test_real_packages_are_read(real: Path) -> None:
    folder = real / "warc" / "pywb" / "waczs"
    # WACZ 1.0.0: digests elsewhere in datapackage.json, which are read; names and a digest of it were not asked for.
    assert codes_of(folder / "valid_example_1.wacz") == {"wacz-version", "wacz-resource", "wacz-no-digest"}
    invalid = codes_of(folder / "invalid_example_1.wacz")
    assert {"wacz-missing", "wacz-absent", "wacz-unlisted"} <= invalid


def test_a_package_that_py_wacz_made_is_good(tmp_path: Path) -> None:
    warcs = collection_of_two_years(tmp_path / "c").warcs()
    made = tmp_path / "made.wacz"
    page = ["--url", "https://example.com/news/brief"]
    command = [judge("wacz"), "create", "--hash-type", "sha256", "-o", made, *page, *warcs]
    subprocess.run(list(map(str, command)), capture_output=True, timeout=120, check=True)
    assert codes_of(made) == set()
    assert len(list(stored_warcs(made))) == 2


def test_a_flipped_bit_anywhere_never_crashes_the_check(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    chance = random.Random(20261124)
    path = tmp_path / "flipped.wacz"
    for _ in range(400):
        flipped = bytearray(content)
        flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        list(check_wacz(path))


def test_a_flipped_bit_in_the_files_is_found(good: Path, tmp_path: Path) -> None:
    """All but the ZIP's own headers: dates and versions there say nothing of the contents."""
    content = good.read_bytes()
    places = [at for _, offset, length in stored_warcs(good) for at in range(offset, offset + length, 37)]
    path = tmp_path / "flipped.wacz"
    for at in places:
        flipped = bytearray(content)
        flipped[at] ^= 1
        path.write_bytes(flipped)
        assert codes_of(path) == {"wacz-entry"}


def test_a_cut_package_is_no_zip(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    path = tmp_path / "cut.wacz"
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        assert codes_of(path) == {"wacz-zip"}


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="cannot be read: No such file"):
        list(check_wacz(tmp_path / "nowhere.wacz"))
