"""Checks a WACZ: its ZIP, its layout, what datapackage.json says of it, its pages, its index and its signature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from archive.problem import Code, Problem
from archive.wacz import codes
from archive.wacz.check_index import check_indexes
from archive.wacz.check_manifest import check_resources, read_manifest
from archive.wacz.check_pages import check_pages
from archive.wacz.check_signature import check_digest
from archive.wacz.manifest import DATAPACKAGE, DIGEST
from archive.wacz.reading import DAMAGED, DamagedZip, Entry, Package, is_warc, open_package
from archive.wacz.signature import PublicKey

INDEX_SUFFIXES = (".cdx.gz", ".cdxj.gz", ".cdx", ".cdxj", ".idx")


def check_wacz(path: Path, public_key: PublicKey | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a WACZ of any producer; with a key, also that it is not signed with that one.

    Raises PackageError when the file cannot be read at all. The records of the WARC files are not looked at.
    """
    if path.suffix != ".wacz":
        yield Problem(
            code=codes.NAME, path=path, sentence=f"the name is {path.name!r}, expected one that ends in .wacz"
        )
    yield from check_package(path, public_key)


def check_package(path: Path, public_key: PublicKey | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a WACZ that may have any name."""
    try:
        with open_package(path) as package:
            readable: dict[str, Entry] = {}
            yield from _check_entries(package, readable)
            yield from _check_layout(package)
            yield from _check_contents(package, readable, public_key)
    except DamagedZip as error:
        yield Problem(code=codes.ZIP, path=path, sentence=error.sentence)


def _check_contents(package: Package, readable: dict[str, Entry], public_key: PublicKey | None) -> Iterator[Problem]:
    manifest = yield from read_manifest(package, readable)
    if manifest is not None:
        yield from check_resources(package, readable, manifest)
        yield from check_digest(package, readable, manifest, public_key)
    yield from check_pages(package, readable)
    yield from check_indexes(package, readable)


def _check_entries(package: Package, readable: dict[str, Entry]) -> Iterator[Problem]:
    """Yield what is wrong with the files of the ZIP, and note those that can be read."""
    counts = Counter(entry.name for entry in package.entries)
    for name, count in counts.items():
        if count > 1:
            yield _problem(package, codes.DUPLICATE, f"{count} files are named {name!r}, expected one")
    last_end, last_name = 0, ""
    for entry in sorted(package.entries, key=lambda entry: entry.zipped.header_offset):
        wrong = _wrong_name(package, entry) or _wrong_entry(package, entry)
        if wrong:
            yield wrong
            continue
        end = package.place(entry)[1]
        if entry.zipped.header_offset < last_end or end > package.directory_offset:
            sentence = f"{entry.name} lies at bytes {entry.zipped.header_offset} to {end}, where other things lie too"
            yield _problem(package, codes.OVERLAP, sentence, entry.zipped.header_offset)
            readable.pop(last_name, None)
        elif not entry.is_folder:
            readable[entry.name] = entry
        if end > last_end:
            last_end, last_name = end, entry.name


def _wrong_name(package: Package, entry: Entry) -> Problem | None:
    """Return the problem of a name that must not be written to a disk."""
    name = entry.name
    parts = name.removesuffix("/").split("/")
    if name.isprintable() and "\\" not in name and ":" not in name and not {"", ".", ".."} & set(parts):
        return None
    sentence = f"a file is named {name!r}, expected a relative path of plain names"
    return _problem(package, codes.PATH, sentence, entry.zipped.header_offset)


def _wrong_entry(package: Package, entry: Entry) -> Problem | None:
    obstacle = entry.obstacle
    if entry.is_bomb:
        sentence = f"{entry.name} grows from {entry.zipped.compress_size} to {entry.length} bytes, expected no bomb"
        return _problem(package, codes.TOO_LARGE, sentence, entry.zipped.header_offset)
    try:
        if not obstacle:
            package.place(entry)
            with package.open(entry):  # compares both names
                return None
    except DAMAGED as error:
        obstacle = f"cannot be read: {error}"
    return _problem(package, codes.ENTRY, f"{entry.name} {obstacle}", entry.zipped.header_offset)


def _check_layout(package: Package) -> Iterator[Problem]:
    """Yield what is missing, out of place, or compressed where it must not be."""
    files = [entry for entry in package.entries if not entry.is_folder]
    names = [entry.name for entry in files]
    for what, is_there in (
        ("archive/*.warc or *.warc.gz", any(is_warc(name) and name.count("/") == 1 for name in names)),
        ("indexes/*.cdx.gz, *.cdx or *.cdxj", any(_is_index(name) and not name.endswith(".idx") for name in names)),
        ("pages/pages.jsonl", "pages/pages.jsonl" in names),
        (DATAPACKAGE, DATAPACKAGE in names),
    ):
        if not is_there:
            yield _problem(package, codes.MISSING, f"{what} is missing, expected at least one")
    for entry in files:
        if not _is_in_place(entry.name):
            yield _problem(package, codes.LAYOUT, f"{entry.name} does not belong there, expected a folder of its own")
        if not entry.is_stored and _must_be_stored(entry.name):
            sentence = f"{entry.name} is deflated, expected it stored"
            yield _problem(package, codes.DEFLATED, sentence, entry.zipped.header_offset)


def _is_in_place(name: str) -> bool:
    folder, slash, rest = name.partition("/")
    if not slash:
        # py-wacz refuses other files at the root; the standard's own figure has none.
        return name in (DATAPACKAGE, DIGEST)
    fits = {"archive": is_warc(name), "indexes": _is_index(name), "pages": name.endswith(".jsonl")}
    return fits.get(folder, True) and (folder not in fits or "/" not in rest)


def _is_index(name: str) -> bool:
    return name.startswith("indexes/") and name.endswith(INDEX_SUFFIXES)


def _must_be_stored(name: str) -> bool:
    return name.startswith("archive/") or (name.startswith("indexes/") and name.endswith(".gz"))


def _problem(package: Package, code: Code, sentence: str, offset: int | None = None) -> Problem:
    return Problem(code=code, path=package.path, sentence=sentence, offset=offset)
