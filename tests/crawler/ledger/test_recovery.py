"""What a start makes of files that are longer, shorter, missing or unknown."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.ledger.recovery import recover_files

WARC = "demo-20260101000000-00001.warc.gz"


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    collection = Collection(tmp_path / "c")
    collection.create({"site": "demo"})
    return collection


def warc(collection: Collection, *, is_open: bool) -> tuple[Path, int]:
    """Write a WARC of two members and return its path and the end of the first."""
    members = [gzip.compress(content * 40) for content in (b"first ", b"second ")]
    path = collection.archive / (f"{WARC}.open" if is_open else WARC)
    path.write_bytes(b"".join(members))
    return path, len(members[0])


@pytest.mark.parametrize("is_open", [True, False])
def test_a_warc_that_is_longer_is_cut_back_and_sealed_and_the_cut_bytes_are_kept(
    is_open: bool, collection: Collection, tmp_path: Path
) -> None:
    path, end = warc(collection, is_open=is_open)
    whole = path.read_bytes()
    (cut,) = recover_files(collection, {f"archive/{WARC}": end}, tmp_path / "torn")
    assert (collection.archive / WARC).read_bytes() == whole[:end]
    assert not list(collection.archive.glob("*.open"))
    assert cut.kept_in is not None
    assert cut.kept_in.read_bytes() == whole[end:]
    assert str(cut).startswith(f"archive/{WARC}: cut {len(whole) - end} bytes after byte {end}")


def test_an_open_warc_of_the_right_length_is_sealed_and_nothing_is_cut(collection: Collection, tmp_path: Path) -> None:
    path, _ = warc(collection, is_open=True)
    length = path.stat().st_size
    assert recover_files(collection, {f"archive/{WARC}": length}, tmp_path / "torn") == []
    assert (collection.archive / WARC).stat().st_size == length
    assert not (tmp_path / "torn").exists()


def test_an_open_warc_that_no_commit_names_is_taken_away_whole(collection: Collection, tmp_path: Path) -> None:
    path, _ = warc(collection, is_open=True)
    whole = path.read_bytes()
    (cut,) = recover_files(collection, {}, tmp_path / "torn")
    assert list(collection.archive.iterdir()) == []
    assert cut.kept_in is not None
    assert cut.kept_in.read_bytes() == whole


@pytest.mark.parametrize(("committed", "rest"), [({"briefs.jsonl": 3}, b"{}\n"), ({}, b"")])
def test_lines_past_the_commit_are_cut(
    committed: dict[str, int], rest: bytes, collection: Collection, tmp_path: Path
) -> None:
    collection.briefs.write_bytes(b'{}\n{"torn')
    recover_files(collection, committed, tmp_path / "torn")
    assert collection.briefs.read_bytes() == rest
    kept = (tmp_path / "torn" / f"briefs.jsonl@{len(rest)}").read_bytes()
    assert rest + kept == b'{}\n{"torn'


def test_a_missing_or_short_file_is_named_with_both_lengths_and_nothing_is_touched(
    collection: Collection, tmp_path: Path
) -> None:
    path, end = warc(collection, is_open=True)
    collection.briefs.write_bytes(b"{}\n")
    before = path.read_bytes()
    for committed, sentence in (
        ({f"archive/{WARC}": end, "briefs.jsonl": 9}, "is 3 bytes long, expected at least the 9 that were committed"),
        ({f"archive/{WARC}": end, "rejects.jsonl": 9}, "is missing, expected 9 committed bytes"),
        ({"archive/other.warc.gz": 9}, "is missing, expected 9 committed bytes"),
    ):
        with pytest.raises(CollectionError) as caught:
            recover_files(collection, committed, tmp_path / "torn")
        assert sentence in str(caught.value)
    assert path.read_bytes() == before
    assert not (tmp_path / "torn").exists()


def test_a_file_without_a_committed_byte_may_be_missing(collection: Collection, tmp_path: Path) -> None:
    assert recover_files(collection, {"rejects.jsonl": 0}, tmp_path / "torn") == []
