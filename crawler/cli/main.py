"""`briefs`: its commands, and what their exit codes mean."""

from __future__ import annotations

import os
import signal
import sys

import click

from archive.errors import ArchiveError
from crawler import __version__
from crawler.cli.captures import get, list_captures
from crawler.cli.crawl import crawl
from crawler.cli.demo import demo
from crawler.cli.explain import explain
from crawler.cli.importing import import_files
from crawler.cli.index import index
from crawler.cli.pack import pack
from crawler.cli.reading import history, retry, schema, show, sites, status
from crawler.cli.rebuild import rebuild
from crawler.cli.recover import recover
from crawler.cli.replay import replay
from crawler.cli.verify import verify

EXIT_CODES = """
\b
Exit codes:
  0    done; 404, 410, rejected and refused pages are outcomes, not problems
  1    an address failed, was blocked or parked, a robots.txt could not be had, a crawl broke off, a
       rebuild differs, or verify finds an error
  2    wrong usage, bad input, or a collection that another process is writing to
  130  stopped by SIGINT (Ctrl-C)
  141  the reader of the output went away (SIGPIPE)
  143  stopped by SIGTERM
"""


class _Group(click.Group):
    """Turns this project's errors into one sentence on standard error and exit code 2, signals into their codes."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return self._invoke_and_flush(ctx)
        except ArchiveError as error:
            click.echo(f"briefs: {error}", err=True)
            sys.exit(2)
        except BrokenPipeError:
            # What is left in the buffer would raise once more when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(128 + signal.SIGPIPE)
        except KeyboardInterrupt:
            sys.exit(128 + signal.SIGINT)

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
    explain,
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
    verify,
):
    main.add_command(command)
