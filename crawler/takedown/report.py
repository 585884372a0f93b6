"""The report of a takedown: what was asked, where records were taken out, the root over what says so."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import orjson

from crawler.ledger.runs import Root
from crawler.ledger.takedown import STATE
from crawler.plan import SOFTWARE
from crawler.takedown.targets import Found


def takedown_report(about: dict[str, str], began: datetime, ended: datetime, found: Found, root: Root) -> bytes:
    """Return the content of runs/RUN/report.json; `about` are run, site and reason."""
    report = {
        "schema": "report/1",
        **about,
        "software": SOFTWARE,
        "state": STATE,
        "began": began.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "taken_down": [
            {
                "url": target.url,
                "work": target.work,
                "looks_of": target.looks_of,
                "versions": len(target.lines),
                "addresses": target.addresses,
                "captures": len(target.captures),
            }
            for target in found.targets
        ],
        "merkle": asdict(root),
    }
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
