"""Checks datapackage.json, and every file of a WACZ against it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

import orjson

from archive.problem import Code, Problem
from archive.wacz import codes
from archive.wacz.manifest import DATAPACKAGE, DIGEST, NAME, PROFILE, VERSION
from archive.wacz.reading import DAMAGED, Entry, Package

_LARGEST = 64 * 1024 * 1024
_ALGORITHMS = ("sha256", "sha512", "sha1", "md5")
_HASH = re.compile(r"sha256:[0-9a-f]{64}")


def read_json(package: Package, entry: Entry, code: Code) -> Generator[Problem, None, dict[str, Any] | None]:
    """Return the JSON object in a file, or None after a problem."""
    sentence = f"{entry.name} holds no JSON object"
    if entry.length > _LARGEST:
        yield Problem(code=codes.TOO_LARGE, path=package.path, sentence=f"{entry.name} is {entry.length} bytes long")
        return None
    try:
        content = orjson.loads(b"".join(package.pieces(entry)))
    except orjson.JSONDecodeError as error:
        sentence = f"{entry.name} is no JSON: {error}"
    except DAMAGED as error:
        code, sentence = codes.ENTRY, f"{entry.name} cannot be read: {error}"
    else:
        if isinstance(content, dict):
            return content
    yield Problem(code=code, path=package.path, sentence=sentence)
    return None


def read_manifest(package: Package, readable: Mapping[str, Entry]) -> Generator[Problem, None, dict[str, Any] | None]:
    """Return datapackage.json, or None after a problem; yield what is wrong with its members."""
    if DATAPACKAGE not in readable:
        return None
    manifest = yield from read_json(package, readable[DATAPACKAGE], codes.MANIFEST)
    if manifest is None:
        return None
    if manifest.get("profile") != PROFILE:
        yield _wrong(package, codes.MANIFEST, f"profile is {manifest.get('profile')!r}, expected {PROFILE!r}")
    version = manifest.get("wacz_version")
    if not isinstance(version, str):
        yield _wrong(package, codes.MANIFEST, f"wacz_version is {version!r}, expected {VERSION!r}")
    elif version != VERSION:
        yield _wrong(package, codes.VERSION, f"wacz_version is {version!r}, expected {VERSION!r}")
    if not isinstance(manifest.get("resources"), list):
        yield _wrong(package, codes.MANIFEST, "resources is no list, expected one of every file")
        return None
    return manifest


def check_resources(package: Package, readable: Mapping[str, Entry], manifest: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the resources, and every file that is not as they say."""
    listed: dict[str, dict[str, Any]] = {}
    names: set[object] = set()
    for number, resource in enumerate(manifest["resources"], 1):
        if not isinstance(resource, dict) or not isinstance(resource.get("path"), str):
            yield _wrong(package, codes.RESOURCE, f"resource {number} has no path, expected that of a file")
            continue
        yield from _check_resource(package, resource, names)
        listed[resource["path"]] = resource
    known = {entry.name for entry in package.entries}
    for path in listed.keys() - known:
        yield _wrong(package, codes.ABSENT, f"{path} is listed and not there")
    for name in known - listed.keys() - {DATAPACKAGE, DIGEST}:
        if not name.endswith("/"):
            yield Problem(code=codes.UNLISTED, path=package.path, sentence=f"{name} is there and not listed")
    for path, resource in listed.items():
        if path in readable:
            yield from _check_file(package, readable[path], resource)


def _check_resource(package: Package, resource: dict[str, Any], names: set[object]) -> Iterator[Problem]:
    path, name, fixity = resource["path"], resource.get("name"), _fixity(resource)[0]
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield _wrong(
            package, codes.RESOURCE, f"{path} has the name {name!r}, expected lower-case letters, digits, -._/"
        )
    elif name in names:
        yield _wrong(package, codes.RESOURCE, f"{path} has the name {name!r}, which another has too")
    names.add(str(name))
    if not _HASH.fullmatch(fixity):
        yield _wrong(package, codes.RESOURCE, f"{path} has the hash {fixity!r}, expected sha256: and 64 hex digits")


def _check_file(package: Package, entry: Entry, resource: dict[str, Any]) -> Iterator[Problem]:
    fixity, length = _fixity(resource)
    algorithm, _, expected = fixity.partition(":")
    digester = hashlib.new(algorithm if algorithm in _ALGORITHMS else "sha256", usedforsecurity=False)
    try:
        for piece in package.pieces(entry):
            digester.update(piece)
    except DAMAGED as error:
        yield Problem(code=codes.ENTRY, path=package.path, sentence=f"{entry.name} cannot be read: {error}")
        return
    if algorithm in _ALGORITHMS and digester.hexdigest() != expected.lower():
        found = f"{algorithm}:{digester.hexdigest()}"
        yield Problem(code=codes.HASH, path=package.path, sentence=f"{entry.name} is {found}, expected {fixity}")
    if length != entry.length:
        sentence = f"{entry.name} is {entry.length} bytes long, expected {length}"
        yield Problem(code=codes.BYTES, path=package.path, sentence=sentence)


def _fixity(resource: dict[str, Any]) -> tuple[str, object]:
    """Return digest and length, from where WACZ 1.1.1 has them or where 1.0.0 had."""
    older = resource.get("stats")
    if "hash" not in resource and isinstance(older, dict):
        return f"{resource.get('hashing')}:{older.get('hash')}", older.get("bytes")
    return str(resource.get("hash", "")), resource.get("bytes")


def _wrong(package: Package, code: Code, sentence: str) -> Problem:
    return Problem(code=code, path=package.path, sentence=f"{DATAPACKAGE}: {sentence}")
