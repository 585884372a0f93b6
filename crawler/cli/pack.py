"""`briefs pack`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from archive.catalog import Catalog, catalog_of
from archive.collection import Collection
from archive.errors import PackageError, RecordError
from archive.surt import surt
from archive.wacz import (
    Contents,
    Label,
    Packed,
    Packer,
    Part,
    choose_contents,
    load_private_key,
    one_part,
    parts_by_size,
    parts_by_year,
    weight_of_every,
    weights_of,
)
from crawler import __version__
from crawler.cli.committed import committed_lengths
from crawler.cli.options import collection_argument, json_option
from crawler.cli.packing_bar import packing_bar
from crawler.items import Brief, Rejection, schema
from crawler.report.figures import readable_bytes
from crawler.sites import get_site, site_names

PASSPHRASE = "BRIEFS_KEY_PASSPHRASE"  # noqa: S105 (the variable's name)
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)(i?)B?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@click.command(short_help="Pack a collection into a WACZ file.")
@collection_argument
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.wacz", help="The package."
)
@click.option("--title", default="", help="What it is called; else the site and the days of its captures.")
@click.option("--description", default="", help="What is to be known of it; Markdown.")
@click.option("--main-page", default="", metavar="URL", help="Where a reader begins; else the first brief's page.")
@click.option(
    "--sign",
    "key_file",
    type=click.Path(path_type=Path),
    metavar="KEY",
    help=f"Sign it with this private key (PEM: Ed25519, ECDSA P-256 or P-384); {PASSPHRASE} decrypts it.",
)
@click.option("--split-by-year", is_flag=True, help="A package for each year of capture, each complete in itself.")
@click.option("--split-size", metavar="SIZE", help="Packages of at most this size, as 2GB; they belong together.")
@click.option("--force", is_flag=True, help="Replace packages that exist.")
@json_option
def pack(collection: str, output: Path, as_json: bool, **options: Any) -> None:
    """Pack a collection into a WACZ file, which ReplayWeb.page opens and others can check.

    Holds the WARC files as they are, an index, the pages with their text, the lines and the reports. What is still
    being written stays out. The package is read back before it takes its name; the collection stays as it is.
    """
    places = Collection(Path(collection))
    _check_usage(places, output, options)
    size = parse_size(options["split_size"]) if options["split_size"] else 0
    key = load_private_key(options["key_file"], _passphrase) if options["key_file"] else None
    label = _label(places, options)
    committed = committed_lengths(places)
    contents = choose_contents(places, committed)
    for sentence in contents.left_out:
        click.echo(f"briefs: {sentence}", err=True)
    with catalog_of(places, committed, _tell) as catalog:
        _check_main_page(options["main_page"], catalog)
        parts = _parts(contents, catalog, size, by_year=options["split_by_year"])
        with packing_bar(sum(warc.length for part in parts for warc in part.warcs)) as on_copied:
            packer = Packer(
                contents=contents, catalog=catalog, label=label, extras=_schemas(), key=key, on_copied=on_copied
            )
            made = list(packer.write_parts(parts, output, force=options["force"]))
    for packed in made:
        if size and packed.length > size:
            click.echo(f"briefs: {packed.path} is larger than --split-size: a WARC file is never cut", err=True)
    if as_json:
        content = [{**asdict(packed), "path": str(packed.path)} for packed in made]
        sys.stdout.buffer.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        click.echo("\n".join(line for packed in made for line in _sentences(packed)))


def _check_usage(places: Collection, output: Path, options: Mapping[str, Any]) -> None:
    if output.suffix != ".wacz":
        raise click.UsageError(f"-o is {str(output)!r}, expected a name that ends in .wacz.")
    if output.absolute().parent.resolve() == places.archive.resolve():
        raise click.UsageError(f"-o lies in {places.archive}, where only WARC files belong, expected another folder.")
    if options["split_by_year"] and options["split_size"]:
        raise click.UsageError("--split-by-year and --split-size exclude each other.")


def _check_main_page(url: str, catalog: Catalog) -> None:
    if url and catalog.before(surt(url)) is None:
        click.echo(f"briefs: {url} was not captured: a reader that begins there finds nothing", err=True)


def _label(places: Collection, options: Mapping[str, Any]) -> Label:
    site = places.settings().get("site", "")
    return Label(
        site=get_site(site).label if site in site_names() else site,
        title=options["title"],
        description=options["description"],
        main_page=options["main_page"],
        software=f"brief-archive/{__version__}",
        at=datetime.now(UTC),
    )


def parse_size(text: str) -> int:
    """Return the bytes that a size such as 700MB, 2GB or 1.5GiB stands for."""
    match = _SIZE.fullmatch(text.strip())
    size = int(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2].lower()]) if match else 0
    if not size:
        raise click.UsageError(f"--split-size is {text!r}, expected a size such as 700MB or 2GB.")
    return size


def _parts(contents: Contents, catalog: Catalog, size: int, *, by_year: bool) -> Sequence[Part]:
    if by_year:
        return parts_by_year(contents, catalog)
    if not size:
        return [one_part(contents)]
    room = size - weight_of_every(contents, _schemas())
    return parts_by_size(contents, catalog, room, weights_of(contents, catalog))


def _sentences(packed: Packed) -> list[str]:
    repeated = f" ({packed.repeated} of them other packages' too)" if packed.repeated else ""
    signed = ", signed" if packed.signed else ""
    return [
        f"{packed.path}: {packed.title}, {readable_bytes(packed.length)}{signed}",
        f"  WARC files: {packed.warcs}{repeated}, captures in the index: {packed.captures}, pages: {packed.pages}",
        f"  sha256 {packed.sha256}",
        *(f"  {note}" for note in packed.notes),
    ]


def _schemas() -> dict[str, bytes]:
    """Return the schemas of the lines, by their names in the package."""
    kinds = (("brief", Brief), ("reject", Rejection))
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return {f"briefs/{name}.schema.json": orjson.dumps(schema(kind), option=option) for name, kind in kinds}


def _passphrase() -> str:
    """Return what decrypts the key: from the environment, or asked of a person."""
    passphrase = os.environ.get(PASSPHRASE)
    if passphrase is not None:
        return passphrase
    if not sys.stdin.isatty():
        raise PackageError("--sign", f"the key is encrypted, expected its passphrase in {PASSPHRASE}")
    asked: str = click.prompt("Passphrase of the key", hide_input=True, err=True)
    return asked


def _tell(problem: RecordError) -> None:
    click.echo(f"briefs: {problem}", err=True)
