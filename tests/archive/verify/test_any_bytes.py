"""Whatever the bytes, problems come out and nothing is raised."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.problem import Problem
from archive.verify import Checker, verify_files
from tests.archive.verify import broken
from tests.material import REAL

PROBES = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
WARCS = sorted(path for path in REAL.glob("warc/*/**/*") if {".warc", ".arc"} & set(path.suffixes))
SMALL = [path.read_bytes() for path in WARCS if path.stat().st_size < 20_000]
SOURCES = [make() for name, make in broken.CASES.items() if name != "head-endless"] + [broken.good(), *SMALL]


def problems(path: Path, content: bytes) -> list[Problem]:
    path.write_bytes(content)
    return list(verify_files(path))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a good or odd file with bytes changed, cut out and put in, compressed or not."""
    content = bytearray(draw(st.sampled_from(SOURCES)))
    is_packed = content[:2] == b"\x1f\x8b"
    if is_packed and draw(st.booleans()):
        try:
            content = bytearray(gzip.decompress(content))
        except (OSError, EOFError, zlib.error):
            is_packed = False
        else:
            is_packed = draw(st.booleans())
            content = bytearray(_damage(draw, content))
            return gzip.compress(content) if is_packed else bytes(content)
    return _damage(draw, content)


def _damage(draw: st.DrawFn, content: bytearray) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        size = draw(st.sampled_from((0, 1, 2, 30, 400)))
        content[at : at + size] = draw(st.binary(max_size=6) | st.sampled_from((b"\r\n", b"WARC/1.1\r\n", b"<", b":")))
    return bytes(content)


@PROBES
@given(damaged())
def test_a_damaged_file_gives_problems_and_no_error(tmp_path: Path, content: bytes) -> None:
    for problem in problems(tmp_path / "damaged.warc.gz", content):
        assert isinstance(problem, Problem)
        assert problem.sentence
        assert problem.offset is None or 0 <= problem.offset <= len(content)


@PROBES
@given(st.binary(max_size=3000))
def test_any_bytes_are_no_warc(tmp_path: Path, content: bytes) -> None:
    assert problems(tmp_path / "any.warc", content)


def test_behind_damage_the_next_record_is_checked(tmp_path: Path) -> None:
    first, second = broken.packed(broken.warcinfo()), broken.with_resource(WARC_Block_Digest=broken.sha1(b"other"))
    noise = bytearray(first + broken.packed(broken.response()))
    noise[len(first) + 60] ^= 0xFF
    found = problems(tmp_path / "damaged.warc.gz", bytes(noise) + second)
    assert [problem.code.name for problem in found][:2] == ["gzip-corrupt", "id-repeated"]
    assert "block-digest" in [problem.code.name for problem in found]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_cut_tail_is_torn(tmp_path: Path, cut: int) -> None:
    content = broken.packed(broken.warcinfo(), broken.record("resource", 9, b"text"))
    assert [one.code.name for one in problems(tmp_path / "cut.warc.gz", content[:-cut])] == ["gzip-torn"]


@pytest.mark.parametrize("packs", [broken.packed, lambda *records: b"".join(records)], ids=["gzip", "plain"])
def test_a_part_of_a_file_is_checked_by_itself(tmp_path: Path, packs: Callable[..., bytes]) -> None:
    warc = packs(broken.warcinfo(), broken.response(), broken.request())
    path = tmp_path / "package"
    path.write_bytes(b"before" + warc + b"PK\3\4 behind")
    checker = Checker()
    assert list(checker.check_file(path, start=6, end=6 + len(warc))) == []
    assert list(checker.end()) == []
    assert checker.records == 3
