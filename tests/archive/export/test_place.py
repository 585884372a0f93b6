"""Where an export may go, and what is left when it does not come to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import ExportError
from archive.export import check_file, check_folder, check_outside
from archive.export.place import new_file, new_folder


def test_a_file_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    with pytest.raises(TypeError), new_file(tmp_path / "f") as stream:
        stream.writelines([b"new", None])  # type: ignore[list-item]
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_folder_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "old").write_bytes(b"")
    with pytest.raises(TypeError), new_folder(tmp_path / "p") as folder:
        (folder / "new").write_bytes(None)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.rglob("*")] == ["p", "old"]


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "old").write_bytes(b"")
    with new_folder(tmp_path / "p") as folder:
        (folder / "new").write_bytes(b"")
    assert [path.name for path in tmp_path.rglob("*")] == ["p", "new"]


def test_what_lies_beside_under_any_name_stays(tmp_path: Path) -> None:
    for name in ("p", "p.new", "p.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine").write_bytes(b"")
    with new_folder(tmp_path / "p") as folder:
        (folder / "new").write_bytes(b"")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == [
        "p.new/mine",
        "p.old/mine",
        "p/new",
    ]


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written: No space left"), new_file(tmp_path / "f"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_place_in_the_collection_is_refused_by_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "c")
    collection = Collection(tmp_path / "c")
    check_outside(tmp_path / "c.csv", collection)
    for path in (tmp_path / "c", tmp_path / "c" / "briefs.jsonl", tmp_path / "link" / "a.csv"):
        with pytest.raises(ExportError, match="lies in the collection, expected a place outside of it"):
            check_outside(path, collection)


def test_what_is_no_package_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    check_folder(tmp_path / "mine", force=False)
    (tmp_path / "mine" / "thesis.tex").write_bytes(b"")
    for path in (tmp_path / "mine", tmp_path / "mine" / "thesis.tex"):
        with pytest.raises(
            ExportError, match=r"is no package, expected a new name, or a folder with a datapackage\.json"
        ):
            check_folder(path, force=True)
    (tmp_path / "mine" / "datapackage.json").write_bytes(b"")
    check_folder(tmp_path / "mine", force=True)
    with pytest.raises(ExportError, match=r"exists already, expected a new name \(--force replaces it\)"):
        check_folder(tmp_path / "mine", force=False)


def test_a_file_is_replaced_only_when_asked_to_and_a_folder_never(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    check_file(tmp_path / "f", force=True)
    with pytest.raises(ExportError, match="exists already"):
        check_file(tmp_path / "f", force=False)
    with pytest.raises(ExportError, match="is a folder, expected the name of a file"):
        check_file(tmp_path, force=True)
    with pytest.raises(ExportError, match="there is no folder"):
        check_file(tmp_path / "no" / "f", force=True)
