"""`briefs takedown`."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection
from archive.timestamps import timestamp14
from crawler.cli.options import collection_argument, json_option
from crawler.plan import PlanError
from crawler.takedown import Found, TakenDown, Target, look_for, taking_down

_LONGEST_REASON = 1000


@click.command(short_help="Take a work, or what was captured at an address, out for good.")
@collection_argument
@click.argument("wanted", metavar="URL|ID")
@click.option("--reason", help="Why, in a sentence that is kept and handed on; without any of the text.")
@click.option("--requisites", is_flag=True, help="With what these pages alone need to look right: their pictures.")
@click.option("--dry-run", is_flag=True, help="Only list what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def takedown(collection: str, wanted: str, reason: str | None, **options: bool) -> None:
    """Remove what was captured of a work, or of an address, for good.

    Every version, at every address of the work, goes: from the WARC files, whose other records stay where they are, and
    from all that is derived. What is left says what was taken down, when and why; the address is never asked again.
    """
    places = Collection(Path(collection))
    if options["dry_run"]:
        _print(look_for(places, wanted, requisites=options["requisites"]), None, as_json=options["as_json"])
        return
    if not (reason or "").strip():
        raise PlanError("--reason is missing, expected a sentence that says why; --dry-run only lists what would go")
    said = " ".join((reason or "").split())
    if len(said) > _LONGEST_REASON:
        raise PlanError(f"--reason has {len(said)} letters, expected at most {_LONGEST_REASON}")
    run = f"{timestamp14(datetime.now(UTC))}-{uuid.uuid4().hex[:4]}"
    with taking_down(places, wanted, run, requisites=options["requisites"]) as work:
        _ask(work.found, yes=options["yes"])
        done = work.apply(said)
        _print(work.found, done, as_json=options["as_json"])


def _ask(found: Found, *, yes: bool) -> None:
    """Go on only when somebody agrees."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise PlanError("nobody is here to be asked whether it may go for good, expected --yes")
    click.echo("\n".join(_listed(found)), err=True)
    click.confirm("Take this down for good?", abort=True, err=True)


def _print(found: Found, done: TakenDown | None, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(
            orjson.dumps(_as_json(found, done), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        )
        return
    lines = [*_listed(found), *(_outcome(done) if done else ["nothing was changed: this is a dry run"])]
    click.echo("\n".join(lines))


def _listed(found: Found) -> Iterator[str]:
    for target in found.targets:
        yield _name(target)
        for address in target.addresses:
            yield f"  address: {address}"
        for line in target.lines:
            yield f"  line:    version {line['version']} ({line['change']}): {line['title']}"
        for capture in target.captures:
            yield f"  capture: {capture.timestamp} {capture.status} {capture.warc} at byte {capture.offset}"


def _name(target: Target) -> str:
    if target.looks_of:
        return f"needed to look right: {target.url}"
    if target.is_source:
        return f"printed the text, and is asked again: {target.url}"
    return f"work {target.work}: {target.url}" if target.work else f"no work: {target.url}"


def _outcome(done: TakenDown) -> Iterator[str]:
    yield f"taken down: {', '.join(done.warcs)} written anew; archive/{done.warc} says what and why"
    for name in done.leftovers:
        yield f"removed, or scrubbed: {name}"
    yield f"report: runs/{done.run}/report.json"
    yield "Copies elsewhere are not reached: WACZ packages and other exports, backups, snapshots of the file system."


def _as_json(found: Found, done: TakenDown | None) -> dict[str, Any]:
    return {
        "done": done is not None,
        "targets": [
            {
                "work": target.work,
                "url": target.url,
                "addresses": target.addresses,
                "versions": [line["version"] for line in target.lines],
                "captures": [
                    {
                        "url": one.url,
                        "timestamp": one.timestamp,
                        "status": one.status,
                        "warc": one.warc,
                        "offset": one.offset,
                    }
                    for one in target.captures
                ],
            }
            for target in found.targets
        ],
        "run": done.run if done else None,
        "warcs": list(done.warcs) if done else [],
        "warc": done.warc if done else None,
        "leftovers": list(done.leftovers) if done else [],
    }
