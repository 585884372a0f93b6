"""The reports that runs have left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.ledger.runs import IMPORTED
from crawler.ledger.takedown import STATE as TAKEN_DOWN


def latest_report(collection: Collection) -> dict[str, Any]:
    """Return the report of the newest crawl, no import or takedown; raise CollectionError where there is none."""
    collection.settings()
    reports = map(read_report, sorted(collection.runs.glob("*/report.json"), reverse=True))
    crawled = (report for report in reports if report["state"] not in (IMPORTED, TAKEN_DOWN))
    newest = next((report for report in crawled if "urls" in report), None)  # not one killed before its first report
    if newest is None:
        raise CollectionError(collection.root, "no run has written a report here yet")
    return newest


def read_report(path: Path) -> dict[str, Any]:
    """Return a report; raise CollectionError when the file is not one."""
    try:
        report = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise CollectionError(path, f"report cannot be read: {error}") from error
    if not isinstance(report, dict) or report.get("schema") != "report/1":
        raise CollectionError(path, "is no report, expected schema report/1")
    return report
