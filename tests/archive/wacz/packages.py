"""A small collection, packages of it, and packages that one thing is wrong with."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from archive.catalog import catalog_of
from archive.collection import Collection
from archive.errors import RecordError
from archive.model import IDENTICAL, Revisit, Stored
from archive.wacz import Label, Packed, Packer, Part, PrivateKey, choose_contents, one_part
from archive.wacz.manifest import DATAPACKAGE, DIGEST, as_json, labelled
from archive.writer import next_serial
from tests.archive.exchanges import exchange, ids, writer

AT = datetime(2026, 11, 24, 6, 0, 0, tzinfo=UTC)
LABEL = Label(site="The Harbour Ledger", software="brief-archive/test", at=AT)
OLD, NEW = datetime(2024, 12, 30, 1, 32, tzinfo=UTC), datetime(2025, 3, 1, 1, 32, tzinfo=UTC)
BODY = b"<p>" + b"x" * 2000
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)

Files = dict[str, bytes]
Change = Callable[[Files], None]


def collection_of_two_years(root: Path) -> Collection:
    """Make a collection: a page in 2024; in 2025 another page, and the first one's payload under a second address."""
    collection = Collection(root)
    collection.create({"site": "demo", "seeds": ["https://example.com/news/brief"]})
    new_id = ids()
    with writer(collection.archive, now=lambda: OLD, new_id=new_id) as warc:
        first = warc.write(exchange(PAGE, began=OLD))
    with writer(collection.archive, now=lambda: NEW, new_id=new_id, serial=next_serial(collection.archive)) as warc:
        second = warc.write(exchange(PAGE.replace(b"x", b"y"), began=NEW, url="https://example.com/second"))
        again = exchange(PAGE, began=NEW, url="https://example.com/alias", revisit=revisit_of(first))
        third = warc.write(again)
    lines = [line_of(first, "a", "https://example.com/news/brief"), line_of(second, "b", "https://example.com/second")]
    collection.briefs.write_bytes(b"".join(lines))
    collection.rejects.write_bytes(line_of(third, "c", "https://example.com/alias"))
    (collection.runs / "20241230013200-aaaa").mkdir()
    (collection.runs / "20241230013200-aaaa" / "report.json").write_bytes(b'{"schema": "report/1", "fields": []}\n')
    return collection


def revisit_of(stored: Stored, **changes: Any) -> Revisit:
    assert stored.capture is not None
    return replace(
        Revisit(
            profile=IDENTICAL,
            record_id=stored.capture.record_id,
            target_uri="https://example.com/news/brief",
            date=stored.date,
            payload_digest=stored.capture.payload_digest,
        ),
        **changes,
    )


def line_of(stored: Stored, work: str, url: str) -> bytes:
    """Return as much of a line as packing looks at."""
    assert stored.capture is not None
    brief = {"id": work, "version": 1, "change": "new", "captured_url": url, "title": f"Of {work}", "text": "Said."}
    return orjson.dumps({**brief, "capture": stored.capture}, option=orjson.OPT_APPEND_NEWLINE)


def packed_parts(
    collection: Collection,
    target: Path,
    parts: Callable[..., list[Part]] | None = None,
    *,
    committed: Mapping[str, int] | None = None,
    key: PrivateKey | None = None,
    **label: Any,
) -> list[Packed]:
    """Pack the collection, as one part where none are made."""
    contents = choose_contents(collection, committed)
    with catalog_of(collection, committed, refuse) as catalog:
        packer = Packer(contents=contents, catalog=catalog, label=replace(LABEL, **label), key=key)
        made = parts(contents, catalog) if parts else [one_part(contents)]
        return list(packer.write_parts(made, target, force=False))


def refuse(problem: RecordError) -> None:
    raise problem


def files_of(path: Path) -> Files:
    """Return what a package holds."""
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def write_zip(path: Path, files: Mapping[str, bytes], *, deflated: tuple[str, ...] = ()) -> Path:
    """Write a ZIP of those files, all stored but the ones named."""
    with zipfile.ZipFile(path, "w") as zipped:
        for name, content in files.items():
            method = zipfile.ZIP_DEFLATED if name in deflated else zipfile.ZIP_STORED
            zipped.writestr(name, content, method)
    return path


def relist(files: Files) -> None:
    """Make digests and lengths of datapackage.json, and its digest, those of the files as they are now."""
    package = json.loads(files[DATAPACKAGE])
    listed = {resource["path"] for resource in package["resources"]}
    for name in files.keys() - listed - {DATAPACKAGE, DIGEST}:
        package["resources"].append({"name": name.lower().replace("\\", "-"), "path": name})
    package["resources"] = [resource for resource in package["resources"] if resource["path"] in files]
    for resource in package["resources"]:
        content = files[resource["path"]]
        resource |= {"hash": labelled(content), "bytes": len(content)}
    files[DATAPACKAGE] = as_json(package)
    redigest(files)


def redigest(files: Files, **members: Any) -> None:
    """Make datapackage-digest.json that of datapackage.json as it is now, less its signature."""
    files[DIGEST] = as_json({"path": DATAPACKAGE, "hash": labelled(files[DATAPACKAGE]), **members})


def change_package(files: Files, **members: Any) -> None:
    """Change members of datapackage.json, and its digest."""
    files[DATAPACKAGE] = as_json({**json.loads(files[DATAPACKAGE]), **members})
    redigest(files)


def change_resource(files: Files, path: str, **members: Any) -> None:
    """Change members of one resource, and the digest."""
    resources = json.loads(files[DATAPACKAGE])["resources"]
    for resource in resources:
        if resource["path"] == path:
            resource |= members
    change_package(files, resources=resources)
