"""Options that several commands share."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import click

from crawler.plan import PlanError, named_collection


def trust(ca_file: str | None) -> None:
    """Let OpenSSL trust the certificates in that file instead of the system's; raise PlanError."""
    if ca_file is None:
        return
    try:
        ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        raise PlanError(f"{ca_file}: holds no certificate that can be read, expected a PEM file of them") from error
    except OSError as error:
        raise PlanError(f"{ca_file}: cannot be read, expected a PEM file of certificates") from error
    os.environ["SSL_CERT_FILE"] = ca_file


def _named(context: click.Context, parameter: click.Parameter, folder: str) -> str:
    named_collection(folder)
    return folder


def _writable(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Return where figures are written to; raise PlanError before anything is done when they cannot be."""
    if path is not None and (path.is_dir() or not os.access(path.absolute().parent, os.W_OK | os.X_OK)):
        raise PlanError(f"{path}: cannot be written, expected a file in a folder that is there")
    return path


collection_argument = click.argument("collection", type=click.Path(), metavar="COLLECTION", callback=_named)
discover_option = click.option(
    "--discover/--no-discover", default=None, help="Ask feeds, sitemaps and the site's other sources too, or not."
)
requisites_option = click.option(
    "--requisites", is_flag=True, default=None, help="Capture what pages need to look right: styles, pictures, fonts."
)
metrics_option = click.option(
    "--metrics",
    type=click.Path(path_type=Path),
    metavar="FILE.prom",
    callback=_writable,
    help="Write figures for Prometheus' textfile collector.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
