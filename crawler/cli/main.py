"""`briefs`: its commands, and what their exit codes mean."""

from __future__ import annotations

import os
import sys

import click

from archive.errors import ArchiveError, CollectionLocked
from crawler import __version__, exit_codes
from crawler.cli.commands import Commands

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
        except OSError as error:
            # A disk that is full, a folder that nobody may read: no fault of ours, and no more to say of it.
            place = error.filename2 or error.filename or "a file"
            click.echo(f"briefs: {place}: cannot be read or written: {error.strerror or error}", err=True)
            sys.exit(exit_codes.USAGE)
        except KeyboardInterrupt:
            sys.exit(exit_codes.INTERRUPTED)

    def _invoke_and_flush(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        finally:
            sys.stdout.flush()


@click.group(
    cls=_Group, commands=Commands(), epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="briefs")
def main() -> None:
    """Crawl the briefs of news sites into wire-exact WARC files and JSON lines that name their evidence."""
