"""`briefs export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

import click
import orjson

from archive.collection import Collection
from archive.errors import ExportError
from archive.export import (
    SUFFIXES,
    TEXTS,
    About,
    Counts,
    Format,
    Package,
    Policy,
    Publisher,
    Selection,
    Survey,
    Tally,
    check_date,
    check_file,
    check_folder,
    check_format,
    check_outside,
    day,
    earlier_package,
    open_lines,
    open_newest,
    write_file,
    write_stream,
)
from archive.timestamps import parse_span
from crawler import __version__
from crawler.cli.committed import committed_lengths
from crawler.cli.options import collection_argument, json_option
from crawler.cli.packing_bar import packing_bar
from crawler.cli.tally_lines import counts_lines, tally_lines
from crawler.ledger.reading import open_reading
from crawler.ledger.schema import ledger_file
from crawler.sites import get_site, site_names

STDOUT = Path("-")


@click.command(short_help="Write the briefs as JSON lines, CSV, Parquet, SQLite or a data set.")
@collection_argument
@click.option(
    "--format",
    "kind",
    type=click.Choice([kind.value for kind in Format]),
    help="Format of the file; else its name tells.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH", help="The file; - for stdout.")
@click.option("--package", type=click.Path(path_type=Path), metavar="OUT", help="A folder: a data set to hand on.")
@click.option("--since", default="", metavar="DAY", help="Published on this day (month, year) or later.")
@click.option("--until", default="", metavar="DAY", help="Published on this day (month, year) or earlier.")
@click.option("--captured-since", default="", metavar="TIME", help="Captured at this time or later.")
@click.option("--captured-until", default="", metavar="TIME", help="As the archive was at this time.")
@click.option("--tag", "tags", multiple=True, help="With this tag; may be given again, as the next three.")
@click.option("--country", "countries", multiple=True, metavar="CODE", help="About this country (ISO 3166-1 alpha-2).")
@click.option("--kind", "kinds", multiple=True, help="Of this kind: brief, analysis, …")
@click.option("--language", "languages", multiple=True, help="In this language; es takes es-ES too.")
@click.option("--latest", is_flag=True, help="The newest version of each work that is not gone: the default.")
@click.option("--all-versions", is_flag=True, help="Every version, and the tombstones of works that are gone.")
@click.option(
    "--rights",
    type=click.Choice([policy.value for policy in Policy]),
    default=Policy.TEXT_MINING.value,
    show_default=True,
    help="Leave out what its rights at capture forbid for this use.",
)
@click.option("--previous", type=click.Path(path_type=Path), metavar="OLD", help="Package to compare with.")
@click.option("--date", default="", metavar="DAY", help="Day of the package; else that of its newest capture.")
@click.option("--force", is_flag=True, help="Replace what is there.")
@json_option
def export(collection: str, output: Path | None, package: Path | None, as_json: bool, **options: Any) -> None:
    """Write the briefs for other programs: as one file with -o, or as a data set with --package.

    Takes the newest version of each work that is not gone, and leaves out what the site has reserved; what was left
    out, and why, is said. A file or package takes its name when it is whole. While a crawl writes, the committed lines
    count.
    """
    places = Collection(Path(collection))
    places.settings()
    selection = _selection(options)
    kind = _kind(output, package, options)
    with _survey(places, selection) as survey:
        if package:
            counts = _write_package(places, survey, package, options)
        else:
            counts = None
            _write_file(places, survey, kind, output or STDOUT, force=options["force"])
    target = package or output or STDOUT
    if as_json and target != STDOUT:
        told = {"path": str(target), **_named(survey.tally), **(_named(counts) if counts else {})}
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        lines = [*tally_lines(target, survey.tally, selection), *(counts_lines(counts) if counts else ())]
        click.echo("\n".join(lines), err=target == STDOUT)


def _named(counted: Tally | Counts) -> dict[str, Any]:
    """Return the fields by their names; before Python 3.12, `asdict` counts the pairs of a Counter."""
    return {one.name: getattr(counted, one.name) for one in fields(counted)}


def _kind(output: Path | None, package: Path | None, options: Mapping[str, Any]) -> Format:
    """Return the format asked for; raise UsageError where what is asked for does not go together."""
    if (output is None) == (package is None):
        raise click.UsageError("expected -o PATH for one file, or --package OUT for a data set.")
    if options["latest"] and options["all_versions"]:
        raise click.UsageError("--latest and --all-versions exclude each other.")
    if package and options["kind"]:
        raise click.UsageError("--package holds JSON lines and Parquet: --format is for -o.")
    if output and (options["previous"] or options["date"]):
        raise click.UsageError("--previous and --date are of a package: expected --package.")
    suffix = output.suffix.lower() if output else ".parquet"
    if options["kind"] is None and suffix not in SUFFIXES:
        raise click.UsageError(
            f"-o is {str(output)!r}, expected --format, or a name that ends in {', '.join(SUFFIXES)}."
        )
    kind = Format(options["kind"] or SUFFIXES[suffix])
    if output == STDOUT and kind not in TEXTS:
        raise click.UsageError(f"{kind} is no text for standard output: expected -o with the name of a file.")
    check_format(kind)
    return kind


def _selection(options: Mapping[str, Any]) -> Selection:
    since, until = (day(f"--{name}", options[name]) if options[name] else "" for name in ("since", "until"))
    captured = [parse_span(options[f"captured_{name}"]) if options[f"captured_{name}"] else None for name in _ENDS]
    selection = Selection(
        since=since,
        until=until,
        captured_since=captured[0].first if captured[0] else "",
        captured_until=captured[1].last if captured[1] else "",
        **{name: options[name] for name in ("tags", "countries", "kinds", "languages")},
        all_versions=options["all_versions"],
        rights=Policy(options["rights"]),
    )
    for name, first, last in (
        ("", since, until),
        ("captured-", selection.captured_since, selection.captured_until),
    ):
        if first and last and first[: len(last)] > last:
            raise ExportError(f"--{name}since {first} is after --{name}until {last}, so that nothing lies between them")
    return selection


_ENDS = ("since", "until")


@contextmanager
def _survey(places: Collection, selection: Selection) -> Iterator[Survey]:
    committed = committed_lengths(places)
    length = None if committed is None else committed.get(places.briefs.name, 0)
    with (
        open_lines(places.briefs, length, _schema()) as lines,
        open_newest() as newest,
        packing_bar(2 * lines.length) as on_read,
    ):
        lines.on_read = on_read
        yield Survey(lines, selection, newest)


def _write_file(places: Collection, survey: Survey, kind: Format, output: Path, *, force: bool) -> None:
    if output == STDOUT:
        survey.begin()
        write_stream(survey, kind, sys.stdout.buffer, _schema())
        return
    check_outside(output, places)
    check_file(output, force=force)
    survey.begin()
    write_file(survey, kind, output, _schema())


def _write_package(places: Collection, survey: Survey, package: Path, options: Mapping[str, Any]) -> Counts:
    check_outside(package, places)
    check_folder(package, force=options["force"])
    about = About(
        publisher=_publisher(places),
        selection=survey.selection,
        software=f"brief-archive/{__version__}",
        date=check_date(options["date"]),
        previous=earlier_package(package, options["previous"]),
    )
    survey.begin()
    made = Package(about, survey, _schema(), _addresses(places))
    made.write(package)
    return made.counts


def _addresses(places: Collection) -> Iterator[tuple[str, str]]:
    """Yield the addresses that the ledger knows: a line has those that were found before it."""
    if ledger_file(places).exists():
        with open_reading(places) as ledger:
            yield from ledger.addresses()


def _schema() -> dict[str, Any]:
    # The file, not `schema(Brief)`: to read the descriptions out of the source takes a quarter of a second.
    read: dict[str, Any] = orjson.loads((resources.files("crawler") / "brief.schema.json").read_bytes())
    return read


def _publisher(places: Collection) -> Publisher:
    name = str(places.settings().get("site", ""))
    if name not in site_names():
        return Publisher(name=name, label=name, url="")
    site = get_site(name)
    return Publisher(
        name=name,
        label=site.label,
        url=f"https://{site.scope.hosts[0]}/",
        licence=site.licence_name,
        attribution=site.attribution,
    )
