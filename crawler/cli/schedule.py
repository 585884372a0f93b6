"""`briefs schedule`: what is crawled by itself, and when."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click
import orjson

from crawler.capture.connect import parse_connect_to
from crawler.cli.crawl import crawl, reach_of, settings_of
from crawler.cli.options import json_option, trust
from crawler.cli.program import called
from crawler.cli.turns import schedules_option, turn_text
from crawler.plan import Plan, PlanError, make_plan, parse_age, read_seeds
from crawler.schedule.book import Book, book_file, open_book
from crawler.schedule.export import FORMS, exported
from crawler.schedule.rows import as_json as schedule_json
from crawler.schedule.schedule import GAP, ONCE, RETRY_ON, Event, Limits, Schedule, Turn
from crawler.schedule.taking import next_text
from crawler.schedule.targets import Target
from crawler.schedule.timing import Cron, Every, Timing

_NOT_OF_A_SCHEDULE = ("site", "collection", "as_json", "metrics")
"""Parameters of `briefs crawl` that a schedule gives itself."""


@click.group(short_help="Crawl by itself: add, list, remove, next, history, export.")
def schedule() -> None:
    """Keep what is crawled by itself, and when; `briefs run-due` crawls what is due."""


@schedule.command(no_args_is_help=True)
@click.argument("name")
@click.option("--site", required=True, help="The site to crawl.")
@click.option("--collection", required=True, type=click.Path(), help="Folder of the collection; made when new.")
@click.option("--cron", metavar="FIELDS", help="When: minute, hour, day, month, weekday, as '0 */6 * * *'.")
@click.option("--every", metavar="AGE", help="Or how often, from now on: 30m, 6h, 7d, …")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of --cron, as Europe/Berlin.")
@click.option(
    "--missed", type=click.Choice([ONCE, GAP]), default=ONCE, show_default=True,
    help="Moments at which nobody called: catch up once, or record the gap.",
)  # fmt: skip
@click.option("--jitter", metavar="AGE", help="Put each crawl off by up to this, always the same for one moment.")
@click.option("--time-limit", metavar="AGE", help="End a crawl after this.")
@click.option("--grace", metavar="AGE", default="30s", show_default=True, help="How long it may take to end.")
@click.option("--retries", type=click.IntRange(0, 20), default=0, show_default=True, help="Begin it again so often.")
@click.option("--retry-wait", metavar="AGE", default="10m", show_default=True, help="This long after it ended.")
@click.option(
    "--retry-on", metavar="CODES", default=",".join(map(str, RETRY_ON)), show_default=True,
    help="The exit codes after which it is begun again.",
)  # fmt: skip
@click.option("--notify", multiple=True, metavar="TARGET", help="Tell webhook:URL or mail:ADDRESS.")
@click.option(
    "--on", "events", metavar="EVENTS", default="failure,blocked,drift,missed", show_default=True,
    help="Of what: finish, failure, blocked, drift, missed.",
)  # fmt: skip
@click.option("--replace", is_flag=True, help="Put it in the place of the schedule of that name.")
@schedules_option
@click.pass_context
def add(context: click.Context, /, name: str, schedules: str | None, replace: bool, **options: Any) -> None:
    """Add a schedule NAME.

    It takes the options of `briefs crawl` too, for the crawl.
    """
    now = time.time()
    plan = _plan_of(options)
    made = Schedule(
        name=name,
        site=options["site"],
        collection=plan.collection.root.absolute(),
        arguments=tuple(_arguments(context, plan)),
        folder=Path.cwd(),
        timing=_timing(options, now),
        created=now,
        missed=options["missed"],
        jitter=_seconds(options["jitter"]),
        limits=_limits(options),
        notify=tuple(map(Target.parse, options["notify"])),
        on=_events(options["events"]),
    )
    first = made.timing.anchor if isinstance(made.timing, Every) else made.timing.after(now)
    with open_book(book_file(schedules), make=True) as book:
        book.add(made, first, replace=replace)
        click.echo(f"{name}: {made.timing}, next {next_text(made, first)}, in {book.path}")
    click.echo(f"`{called('briefs')} run-due` crawls what is due; `schedule export` has a timer call it every minute")


# The options of a crawl, as it has them: each is looked at where the schedule is made, and not only when it is due.
_CRAWLS = [parameter for parameter in crawl.params if parameter.name not in _NOT_OF_A_SCHEDULE]
add.params += _CRAWLS


@schedule.command(name="list")
@schedules_option
@json_option
def list_schedules(schedules: str | None, as_json: bool) -> None:
    """List the schedules: when each is due, and what came of it last."""
    with open_book(book_file(schedules)) as book:
        for one, first in book.schedules():
            last = next(iter(book.turns(one.name, 1)), None)
            if as_json:
                row = {**schedule_json(one), "next": one.begins(first), "last": _turn_json(last) if last else None}
                click.echo(orjson.dumps(row).decode())
            else:
                click.echo("\n".join(_portrait(one, first, last)))
        for name, target, state, tries, error in [] if as_json else book.messages():
            click.echo(f"{name}: {target} could not be told, {state} after {tries} tries: {error}")


@schedule.command()
@click.argument("name")
@schedules_option
def remove(name: str, schedules: str | None) -> None:
    """Remove the schedule NAME; its history and its collection stay."""
    with open_book(book_file(schedules)) as book:
        collection = book.get(name).collection
        book.remove(name)
        click.echo(f"{name}: removed; {collection} is left as it is")


@schedule.command(name="next")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--count", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many moments.")
@schedules_option
def next_moments(name: str | None, count: int, schedules: str | None) -> None:
    """Print when NAME, or every schedule, is due next."""
    with open_book(book_file(schedules)) as book:
        only = {book.get(name).name} if name is not None else None
        for one, first in book.schedules():
            if only is None or one.name in only:
                for moment in islice(one.timing.all_after(first - 0.001), count):
                    click.echo(f"{one.name}  {next_text(one, moment)}")


@schedule.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="The newest so many.")
@schedules_option
@json_option
def history(name: str | None, limit: int, schedules: str | None, as_json: bool) -> None:
    """Print what came of each moment of NAME, or of every schedule: crawled, skipped, missed."""
    with open_book(book_file(schedules)) as book:
        for turn in reversed(book.turns(name, limit)):
            click.echo(orjson.dumps(_turn_json(turn)).decode() if as_json else turn_text(turn, _zone(book, turn)))


@schedule.command()
@click.argument("form", type=click.Choice(FORMS))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER", help="Write the files here.")
@click.option("--image", default="brief-archive:latest", show_default=True, help="Container image for kubernetes.")
@schedules_option
def export(form: str, output: Path | None, image: str, schedules: str | None) -> None:
    """Print what calls `briefs run-due` every minute: a systemd timer, a line for cron, a Kubernetes CronJob."""
    path = book_file(schedules)
    with open_book(path) as book:
        folders = {one.collection for one, _ in book.schedules()}
    files = exported(form, path, sorted(folders), image)
    for name, content in files.items():
        if output is None:
            sys.stdout.write(content)
            continue
        output.mkdir(parents=True, exist_ok=True)
        (output / name).write_text(content, encoding="utf-8")
        click.echo(f"{output / name}")


def _plan_of(options: dict[str, Any]) -> Plan:
    """Return the plan of the crawl that is to be scheduled; raise what the crawl itself would."""
    overrides = settings_of(options)
    seeds = read_seeds(Path(options["seeds_file"])) if options["seeds_file"] else ()
    contact = str(overrides.get("CONTACT", ""))
    given = [*options["seeds"], *seeds]
    plan = make_plan(options["site"], options["collection"], contact, given, reach_of(overrides, options))
    parse_connect_to(options["connect_to"])
    trust(options["ca_file"])
    return plan


def _arguments(context: click.Context, plan: Plan) -> Iterator[str]:
    """Yield the options of the crawl as they were given, and the contact: a timer's environment may not have it."""
    yield from ("--contact", plan.contact)
    for parameter in _CRAWLS:
        value = context.params[str(parameter.name)]
        if parameter.name == "contact" or value in (None, False, (), ""):
            continue
        values: Sequence[object] = value if isinstance(value, tuple) else (value,)
        for one in values:
            yield from (parameter.opts[0],) if one is True else (parameter.opts[0], str(one))


def _timing(options: dict[str, Any], now: float) -> Timing:
    cron, every = options["cron"], options["every"]
    if (cron is None) == (every is None):
        raise PlanError("expected either --cron or --every")
    return Cron(expression=cron, zone=options["zone"]) if cron else Every(seconds=parse_age(every), anchor=now)


def _limits(options: dict[str, Any]) -> Limits:
    return Limits(
        time_limit=_seconds(options["time_limit"]),
        grace=_seconds(options["grace"]),
        retries=options["retries"],
        retry_wait=_seconds(options["retry_wait"]),
        retry_on=_codes(options["retry_on"]),
    )


def _codes(text: str) -> tuple[int, ...]:
    if not all(part.strip().isdecimal() and 0 < int(part) < 256 for part in text.split(",")):
        raise PlanError(f"retry-on is {text!r}, expected exit codes from 1 to 255, parted by commas")
    return tuple(int(part) for part in text.split(","))


def _events(text: str) -> frozenset[Event]:
    names = {part.strip() for part in text.split(",")}
    if not names <= set(Event):
        raise PlanError(f"on is {text!r}, expected some of {', '.join(Event)}, parted by commas")
    return frozenset(map(Event, names))


def _seconds(text: str | None) -> float:
    return parse_age(text) if text else 0.0


def _portrait(one: Schedule, first: float, last: Turn | None) -> Iterator[str]:
    yield f"{one.name}: {one.timing}, {one.site} into {one.collection}"
    yield f"  next   {next_text(one, first)}"
    yield f"  last   {turn_text(last, one.zone).partition('  ')[2]}" if last else "  last   never yet"
    yield f"  crawl  {shlex.join(one.arguments)}"
    if one.notify:
        yield f"  tells  {', '.join(map(str, one.notify))} on {', '.join(sorted(one.on))}"


def _turn_json(turn: Turn) -> dict[str, Any]:
    names = (
        "schedule",
        "due",
        "last_due",
        "count",
        "outcome",
        "attempt",
        "began",
        "ended",
        "exit_code",
        "run",
        "detail",
    )
    return {name: getattr(turn, name) for name in names}


def _zone(book: Book, turn: Turn) -> str:
    found = book.find(turn.schedule)
    return found.zone if found else "UTC"
