"""Each code has a broken package that fires it, and nothing else."""

from __future__ import annotations

import gzip
import json
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from archive.problem import Level
from archive.wacz import CODES, PrivateKey, check_wacz
from archive.wacz.compressed_index import CDX, IDX, compress_index
from archive.wacz.manifest import DATAPACKAGE, DIGEST
from tests.archive.wacz.conftest import new_key
from tests.archive.wacz.packages import (
    Files,
    change_package,
    change_resource,
    redigest,
    relist,
    write_zip,
)

PAGES = "pages/pages.jsonl"
OTHER = new_key("P-384")
Case = Callable[[Files, Path], Path]
CASES: dict[str, list[Case]] = {code.name: [] for code in CODES}


def fires(code: str) -> Callable[[Case], Case]:
    def note(case: Case) -> Case:
        CASES[code].append(case)
        return case

    return note


def changed(code: str) -> Callable[[Callable[[Files], None]], Callable[[Files], None]]:
    """Take a change of the files; they are written as a good ZIP."""

    def note(change: Callable[[Files], None]) -> Callable[[Files], None]:
        def case(files: Files, folder: Path) -> Path:
            change(files)
            return write_zip(folder / "broken.wacz", files)

        case.__name__ = change.__name__
        CASES[code].append(case)
        return change

    return note


def edit_pages(files: Files, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    files[PAGES] = b"".join(edit(files[PAGES].splitlines(keepends=True)))
    relist(files)


def edit_index(files: Files, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the index's lines, with an .idx that fits."""
    lines = edit(gzip.decompress(files[CDX]).splitlines(keepends=True))
    cdx = BytesIO()
    files[IDX] = b"".join(compress_index(lines, cdx))
    files[CDX] = cdx.getvalue()
    relist(files)


def edit_signed(files: Files, **members: object) -> None:
    signed = json.loads(files[DIGEST])["signedData"] | members
    redigest(files, signedData={name: value for name, value in signed.items() if value is not None})


@fires("wacz-zip")
def no_zip(files: Files, folder: Path) -> Path:
    (folder / "broken.wacz").write_bytes(b"PK, or is it?")
    return folder / "broken.wacz"


@fires("wacz-zip")
def cut(files: Files, folder: Path) -> Path:
    whole = write_zip(folder / "broken.wacz", files)
    whole.write_bytes(whole.read_bytes()[:-40])
    return whole


@fires("wacz-name")
def other_suffix(files: Files, folder: Path) -> Path:
    return write_zip(folder / "package.zip", files)


@fires("wacz-entry")
def flipped_byte(files: Files, folder: Path) -> Path:
    path = write_zip(folder / "broken.wacz", files)
    with zipfile.ZipFile(path) as zipped:
        place = zipped.getinfo("briefs/briefs.jsonl").header_offset + 30 + len("briefs/briefs.jsonl")
    content = bytearray(path.read_bytes())
    content[place + 3] ^= 0x10
    path.write_bytes(content)
    return path


@fires("wacz-entry")
def encrypted(files: Files, folder: Path) -> Path:
    return patched_entry(files, folder, 8, struct.pack("<H", 1))


@fires("wacz-entry")
def unknown_method(files: Files, folder: Path) -> Path:
    return patched_entry(files, folder, 10, struct.pack("<H", 12))


@fires("wacz-overlap")
def same_bytes_twice(files: Files, folder: Path) -> Path:
    """Two names of the directory for one place: what a bomb of overlapping files does."""
    files["more/copy.bin"] = files["briefs/rejects.jsonl"]
    relist(files)
    return patched_entry(files, folder, 20, struct.pack("<LL", 500, 500))


def patched_entry(files: Files, folder: Path, at: int, content: bytes) -> Path:
    """Change bytes of the directory entry of briefs/rejects.jsonl, which no other check reads."""
    path = write_zip(folder / "broken.wacz", files)
    whole = path.read_bytes()
    place = whole.rindex(b"PK\x01\x02", 0, whole.rindex(b"briefs/rejects.jsonl"))
    path.write_bytes(whole[: place + at] + content + whole[place + at + len(content) :])
    return path


@changed("wacz-path")
def out_of_the_folder(files: Files) -> None:
    files["briefs/../../etc/passwd"] = b""
    relist(files)


@changed("wacz-path")
def absolute(files: Files) -> None:
    files["/etc/passwd"] = b""
    relist(files)
    change_resource(files, "/etc/passwd", name="passwd")


@fires("wacz-duplicate")
def two_of_one_name(files: Files, folder: Path) -> Path:
    path = write_zip(folder / "broken.wacz", files)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as zipped:
        zipped.writestr("briefs/briefs.jsonl", files["briefs/briefs.jsonl"])
    return path


@fires("wacz-too-large")
def bomb(files: Files, folder: Path) -> Path:
    files["briefs/zeros.bin"] = bytes(80 * 1024 * 1024)
    relist(files)
    return write_zip(folder / "broken.wacz", files, deflated=("briefs/zeros.bin",))


@changed("wacz-missing")
def no_pages(files: Files) -> None:
    del files[PAGES]
    relist(files)


@changed("wacz-missing")
def no_datapackage(files: Files) -> None:
    del files[DATAPACKAGE]


@changed("wacz-missing")
def no_index(files: Files) -> None:
    del files[CDX], files[IDX]
    relist(files)


@changed("wacz-layout")
def file_at_the_root(files: Files) -> None:
    files["readme.txt"] = b"Hello"
    relist(files)


@changed("wacz-layout")
def folder_in_archive(files: Files) -> None:
    files["archive/more/a.warc.gz"] = b""
    relist(files)


@fires("wacz-deflated")
def deflated_index(files: Files, folder: Path) -> Path:
    return write_zip(folder / "broken.wacz", files, deflated=(CDX,))


@fires("wacz-deflated")
def deflated_warc(files: Files, folder: Path) -> Path:
    name = next(name for name in files if name.startswith("archive/"))
    return write_zip(folder / "broken.wacz", files, deflated=(name,))


@changed("wacz-manifest")
def no_json(files: Files) -> None:
    files[DATAPACKAGE] = b"{"


@changed("wacz-manifest")
def other_profile(files: Files) -> None:
    change_package(files, profile="tabular-data-package")


@changed("wacz-manifest")
def no_list_of_resources(files: Files) -> None:
    change_package(files, resources={})


@changed("wacz-version")
def draft(files: Files) -> None:
    change_package(files, wacz_version="1.2.0")


@changed("wacz-resource")
def upper_case_name(files: Files) -> None:
    change_resource(files, PAGES, name="Pages.jsonl")


@changed("wacz-resource")
def name_of_another(files: Files) -> None:
    change_resource(files, PAGES, name="index.idx")


@changed("wacz-resource")
def no_sha256(files: Files) -> None:
    change_resource(files, PAGES, hash="8a7fc0d302700bed")


@changed("wacz-unlisted")
def extra_file(files: Files) -> None:
    files["more/extra.txt"] = b"unlisted"


@changed("wacz-absent")
def lost_file(files: Files) -> None:
    del files["briefs/rejects.jsonl"]


@changed("wacz-hash")
def other_digest(files: Files) -> None:
    change_resource(files, "briefs/briefs.jsonl", hash="sha256:" + "0" * 64)


@changed("wacz-bytes")
def other_length(files: Files) -> None:
    change_resource(files, "briefs/briefs.jsonl", bytes=1)


@changed("wacz-no-digest")
def digest_lost(files: Files) -> None:
    del files[DIGEST]


@changed("wacz-digest")
def digest_of_another(files: Files) -> None:
    redigest(files)
    files[DIGEST] = files[DIGEST].replace(b"sha256:", b"sha256:0")


@changed("wacz-signature")
def signed_by_nobody(files: Files) -> None:
    edit_signed(files, signature="MEUCIQ==")


@changed("wacz-signature")
def signed_at_another_time(files: Files) -> None:
    edit_signed(files, created="2001-01-01T00:00:00Z")


@changed("wacz-signed-data")
def a_member_too_many(files: Files) -> None:
    edit_signed(files, comment="an addition")


@changed("wacz-signed-data")
def no_key(files: Files) -> None:
    edit_signed(files, publicKey="bm8ga2V5")


@changed("wacz-pages")
def no_header(files: Files) -> None:
    edit_pages(files, lambda lines: [b'{"id": "pages", "title": "x"}\n', *lines[1:]])


@changed("wacz-pages")
def no_pages_header_at_all(files: Files) -> None:
    edit_pages(files, lambda lines: [])


@changed("wacz-pages")
def page_without_url(files: Files) -> None:
    edit_pages(files, lambda lines: [lines[0], b'{"id": "a", "ts": "2026-11-24T00:00:00Z"}\n'])


@changed("wacz-pages")
def page_without_time(files: Files) -> None:
    edit_pages(files, lambda lines: [lines[0], b'{"id": "a", "url": "https://example.com/", "ts": "yesterday"}\n'])


@changed("wacz-blank-page")
def page_with_neither_id_nor_title(files: Files) -> None:
    edit_pages(files, lambda lines: [lines[0], b'{"url": "https://example.com/", "ts": "2026-11-24T00:00:00Z"}\n'])


@changed("wacz-index")
def unsorted(files: Files) -> None:
    edit_index(files, lambda lines: lines[::-1])


@changed("wacz-index")
def no_cdxj(files: Files) -> None:
    edit_index(files, lambda lines: [b'com,example)/ 2026 {"url": "x"}\n'])


@changed("wacz-index")
def of_another_file(files: Files) -> None:
    edit_index(files, lambda lines: [line.replace(b"demo-", b"gone-") for line in lines])


@changed("wacz-index")
def behind_the_end(files: Files) -> None:
    edit_index(files, lambda lines: [line.replace(b'"offset": "', b'"offset": "9999') for line in lines])


@changed("wacz-idx")
def idx_lost(files: Files) -> None:
    del files[IDX]
    relist(files)


@changed("wacz-idx")
def other_offset(files: Files) -> None:
    files[IDX] = files[IDX].replace(b'"offset":0', b'"offset":1')
    relist(files)


@changed("wacz-idx")
def other_key(files: Files) -> None:
    files[IDX] = files[IDX].replace(b"com,example)", b"com,axample)")
    relist(files)


@changed("wacz-idx")
def no_meta(files: Files) -> None:
    files[IDX] = files[IDX].partition(b"\n")[2]
    relist(files)


SINGLE = [(code, case) for code, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("code", "case"), SINGLE, ids=[f"{code}: {case.__name__}" for code, case in SINGLE])
def test_a_broken_package_fires_its_code_alone(code: str, case: Case, files: Files, tmp_path: Path) -> None:
    found = list(check_wacz(case(files, tmp_path)))
    assert {problem.code.name for problem in found} == {code}, found
    assert all(problem.sentence for problem in found)


def test_a_good_package_has_no_problem(good: Path, key: PrivateKey) -> None:
    assert list(check_wacz(good, key.public_key())) == []


def test_a_package_signed_with_another_key(good: Path) -> None:
    assert [problem.code.name for problem in check_wacz(good, OTHER.public_key())] == ["wacz-other-key"]


def test_a_package_without_a_signature(files: Files, tmp_path: Path, key: PrivateKey) -> None:
    redigest(files)
    path = write_zip(tmp_path / "unsigned.wacz", files)
    assert list(check_wacz(path)) == []
    assert [problem.code.name for problem in check_wacz(path, key.public_key())] == ["wacz-unsigned"]


def test_every_code_has_a_broken_package() -> None:
    elsewhere = {"wacz-unsigned", "wacz-other-key", "wacz-domain"}  # these need a key, or certificates
    assert {code for code, cases in CASES.items() if not cases} == elsewhere


def test_warnings_are_what_no_must_of_the_standard_forbids() -> None:
    warnings = {code.name for code in CODES if code.level is Level.WARNING}
    assert warnings == {"wacz-version", "wacz-no-digest", "wacz-domain", "wacz-blank-page"}
