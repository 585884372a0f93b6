"""Addresses of the demo site that are no articles, as addresses.toml declares them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.demo.article import HOME

APEX = "harbour.example"
WWW = "www.harbour.example"
SPANISH = "es.harbour.example"
MEDIA = "media.harbour.example"
"""Serves pictures alone, and robots.txt of its own."""
HOSTS = (APEX, WWW, SPANISH, MEDIA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Everything declared that is no article; paths are of the apex host."""

    disallowed: tuple[str, ...]
    """What robots.txt forbids."""
    listings: tuple[str, ...]
    """Listings under an article's address."""
    statuses: dict[str, int]
    """Path -> the status it is answered with."""
    redirects: dict[str, str]
    """Path -> where its 301 leads."""


@cache
def declared_addresses() -> Addresses:
    """Return what addresses.toml declares."""
    source = resources.files("crawler.demo") / "addresses.toml"
    declared: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return Addresses(
        disallowed=tuple(declared["disallowed"]),
        listings=tuple(declared["listings"]),
        statuses=declared["statuses"],
        redirects=declared["redirects"],
    )


def moved_host(tls: bool, host: str, target: str) -> str | None:
    """Return where a request outside https://harbour.example is sent on to, or None when it is at home."""
    if host == SPANISH:
        return HOME + "es" + with_slash(target)
    if host == WWW or not tls:
        return HOME + target.removeprefix("/")
    return None


def with_slash(target: str) -> str:
    """Return the target with a slash at the end of its path."""
    path, mark, query = target.partition("?")
    return (path if path.endswith("/") else path + "/") + mark + query


def path_of(url: str) -> str | None:
    """Return the path of an address on the apex host, None for other hosts."""
    parts = urlsplit(urljoin(HOME, url))
    return parts.path if parts.hostname == APEX else None
