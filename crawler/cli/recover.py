"""`briefs recover`."""

from __future__ import annotations

import sys
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from archive.collection import Collection
from archive.errors import RecordError
from archive.timestamps import timestamp14
from crawler.cli.options import collection_argument, json_option
from crawler.recover import UNKNOWN, Recovered
from crawler.recover import recover as recover_ledger


@click.command()
@collection_argument
@json_option
def recover(collection: str, as_json: bool) -> None:
    """Make a lost or damaged ledger again from the WARC files.

    The old ledger is kept beside, and briefs.jsonl and rejects.jsonl stay as they are unless the WARCs say otherwise.
    Prints what no WARC tells.
    """
    run_id = f"{timestamp14(datetime.now(UTC))}-{uuid.uuid4().hex[:4]}"
    recovered = recover_ledger(Collection(Path(collection)), run_id, _tell)
    if as_json:
        content = {**asdict(recovered), "damaged": [str(path) for path in recovered.damaged], "unknown": UNKNOWN}
        sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo(_sentences(recovered))


def _tell(problem: RecordError) -> None:
    click.echo(f"briefs: {problem}", err=True)


def _sentences(recovered: Recovered) -> str:
    states = ", ".join(f"{count} {state}" for state, count in recovered.states.items()) or "none"
    return "\n".join(
        [
            f"captures:     {recovered.captures}, {recovered.problems} places in the WARC files could not be read",
            f"addresses:    {states}",
            *(f"{name}: {what}" for name, what in recovered.lines.items()),
            *(f"kept aside:   {path}" for path in recovered.damaged),
            "No WARC tells, so it is not known any more:",
            *(f"  {what}" for what in UNKNOWN),
        ]
    )
