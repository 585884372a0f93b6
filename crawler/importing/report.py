"""The report of an import: which files came in, what was made of them, the root over their records."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from crawler.ledger.runs import IMPORTED
from crawler.plan import SOFTWARE

if TYPE_CHECKING:
    from crawler.importing.importing import Imported


def import_report(imported: Imported, ended: datetime) -> bytes:
    """Return the content of runs/RUN/report.json."""
    report = {
        "schema": "report/1",
        "run": imported.run,
        "site": imported.site,
        "software": SOFTWARE,
        "state": IMPORTED,
        "began": imported.began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "imported": [
            {
                "original": taken.original,
                "name": taken.name,
                "sha256": taken.sha256,
                "rewritten": taken.is_rewritten,
                "records": len(taken.members),
                "bytes": taken.members[-1].offset + taken.members[-1].length,
            }
            for taken in imported.files
        ],
        "captures": imported.captures,
        "briefs": dict(imported.briefs),
        "rejects": dict(imported.rejects),
        "merkle": asdict(imported.root) if imported.root else None,
    }
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
