"""The lines of briefs.jsonl and rejects.jsonl, each by itself: its form, and the capture that it was read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import orjson

from archive.collection import Collection
from archive.digest import digest_value
from archive.errors import ArchiveError
from archive.model import field as field_of
from archive.problem import Problem
from archive.reader import read_record
from archive.takedown import is_of_takedown
from archive.timestamps import parse_warc_date, timestamp14
from archive.verify import read_block
from crawler.items import Brief, Rejection, schema
from crawler.rebuild.lines import lines_of
from crawler.verify.codes import LINE_CAPTURE, LINE_DIGEST, LINE_SCHEMA, LINE_UNREADABLE
from crawler.verify.warcs import Captures, summary_of

ITEMS: dict[str, type[Brief] | type[Rejection]] = {"briefs.jsonl": Brief, "rejects.jsonl": Rejection}
"""What each file's lines are."""


def check_lines(collection: Collection, name: str, length: int | None, captures: Captures) -> Iterator[Problem]:
    """Yield what is wrong with the first `length` bytes of a file of lines."""
    path = collection.root / name
    check_schema = _schema_check(name)
    for number, content in enumerate(lines_of(path, length), 1):
        line = _parsed(content)
        if line is None:
            yield Problem(code=LINE_UNREADABLE, path=path, line=number, sentence="the line is no JSON object")
            continue
        try:
            check_schema(line)
        except fastjsonschema.JsonSchemaValueException as error:
            yield Problem(code=LINE_SCHEMA, path=path, line=number, sentence=str(error.message))
            continue
        if line["capture"] is not None:
            yield from _check_capture(collection, path, number, line["capture"], captures)


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        line = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return line if isinstance(line, dict) and content.endswith(b"\n") else None


def _check_capture(
    collection: Collection, path: Path, number: int, capture: dict[str, Any], captures: Captures
) -> Iterator[Problem]:
    said = summary_of(
        length=capture["length"],
        record_id=capture["record_id"],
        timestamp=capture["timestamp"],
        digest=digest_value(capture["payload_digest"]),
        status=capture["http_status"],
    )
    if captures.get(capture["warc"], capture["offset"]) == said:
        return
    for code, sentence in _differences(collection, capture):
        yield Problem(code=code, path=path, line=number, sentence=sentence)


def _differences(collection: Collection, capture: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """Yield what a line says of its capture and the record does not, the record read once more."""
    place = f"{capture['warc']} at byte {capture['offset']}"
    path = collection.warc(capture["warc"])
    try:
        if path.parent.resolve() != collection.archive.resolve():
            raise FileNotFoundError
        with read_record(path, capture["offset"]) as record:
            facts = read_block(record)
        found = {
            "record_id": record.record_id,
            "length": record.length,
            "timestamp": timestamp14(parse_warc_date(record.date)),
            "http_status": (facts.head.status or 0) if facts.head else 0,
        }
    except (ArchiveError, OSError, ValueError):
        yield LINE_CAPTURE, f"there is no capture in {place}"
        return
    for name, value in found.items():
        if capture[name] != value:
            yield LINE_CAPTURE, f"{name} is {capture[name]!r}, and {value!r} of the capture in {place}"
    said = digest_value(capture["payload_digest"])
    name = "WARC-Block-Digest" if is_of_takedown(record.headers) else "WARC-Payload-Digest"
    claimed = digest_value(field_of(record.headers, name) or "")
    if said is None or said not in (claimed, facts.labelled_payload_digest):
        yield LINE_DIGEST, f"the payload digest is not that of the capture in {place}"


@cache
def _schema_check(name: str) -> Callable[[Any], Any]:
    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema(ITEMS[name]), use_default=False)
    return compiled
