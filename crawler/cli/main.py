"""`briefs`: its commands, and what their exit codes mean."""

from __future__ import annotations

import os
import sys

import click

from archive.errors import ArchiveError, CollectionLocked
from crawler import __version__, exit_codes
from crawler.cli.captures import get, list_captures
from crawler.cli.crawl import crawl
from crawler.cli.demo import demo
from crawler.cli.importing import import_files
from crawler.cli.index import index
from crawler.cli.pack import pack
from crawler.cli.reading import history, retry, schema, show, sites, status
from crawler.cli.rebuild import rebuild
from crawler.cli.recover import recover
from crawler.cli.replay import replay
from crawler.cli.run_due import run_due
from crawler.cli.runs import runs
from crawler.cli.schedule import schedule
from crawler.cli.verify import verify

EXIT_CODES = f"\b\nExit codes:\n{exit_codes.listing()}"


class _Group(click.Group):
    """Turns this project's errors into one sentence on standard error and exit code, signals into their codes."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return self._invoke_and_flush(ctx)
        except ArchiveError as error:
            click.echo(f"briefs: {error}", err=True)
            sys.exit(exit_codes.LOCKED if isinstance(error, CollectionLocked) else exit_codes.USAGE)
        except BrokenPipeError:
            # What is left in the buffer would raise once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(exit_codes.NO_READER)
        except KeyboardInterrupt:
            sys.exit(exit_codes.INTERRUPTED)

    def _invoke_and_flush(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        finally:
            sys.stdout.flush()


@click.group(cls=_Group, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="briefs")
def main() -> None:
    """Crawl the briefs of news sites into wire-exact WARC files and JSON lines that name their evidence."""


for command in (
    crawl,
    demo,
    show,
    history,
    status,
    retry,
    rebuild,
    import_files,
    recover,
    index,
    pack,
    list_captures,
    get,
    replay,
    sites,
    schema,
    schedule,
    run_due,
    runs,
    verify,
):
    main.add_command(command)
