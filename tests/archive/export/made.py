"""Collections of made lines: no crawl is needed to export what it would have left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection
from archive.export import Selection, Survey, open_lines, open_newest
from archive.export.shape import Shape, shape_of
from archive.model import Capture
from crawler.items import Block, Brief, Evidence, Link, Translation, schema

SCHEMA = orjson.loads(orjson.dumps(schema(Brief)))
SHAPE: Shape = shape_of(SCHEMA)
URL = "https://harbour.example/news/brief/{}/"


def brief(name: str, **fields: Any) -> dict[str, Any]:
    """Return the line of a work whose id and address are made of its name."""
    version = fields.setdefault("version", 1)
    capture = Capture(
        warc="demo-20261124000000-00001.warc.gz",
        offset=1000 * version,
        length=900,
        record_id="urn:uuid:2b904759-0abe-49eb-9901-d9328e189a44",
        timestamp=fields.pop("at", f"2026112{version}000000"),
        payload_digest="sha256:00",
        http_status=200,
    )
    common: dict[str, Any] = {
        "id": f"{name:0>16}",
        "url": URL.format(name),
        "captured_url": URL.format(name),
        "site": "demo",
        "kind": "brief",
        "language": "en-US",
        "title": f"The title of {name}",
        "published": "2014-03-25T14:05:11+00:00",
        "body": (Block(type="paragraph", text=f"What {name} says."),),
        "text": f"What {name} says.",
        "capture": capture,
        "content_digest": f"sha256:{name}{version}",
    }
    line: dict[str, Any] = orjson.loads(orjson.dumps(Brief(**{**common, **fields})))
    return line


def rich_brief() -> dict[str, Any]:
    """Return a line that has something in every sort of field."""
    return brief(
        "rich",
        version=2,
        change="substantive",
        diff=({"field": "tags", "before": ["A"], "after": None, "words": None},
              {"field": "body", "before": [], "after": [], "words": [["=", "a "], ["-", "b"]]}),
        aliases=("https://harbour.example/a", "https://harbour.example/b"),
        standfirst="",
        authors=("Inés Calderay", "Eimhin O'Reilly"),
        tags=("Cocaine, and more", 'A "quoted" one'),
        countries=("EC", "CO"),
        links=(Link(url="https://tides.example/", title="=1+1"),),
        related=(Link(url=URL.format("plain"), title="Plain"),),
        translations=(Translation(language="es", url="https://harbour.example/es/rico/"),),
        evidence={"title": Evidence(rule="css h1", raw="T"), "tags": Evidence(rule="css a", raw=("A", "B"))},
    )  # fmt: skip


def collection_of(root: Path, *briefs: dict[str, Any]) -> Collection:
    """Make a collection that has these lines, and no ledger."""
    collection = Collection(root)
    collection.create({"site": "demo"})
    lines = [orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in briefs]
    collection.briefs.write_bytes(b"".join(lines))
    return collection


@contextmanager
def survey_of(collection: Collection, **selection: Any) -> Iterator[Survey]:
    """Open a survey that has begun."""
    with open_lines(collection.briefs, None, SCHEMA) as lines, open_newest() as newest:
        survey = Survey(lines, Selection(**selection), newest)
        survey.begin()
        yield survey


def taken(collection: Collection, **selection: Any) -> list[str]:
    """Return the works taken, without the zeros of their ids, each with its version."""
    with survey_of(collection, **selection) as survey:
        return [f"{line.brief['id'].lstrip('0')}-{line.brief['version']}" for line in survey.wanted()]
