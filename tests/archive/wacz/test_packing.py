"""Packing: what goes in, to the same bytes, whole or not at all."""

from __future__ import annotations

import gzip
import json
import os
import re
import resource
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.errors import CollectionError, PackageError
from archive.wacz import check_wacz, stored_warcs
from archive.wacz.package import PackageFile
from tests.archive.exchanges import exchange, writer
from tests.archive.wacz.packages import AT, NEW, collection_of_two_years, files_of, packed_parts
from tests.judges import judge

BIN = Path(sys.executable).parent
LAST = "demo-20250301013200-00002.warc.gz"


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return collection_of_two_years(tmp_path / "collection")


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, check=False)


def pages_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in files_of(path)["pages/pages.jsonl"].splitlines()]


def test_a_package_holds_the_warcs_as_they_are_and_all_that_tells_of_them(
    collection: Collection, tmp_path: Path
) -> None:
    packed = packed_parts(collection, tmp_path / "all.wacz")[0]
    files = files_of(packed.path)
    warcs = [path.name for path in collection.warcs()]
    assert list(files) == [
        "indexes/index.cdx.gz",
        "indexes/index.idx",
        "pages/pages.jsonl",
        *(f"archive/{name}" for name in warcs),
        "briefs/briefs.jsonl",
        "briefs/rejects.jsonl",
        "briefs/collection.toml",
        "runs/20241230013200-aaaa.json",
        "datapackage.json",
        "datapackage-digest.json",
    ]
    assert all(files[f"archive/{name}"] == (collection.archive / name).read_bytes() for name in warcs)
    assert files["briefs/briefs.jsonl"] == collection.briefs.read_bytes()
    assert files["briefs/rejects.jsonl"] == collection.rejects.read_bytes()
    assert (packed.captures, packed.pages, packed.warcs, packed.signed) == (3, 2, 2, False)
    assert packed.length == packed.path.stat().st_size


def test_datapackage_says_what_it_is(collection: Collection, tmp_path: Path) -> None:
    packed_parts(collection, tmp_path / "all.wacz", description="*Two* years")
    package = json.loads(files_of(tmp_path / "all.wacz")["datapackage.json"])
    del package["resources"]
    assert package == {
        "profile": "data-package",
        "wacz_version": "1.1.1",
        "title": "The Harbour Ledger, captured 2024-12-30 to 2025-03-01",
        "description": "*Two* years",
        "created": "2026-11-24T06:00:00Z",
        "modified": "2026-11-24T06:00:00Z",
        "software": "brief-archive/test",
        "mainPageUrl": "https://example.com/news/brief",
    }


def test_pages_carry_the_text_that_a_reader_searches(collection: Collection, tmp_path: Path) -> None:
    packed_parts(collection, tmp_path / "all.wacz")
    header, first, _ = pages_of(tmp_path / "all.wacz")
    assert header["hasText"] is True
    assert first == {
        "id": "a-1",
        "url": "https://example.com/news/brief",
        "title": "Of a",
        "ts": "2024-12-30T01:32:00Z",
        "text": "Said.",
    }


def test_the_judge_says_that_it_is_valid(collection: Collection, tmp_path: Path) -> None:
    for name, briefs in (("all.wacz", collection.briefs.read_bytes()), ("none.wacz", b"")):
        collection.briefs.write_bytes(briefs)
        collection.rejects.write_bytes(b"")
        packed_parts(collection, tmp_path / name)
        validated = run(judge("wacz"), "validate", "-f", tmp_path / name)
        assert "is valid" in validated.stdout, validated.stdout
        assert zipfile.ZipFile(tmp_path / name).testzip() is None


def test_the_index_is_that_of_the_judge_to_the_millisecond(collection: Collection, tmp_path: Path) -> None:
    packed_parts(collection, tmp_path / "all.wacz")
    files = files_of(tmp_path / "all.wacz")
    indexed = run(judge("cdxj-indexer"), "--sort", *collection.warcs())
    lines = gzip.decompress(files["indexes/index.cdx.gz"]).decode().splitlines()
    milliseconds = re.compile(r"(?<= \d{14})\d{3}(?= \{)")
    assert [milliseconds.sub("", line) for line in lines] == indexed.stdout.splitlines()
    assert sorted(lines) == lines
    assert all(milliseconds.search(line) for line in lines)


def test_a_warc_lies_in_the_package_as_it_is(collection: Collection, tmp_path: Path) -> None:
    packed = packed_parts(collection, tmp_path / "all.wacz")[0].path
    for name, offset, length in stored_warcs(packed):
        with packed.open("rb") as stream:
            stream.seek(offset)
            (tmp_path / name).write_bytes(stream.read(length))
        assert (tmp_path / name).read_bytes() == (collection.archive / name).read_bytes()
        checked = run(BIN / "warcio", "check", tmp_path / name)
        assert checked.returncode == 0, checked.stdout


def test_the_same_collection_packs_to_the_same_bytes(collection: Collection, tmp_path: Path) -> None:
    one = packed_parts(collection, tmp_path / "one.wacz")[0]
    os.utime(collection.warcs()[0])
    (collection.root / "catalog.sqlite").unlink()
    two = packed_parts(collection, tmp_path / "two.wacz")[0]
    assert one.sha256 == two.sha256
    assert one.sha256 != packed_parts(collection, tmp_path / "later.wacz", at=AT + timedelta(days=1))[0].sha256


def test_a_block_of_the_index_has_1024_lines(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "many")
    collection.create({"site": "demo"})
    with writer(collection.archive) as warc:
        for number in range(2100):
            warc.write(exchange(url=f"https://example.com/{number:04}", began=NEW))
    packed_parts(collection, tmp_path / "many.wacz")
    files = files_of(tmp_path / "many.wacz")
    meta, *blocks = files["indexes/index.idx"].decode().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert len(blocks) == 3
    place = json.loads(blocks[1][blocks[1].index("{") :])
    block = files["indexes/index.cdx.gz"][place["offset"] : place["offset"] + place["length"]]
    lines = gzip.decompress(block).decode().splitlines()
    assert len(lines) == 1024
    assert blocks[1].partition(" {")[0] == lines[0].partition(" {")[0] == "com,example)/1024 20250301013200000"


def test_what_is_being_written_stays_out(collection: Collection, tmp_path: Path) -> None:
    opened = collection.archive / f"{LAST}.open"
    (collection.archive / LAST).rename(opened)
    committed = committed_of(collection)
    with collection.briefs.open("ab") as stream:
        stream.write(b'{"torn')
    packed_parts(collection, tmp_path / "some.wacz", committed=committed)
    files = files_of(tmp_path / "some.wacz")
    assert not any(LAST in name for name in files)
    assert files["briefs/briefs.jsonl"].count(b"\n") == 1
    assert files["briefs/rejects.jsonl"] == b""
    assert gzip.decompress(files["indexes/index.cdx.gz"]).count(b"\n") == 1
    assert len(pages_of(tmp_path / "some.wacz")) == 2
    assert list(check_wacz(tmp_path / "some.wacz")) == []


def committed_of(collection: Collection) -> dict[str, int]:
    """Return what a ledger says of files that are whole."""
    files = {f"archive/{path.name.removesuffix('.open')}": path.stat().st_size for path in collection.warcs()}
    return {**files, **{path.name: path.stat().st_size for path in (collection.briefs, collection.rejects)}}


def test_bytes_behind_the_last_commit_stay_out(collection: Collection, tmp_path: Path) -> None:
    committed = committed_of(collection)
    before = (collection.archive / LAST).read_bytes()
    (collection.archive / LAST).write_bytes(before + b"\x1f\x8b torn")
    packed_parts(collection, tmp_path / "all.wacz", committed=committed)
    assert files_of(tmp_path / "all.wacz")[f"archive/{LAST}"] == before


def test_a_file_shorter_than_committed_is_not_packed(collection: Collection, tmp_path: Path) -> None:
    committed = committed_of(collection)
    os.truncate(collection.archive / LAST, 100)
    with pytest.raises(CollectionError, match="is 100 bytes long, expected the"):
        packed_parts(collection, tmp_path / "all.wacz", committed=committed)


def test_a_collection_without_a_whole_file_is_said_to_have_none(collection: Collection, tmp_path: Path) -> None:
    for path in collection.warcs():
        path.rename(path.with_name(path.name + ".open"))
    with pytest.raises(CollectionError, match="holds no WARC file that is whole"):
        packed_parts(collection, tmp_path / "all.wacz")


def test_a_package_that_exists_is_kept(collection: Collection, tmp_path: Path) -> None:
    (tmp_path / "all.wacz").write_bytes(b"mine")
    with pytest.raises(PackageError, match="exists already"):
        packed_parts(collection, tmp_path / "all.wacz")
    assert (tmp_path / "all.wacz").read_bytes() == b"mine"


def test_nothing_is_left_where_a_line_is_no_brief(collection: Collection, tmp_path: Path) -> None:
    with collection.rejects.open("ab") as stream:
        stream.write(b"no JSON\n")
    with pytest.raises(CollectionError, match="line 2 names no capture"):
        packed_parts(collection, tmp_path / "all.wacz")
    assert list(tmp_path.glob("*.wacz*")) == []


def test_a_full_disk_leaves_nothing_and_the_old_package(collection: Collection, tmp_path: Path) -> None:
    """A limit of the file's size stands in for the disk: writes fail in the same place."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    big = os.urandom(3_000_000)
    (collection.runs / "20241230013200-aaaa" / "report.html").write_bytes(big)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    try:
        with pytest.raises(PackageError, match="cannot be written"):
            packed_parts(collection, tmp_path / "all.wacz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.glob("*.wacz*")) == []


def test_what_a_kill_left_is_written_over(collection: Collection, tmp_path: Path) -> None:
    whole = packed_parts(collection, tmp_path / "one.wacz")[0]
    (tmp_path / "two.wacz.new").write_bytes(b"x" * 3_000_000)
    again = packed_parts(collection, tmp_path / "two.wacz")[0]
    assert again.sha256 == whole.sha256
    assert not (tmp_path / "two.wacz.new").exists()


def test_two_cannot_write_one_package(tmp_path: Path) -> None:
    with PackageFile(tmp_path / "all.wacz", AT):
        with pytest.raises(PackageError, match="another process is writing it"):
            PackageFile(tmp_path / "all.wacz", AT)
        assert (tmp_path / "all.wacz.new").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(collection: Collection, tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="cannot be written: No such file or directory"):
        packed_parts(collection, tmp_path / "nowhere" / "all.wacz")


def test_a_file_beyond_the_limit_is_zip64_and_one_just_below_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Players find bytes by the directory alone: a longer local header than it tells of would lead them astray."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10_000)
    sizes = {"below": 9_990, "above": 10_010}
    with PackageFile(tmp_path / "large.wacz", AT) as package:
        for name, size in sizes.items():
            package.add_file(name, BytesIO(bytes(size)), size, is_stored=True)
        package.sync()
        package.finish()
    content = (tmp_path / "large.wacz").read_bytes()
    with zipfile.ZipFile(tmp_path / "large.wacz") as zipped:
        assert {entry.filename: entry.file_size for entry in zipped.infolist()} == sizes
        for entry in zipped.infolist():
            extra = int.from_bytes(content[entry.header_offset + 28 : entry.header_offset + 30], "little")
            assert (extra > 0) == (len(entry.extra) > 0) == (entry.filename == "above")
