"""`briefs rebuild`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import orjson

from archive.collection import Collection
from archive.errors import CollectionError, RecordError
from crawler.cli.committed import committed_lengths
from crawler.cli.comparison_table import comparison_json, comparison_table
from crawler.cli.options import json_option
from crawler.cli.reading_bar import reading_bar
from crawler.ledger.accepting import accepting
from crawler.plan import PlanError, named_collection
from crawler.rebuild import Part, Reading, Rebuild, Rebuilt
from crawler.rebuild.comparing import compare
from crawler.rebuild.comparison import Comparison
from crawler.rebuild.files import foreign_files
from crawler.rebuild.lines import write_lines
from crawler.rebuild.workers import cores
from crawler.sites import get_site

_JSON = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@click.command(no_args_is_help=True, short_help="Make what is derived again from the WARCs alone, and compare.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[COLLECTION]")
@click.option("--out", type=click.Path(), metavar="FOLDER", help="New folder that keeps what is made.")
@click.option("--compare", "compares", is_flag=True, help="Tell what today's rules read otherwise, field by field.")
@click.option("--accept", "accepts", is_flag=True, help="Put today's lines in the place of the stored ones.")
@click.option(
    "--from", "foreign", multiple=True, type=click.Path(), metavar="FILE", help="Read other crawlers' WARC files."
)
@click.option("--site", help="Whose rules read the files of --from.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that read pages; else one a core.")
@json_option
def rebuild(paths: tuple[str, ...], **options: Any) -> None:
    """Read every capture again, with today's rules, and compare.

    Makes briefs.jsonl, rejects.jsonl, the page list, the index and the catalogue from the WARC files alone, and says of
    each whether it is, byte for byte, what the collection has. The collection stays as it is unless --accept is given.
    Exit code 1 when something differs.

    With --from FILE... --site SITE --out FOLDER, makes lines from WARC files that other crawlers wrote.
    """
    options["jobs"] = options["jobs"] or cores()
    if options["foreign"]:
        sys.exit(_read_foreign([Path(path) for path in (*options["foreign"], *paths)], options))
    if len(paths) != 1 or options["site"]:
        raise PlanError("expected one COLLECTION, or --from FILE with --site and --out")
    sys.exit(_rebuild(named_collection(paths[0]), options))


def _rebuild(collection: Collection, options: dict[str, Any]) -> int:
    """Rebuild a collection and return the exit code."""
    with ExitStack() as stack:
        acceptance = stack.enter_context(accepting(collection)) if options["accepts"] else None
        committed = acceptance.committed() if acceptance else committed_lengths(collection)
        whole = Rebuild.of(collection, committed, jobs=options["jobs"])
        working = stack.enter_context(_folder_beside(collection, options["out"]))
        made, draft = Collection(Path(options["out"] or working / "made")), working / "ledger.sqlite"
        with reading_bar(whole.reading.files) as on_page:
            reading = replace(whole.reading, on_problem=_tell, on_page=on_page)
            rebuilt = replace(whole, reading=reading).into(made.root, draft)
        comparison = compare(collection, made, committed) if options["compares"] else None
        is_accepted = acceptance is not None and not rebuilt.same
        if acceptance is not None and is_accepted:
            rebuilt.check_whole(collection.archive)
            acceptance.accept(made, draft)
    _print(rebuilt, comparison, options, is_accepted=is_accepted)
    return 0 if rebuilt.same or is_accepted else 1


@contextmanager
def _folder_beside(collection: Collection, out: str | None) -> Iterator[Path]:
    """Make a folder to work in, beside what is made, and remove it in the end; raise CollectionError."""
    place = (Path(out) if out else collection.root).absolute().parent
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = TemporaryDirectory(prefix=".briefs-rebuild-", dir=place)
    except OSError as error:
        sentence = f"cannot be written: {error.strerror}; --out names another place to work in"
        raise CollectionError(place, sentence) from error
    with folder as name:
        yield Path(name)


def _read_foreign(files: list[Path], options: dict[str, Any]) -> int:
    """Write the lines of other crawlers' files and return the exit code."""
    if not options["site"] or not options["out"]:
        raise PlanError("--from needs --site SITE and --out FOLDER")
    if options["compares"] or options["accepts"]:
        raise PlanError("--compare and --accept are for a collection: files of --from have no stored lines")
    problems: list[RecordError] = []

    def tell(problem: RecordError) -> None:
        problems.append(problem)
        _tell(problem)

    reading = Reading(files=foreign_files(files), site=get_site(options["site"]), jobs=options["jobs"], on_problem=tell)
    with reading_bar(reading.files) as on_page:
        written = write_lines(replace(reading, on_page=on_page).pages(), reading.site, Collection(Path(options["out"])))
    counts = {name: written[name] for name in ("briefs.jsonl", "rejects.jsonl")}
    if options["as_json"]:
        sys.stdout.buffer.write(orjson.dumps({"files": counts, "problems": len(problems)}, option=_JSON))
    else:
        click.echo("\n".join(f"{Path(options['out']) / name}: {count} lines" for name, count in counts.items()))
    return 1 if problems else 0


def _tell(problem: RecordError) -> None:
    click.echo(f"briefs: {problem}", err=True)


def _print(rebuilt: Rebuilt, comparison: Comparison | None, options: dict[str, Any], *, is_accepted: bool) -> None:
    if options["as_json"]:
        content = {
            "same": rebuilt.same,
            "accepted": is_accepted,
            "problems": rebuilt.problems,
            "files": [{**asdict(part), "is_same": part.is_same} for part in rebuilt.parts],
            "comparison": comparison_json(comparison) if comparison else None,
        }
        sys.stdout.buffer.write(orjson.dumps(content, option=_JSON))
        return
    sentences = [_sentence(part) for part in rebuilt.parts]
    if rebuilt.problems:
        sentences.append(f"{rebuilt.problems} places in the WARC files could not be read")
    if is_accepted:
        sentences.append("accepted: today's lines, page list and index are the collection's now")
    if options["out"]:
        sentences.append(f"all of it is kept in {options['out']}")
    click.echo("\n".join(sentences))
    if comparison is not None:
        click.echo(f"\n{comparison_table(comparison)}")


def _sentence(part: Part) -> str:
    """Return how a file compares, in a line."""
    count = f"{part.name}: {part.count} {'captures' if part.name.endswith('.sqlite') else 'lines'}"
    if not part.is_compared:
        return f"{count}, not compared: a crawl is writing, or was killed"
    if part.is_same:
        return f"{count}, as stored"
    return f"{count}, the first that differs is {part.differs_at}" if part.is_stored else f"{count}, not stored"
