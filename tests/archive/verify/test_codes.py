from __future__ import annotations

from pathlib import Path

import pytest

from archive.verify import CODES, verify_files
from tests.archive.verify import broken


def codes_of(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return [problem.code.name for problem in verify_files(path)]


@pytest.mark.parametrize("name", broken.CASES)
def test_a_broken_file_fires_its_code_and_no_other(name: str, tmp_path: Path) -> None:
    assert codes_of(tmp_path / "broken.warc.gz", broken.CASES[name]()) == [name]


def test_every_code_has_a_broken_file() -> None:
    assert set(CODES) == set(broken.CASES)


def test_a_file_of_others_behind_one_of_ours_is_judged_as_theirs(tmp_path: Path) -> None:
    (tmp_path / "ours.warc.gz").write_bytes(broken.packed(broken.warcinfo("brief-archive/1.0 warcio/1")))
    (tmp_path / "theirs.warc.gz").write_bytes(broken.packed(broken.response(), broken.request()))
    problems = verify_files(tmp_path / "ours.warc.gz", tmp_path / "theirs.warc.gz")
    assert {problem.code.name for problem in problems} == {"warcinfo-first"}


@pytest.mark.parametrize("content", [broken.good(), broken.ours()], ids=["others'", "ours"])
def test_a_good_file_has_no_problem(content: bytes, tmp_path: Path) -> None:
    assert codes_of(tmp_path / "good.warc.gz", content) == []
