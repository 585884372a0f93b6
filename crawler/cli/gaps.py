"""`briefs gaps`: of which time the collection is no witness."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection, is_being_written
from crawler.cli.options import collection_argument, json_option
from crawler.ledger.gaps import CUT_SHORT, Gap
from crawler.ledger.ledger import KILLED
from crawler.ledger.reading import LedgerReading, open_reading
from crawler.report.days import Day, days_line, days_of


def _day(context: click.Context, parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no day, expected one such as 2026-11-24.") from error


@click.command(short_help="List the stretches of time that a collection is no witness of.")
@collection_argument
@click.option("--since", metavar="DAY", callback=_day, help="Only what reaches this day or a later one.")
@click.option("--until", metavar="DAY", callback=_day, help="Only what began on this day or before.")
@json_option
def gaps(collection: str, since: date | None, until: date | None, as_json: bool) -> None:
    """List the runs that were missed, cut short or blocked, and the days without a complete run.

    A gap lasts until a later run that was complete. That the collection has no news of a day inside one does not say
    that there was none. Days are those of UTC.
    """
    places = Collection(Path(collection))
    with open_reading(places) as ledger:
        found = [gap for gap in known_gaps(places, ledger) if _is_within(gap, since, until)]
        first, last = since or date.min, until or date.max
        days = [day for day in days_of(ledger.runs()) if first <= day.day <= last]
    if as_json:
        content = {"gaps": [gap.content() for gap in found], "days": [_content(day) for day in days]}
        sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        return
    for gap in found:
        click.echo(sentence(gap))
    click.echo(f"days: {days_line(days)}")


def known_gaps(places: Collection, ledger: LedgerReading) -> list[Gap]:
    """Return the gaps, with those of runs that were killed and that no later run has noted yet."""
    noted = list(ledger.gaps.all())
    if is_being_written(places):
        return noted
    killed = [run for run in ledger.runs() if run.state == "running"]
    unnoted = [
        Gap(run=run.id, kind=CUT_SHORT, why=KILLED, hosts=(), since=run.began, until=None, closed_by=None)
        for run in killed
    ]
    return sorted([*noted, *unnoted], key=lambda gap: gap.since)


def sentence(gap: Gap) -> str:
    """Return a gap in one line."""
    end = f"{gap.until:%Y-%m-%d %H:%M}" if gap.until else "open"
    run = f"; run {gap.run}" if gap.run else ""
    closed = f", closed by {gap.closed_by}" if gap.closed_by else ""
    hosts = f" ({', '.join(gap.hosts)})" if gap.hosts else ""
    return f"{gap.since:%Y-%m-%d %H:%M} to {end:<16}  {gap.kind}: {gap.why}{hosts}{run}{closed}"


def gap_rows(places: Collection, ledger: LedgerReading) -> list[str]:
    """Return what `briefs status` says of gaps and days."""
    still_open = [gap for gap in known_gaps(places, ledger) if gap.until is None]
    told = f"{len(still_open)} open, the first: {sentence(still_open[0])}" if still_open else "none open"
    return [f"{'gaps:':<14}{told}", f"{'days:':<14}{days_line(days_of(ledger.runs()))}"]


def _is_within(gap: Gap, since: date | None, until: date | None) -> bool:
    end = gap.until or datetime.max.replace(tzinfo=UTC)
    return (since is None or end.date() >= since) and (until is None or gap.since.date() <= until)


def _content(day: Day) -> dict[str, Any]:
    return {"day": day.day.isoformat(), "state": day.state, "runs": list(day.runs)}
