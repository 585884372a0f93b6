"""Options that several commands share, and how they become settings."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from crawler.plan import PlanError


def scrapy_settings(pairs: Iterable[str]) -> dict[str, object]:
    """Return `-s NAME=VALUE` pairs as settings; raise PlanError for one without a name or `=`."""
    settings: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name.isupper() and equals):
            raise PlanError(f"-s {pair!r}: expected NAME=VALUE with a setting's name in capitals")
        settings[name] = value
    return settings


def trust(ca_file: str | None) -> None:
    """Let OpenSSL trust the certificates in that file instead of the system's; raise PlanError."""
    if ca_file is None:
        return
    if not os.access(ca_file, os.R_OK):
        raise PlanError(f"{ca_file}: cannot be read, expected a PEM file of certificates")
    os.environ["SSL_CERT_FILE"] = ca_file


collection_argument = click.argument("collection", type=click.Path(), metavar="COLLECTION")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
