"""For every code of a collection, one thing broken in a good one that fires that code and no other.

What is changed in a file the ledger's sums are made to fit again, and the ledger is sealed again, where these are not
what is tried: as somebody would do who hides a change.
"""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection
from archive.indexing import index_again, index_file, pages_file
from archive.merkle import chained
from archive.reader import read_records
from archive.record import Record
from archive.takedown import Removal
from crawler.ledger.replacing import beside
from crawler.ledger.schema import ledger_file
from crawler.ledger.seal import seal, seal_file
from crawler.ledger.sums import Sums
from crawler.ledger.takedown import TakedownLedger
from crawler.takedown.warcs import Rewriter, find_stretches
from tests.crawler.ledger.older import make_older

CASES: dict[str, Callable[[Collection], None]] = {}
"""What breaks a collection, by the code that this fires."""


def case(name: str) -> Callable[[Callable[[Collection], None]], Callable[[Collection], None]]:
    def add(make: Callable[[Collection], None]) -> Callable[[Collection], None]:
        assert name not in CASES
        CASES[name] = make
        return make

    return add


@contextmanager
def ledger_of(collection: Collection, *, seals: bool = True) -> Iterator[sqlite3.Connection]:
    """Open the ledger to change rows in it, and seal it again."""
    with closing(sqlite3.connect(ledger_file(collection), isolation_level=None)) as connection:
        yield connection
    if seals:
        seal(ledger_file(collection))


def change_lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def rewrite_lines(collection: Collection, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Change lines of briefs.jsonl, and what is derived of them, without a trace in the ledger's sums."""
    changed = change([orjson.loads(line) for line in collection.briefs.read_bytes().splitlines()])
    keep(collection, b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in changed))


def keep(collection: Collection, content: bytes) -> None:
    collection.briefs.write_bytes(content)
    with ledger_of(collection) as connection:
        Sums(connection).keep_whole(collection.briefs.name, collection.briefs)


def warc(collection: Collection) -> Path:
    return collection.warcs()[0]


def first_run(collection: Collection) -> str:
    with ledger_of(collection) as connection:
        return str(connection.execute("SELECT id FROM run WHERE link = 1").fetchone()[0])


def report(collection: Collection) -> Path:
    return collection.runs / first_run(collection) / "report.json"


@case("ledger-missing")
def _(collection: Collection) -> None:
    ledger_file(collection).unlink()


@case("ledger-unreadable")
def _(collection: Collection) -> None:
    with ledger_of(collection) as connection:
        connection.execute("ALTER TABLE run RENAME COLUMN root TO bark")


@case("ledger-outdated")
def _(collection: Collection) -> None:
    make_older(ledger_file(collection), 1)
    seal(ledger_file(collection))


@case("ledger-damaged")
def _(collection: Collection) -> None:
    """An index that lacks a row."""
    with ledger_of(collection) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'url (state)', 'url (owner)') WHERE name = 'url_state'"
        )


@case("ledger-seal")
def _(collection: Collection) -> None:
    with ledger_of(collection, seals=False) as connection:
        connection.execute("UPDATE host SET next = next + 1")


@case("ledger-unsealed")
def _(collection: Collection) -> None:
    seal_file(ledger_file(collection)).unlink()


@case("file-missing")
def _(collection: Collection) -> None:
    with ledger_of(collection) as connection:
        connection.execute("INSERT INTO file VALUES ('archive/gone-00000.txt', 5, 1, NULL)")


@case("file-short")
def _(collection: Collection) -> None:
    with ledger_of(collection) as connection:
        connection.execute("INSERT INTO file VALUES ('notes.txt', 5, 1, NULL)")
    (collection.root / "notes.txt").write_bytes(b"four")


@case("file-tail")
def _(collection: Collection) -> None:
    with collection.briefs.open("ab") as stream:
        stream.write(b'{"schema":')


@case("file-grown")
def _(collection: Collection) -> None:
    with warc(collection).open("ab") as stream:
        stream.write(gzip.compress(b"more"))


@case("file-waiting")
def _(collection: Collection) -> None:
    with ledger_of(collection) as connection:
        connection.execute("INSERT INTO replacing VALUES ('briefs.jsonl', 'briefs.jsonl.new')")


@case("file-unknown")
def _(collection: Collection) -> None:
    (collection.archive / "notes.txt").write_bytes(b"no WARC")


@case("sum-missing")
def _(collection: Collection) -> None:
    with ledger_of(collection) as connection:
        connection.execute("DELETE FROM piece WHERE file = 'rejects.jsonl' AND offset = 0")


@case("sum-differs")
def _(collection: Collection) -> None:
    """The time in a gzip header, which no reader looks at."""
    content = bytearray(warc(collection).read_bytes())
    content[4] ^= 1
    warc(collection).write_bytes(content)


@case("leaf-differs")
def _(collection: Collection) -> None:
    with ledger_of(collection) as connection:
        name = warc(collection).name
        connection.execute("UPDATE member SET leaf = zeroblob(32) WHERE offset = 0 AND warc = ?", (name,))


@case("takedown-differs")
def _(collection: Collection) -> None:
    """An exchange that somebody took out by hand, with all leaves kept and every index made to fit."""
    path = warc(collection)
    (response, *_) = (one for one in read_records(path) if one.type == "response" and is_robots(one))
    captures = {response.record_id: response.target_uri or ""}
    with ledger_of(collection) as connection:
        ledger = TakedownLedger(connection, collection, "")
        (stretch,) = find_stretches(path, captures, ledger.members(path.name))
        removal = Removal(takedown=UNKNOWN, leaves=stretch.leaves)
        rewriter = Rewriter(at=datetime(2026, 11, 26, tzinfo=UTC), new_id=lambda: UNKNOWN.replace("0", "1"))
        (replaced,) = rewriter.rewrite(path, beside(path), [(stretch, removal)])
        beside(path).replace(path)
        ledger.keep_removal(path.name, replaced.member)
        index_again(collection, ledger.committed(), lambda problem: None)


def is_robots(record: Record) -> bool:
    return (record.target_uri or "").endswith("/robots.txt")


UNKNOWN = "urn:uuid:00000000-0000-4000-8000-000000000000"


@case("run-report")
def _(collection: Collection) -> None:
    report(collection).write_bytes(report(collection).read_bytes().replace(b'"briefs"', b'"Briefs"', 1))


@case("run-root")
def _(collection: Collection) -> None:
    """A root over other records, in a chain and in reports that were made to fit."""
    forge_roots(collection, lambda run: "00" * 32 if run["link"] == 1 else run["root"])


@case("run-chain")
def _(collection: Collection) -> None:
    """The second run says that it came first."""
    forge_roots(collection, lambda run: run["root"], previous=lambda run, last: None)


def forge_roots(
    collection: Collection,
    root_of: Callable[[dict[str, Any]], str],
    previous: Callable[[dict[str, Any], str | None], str | None] = lambda run, last: last,
) -> None:
    """Write other roots into the ledger and the reports."""
    last: str | None = None
    with ledger_of(collection) as connection:
        connection.row_factory = sqlite3.Row
        for row in connection.execute("SELECT * FROM run ORDER BY link").fetchall():
            run = dict(row)
            root, before = root_of(run), previous(run, last)
            last = chained(before, run["id"], root)
            path = collection.runs / run["id"] / "report.json"
            merkle = {"records": run["records"], "root": root, "previous": before, "chain": last}
            path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "merkle": merkle}))
            values = (root, before, last, hashlib.sha256(path.read_bytes()).digest(), run["id"])
            connection.execute("UPDATE run SET root = ?, previous = ?, chain = ?, report = ? WHERE id = ?", values)


@case("gaps-differ")
def _(collection: Collection) -> None:
    """An open gap that somebody closed."""
    collection.gaps.write_bytes(
        collection.gaps.read_bytes().replace(b'"until":null', b'"until":"2026-01-01T00:00:00Z"')
    )


@case("line-unreadable")
def _(collection: Collection) -> None:
    keep(collection, collection.briefs.read_bytes() + b"no line\n")


@case("line-schema")
def _(collection: Collection) -> None:
    rewrite_lines(collection, lambda lines: [{**lines[0], "tags": "copper"}, *lines[1:]])


@case("line-capture")
def _(collection: Collection) -> None:
    rewrite_lines(collection, lambda lines: [_with_capture(lines[0], http_status=203), *lines[1:]])


@case("line-digest")
def _(collection: Collection) -> None:
    rewrite_lines(collection, lambda lines: [_with_capture(lines[0], payload_digest="sha256:" + "0" * 64), *lines[1:]])


def _with_capture(line: dict[str, Any], **changes: object) -> dict[str, Any]:
    return {**line, "capture": {**line["capture"], **changes}}


@case("line-fold")
def _(collection: Collection) -> None:
    rewrite_lines(collection, lambda lines: [{**lines[0], "byline": "somebody else"}, *lines[1:]])


@case("line-rules")
def _(collection: Collection) -> None:
    rewrite_lines(collection, lambda lines: [{**lines[0], "extractor": "demo/newspack@0"}, *lines[1:]])


@case("index-missing")
def _(collection: Collection) -> None:
    index_file(collection).unlink()


@case("index-behind")
def _(collection: Collection) -> None:
    """A killed crawl; the code of the missing seal comes with it."""
    seal_file(ledger_file(collection)).unlink()
    change_lines(index_file(collection), lambda lines: lines[:-1])


@case("index-order")
def _(collection: Collection) -> None:
    change_lines(index_file(collection), lambda lines: [lines[1], lines[0], *lines[2:]])


@case("index-lacks")
def _(collection: Collection) -> None:
    change_lines(index_file(collection), lambda lines: lines[1:])


@case("index-extra")
def _(collection: Collection) -> None:
    change_lines(index_file(collection), lambda lines: [*lines, b"zz)/ 20200101000000 {}\n"])


@case("catalog-differs")
def _(collection: Collection) -> None:
    with closing(sqlite3.connect(collection.root / "catalog.sqlite", isolation_level=None)) as connection:
        connection.execute("UPDATE capture SET offset = offset + 1 WHERE id = 1")


@case("pages-differ")
def _(collection: Collection) -> None:
    change_lines(pages_file(collection), lambda lines: lines[:-1])
