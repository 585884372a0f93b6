from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

import pytest

from archive.errors import CollectionError
from archive.openfile import GzipMember, OpenFile, finish_left


def test_a_file_has_its_final_name_only_when_finished(tmp_path: Path) -> None:
    file = OpenFile.create(tmp_path, "a.warc.gz")
    file.append(b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["a.warc.gz.open"]
    file.finish()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.warc.gz", b"content")]


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc.gz.open"])
def test_a_file_that_exists_is_never_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"precious")
    with pytest.raises(CollectionError, match="exists already"):
        OpenFile.create(tmp_path, "a.warc.gz")
    assert (tmp_path / name).read_bytes() == b"precious"


def test_finishing_never_replaces_a_file_that_came_up_meanwhile(tmp_path: Path) -> None:
    file = OpenFile.create(tmp_path, "a.warc.gz")
    (tmp_path / "a.warc.gz").write_bytes(b"precious")
    with pytest.raises(CollectionError, match="exists already"):
        file.finish()
    assert (tmp_path / "a.warc.gz").read_bytes() == b"precious"


def test_after_a_cut_back_writing_goes_on_there(tmp_path: Path) -> None:
    file = OpenFile.create(tmp_path, "a")
    file.append(b"kept dropped")
    file.cut_back(4)
    file.append(b"!")
    file.sync()
    file.finish()
    assert (tmp_path / "a").read_bytes() == b"kept!"


@pytest.mark.parametrize("level", range(10))
def test_a_member_of_any_level_is_one_gzip_member_with_its_digest(tmp_path: Path, level: int) -> None:
    file = OpenFile.create(tmp_path, "a")
    for content in (b"first " * 9999, b"", b"third"):
        start = file.length
        member = GzipMember(file, level)
        member.write(content)
        member.flush()
        place = member.written()
        compressed = (tmp_path / "a.open").read_bytes()[place.offset :]
        decompressor = zlib.decompressobj(31)
        assert decompressor.decompress(compressed) == content
        assert decompressor.eof
        assert not decompressor.unused_data
        assert (place.offset, place.length) == (start, len(compressed))
        assert place.sha256 == hashlib.sha256(compressed).hexdigest()
    file.discard()
    assert list(tmp_path.iterdir()) == []


def test_compression_puts_no_time_into_the_file(tmp_path: Path) -> None:
    file = OpenFile.create(tmp_path, "a")
    for level in (3, 6):
        start = file.length
        member = GzipMember(file, level)
        member.write(b"x")
        member.flush()
        assert (tmp_path / "a.open").read_bytes()[start + 4 : start + 8] == bytes(4)
    file.finish()
    assert gzip.decompress((tmp_path / "a").read_bytes()) == b"xx"


def test_what_a_crash_left_is_cut_to_what_was_committed_and_named(tmp_path: Path) -> None:
    left = tmp_path / "a.warc.gz.open"
    left.write_bytes(b"committed torn")
    assert finish_left(left, 9) == tmp_path / "a.warc.gz"
    assert (tmp_path / "a.warc.gz").read_bytes() == b"committed"
    assert finish_left(tmp_path / "a.warc.gz", 6) == tmp_path / "a.warc.gz"
    assert (tmp_path / "a.warc.gz").read_bytes() == b"commit"


def test_what_a_crash_left_uncommitted_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "a.warc.gz.open"
    left.write_bytes(b"torn")
    assert finish_left(left, 0) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_shorter_than_what_was_committed_is_an_error(tmp_path: Path) -> None:
    left = tmp_path / "a.warc.gz.open"
    left.write_bytes(b"short")
    with pytest.raises(CollectionError, match="5 bytes long, expected at least 9"):
        finish_left(left, 9)
    assert left.read_bytes() == b"short"
