from __future__ import annotations

from pathlib import Path

import pytest

from archive.beside import written_beside


def test_a_file_takes_the_place_of_the_old_one_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "file"
    for content in (b"one", b"two"):
        with written_beside(path) as stream:
            stream.write(content)
        assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def write_half(path: Path) -> None:
    with written_beside(path) as stream:
        stream.write(b"half")
        raise OSError("no room")


def test_what_could_not_be_finished_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="no room"):
        write_half(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
