"""What a crawl is asked to do, checked before anything is made or fetched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.collection import Collection
from archive.errors import ArchiveError
from crawler import __version__
from crawler.sites import Site, get_site

SOFTWARE = f"brief-archive/{__version__}"


def check_whole(name: str, value: object, lowest: int, highest: int) -> None:
    """Raise PlanError for the value of a setting that is no whole number between the two."""
    if not str(value).isdecimal() or not lowest <= int(str(value)) <= highest:
        raise PlanError(f"{name} is {value}, expected a whole number from {lowest} to {highest}")


class PlanError(ArchiveError):
    """A crawl that cannot be done as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """An address to start from, and where it was found."""

    address: str
    place: str
    """`FILE line 3:`, or `seed`; a message begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a crawl goes from its seeds."""

    max_pages: int = 0
    """How many pages are asked at the most; 0 for no limit."""
    max_hops: int = 0
    """How many related links may lie between a seed and a page; 0 for no limit."""
    translations: bool = False
    """Whether declared translations are followed too."""
    requisites: bool | None = None
    """Whether what a page needs to look right is captured too; None for what the collection keeps."""
    scripts: bool | None = None
    """Whether scripts are captured with it; None for what the collection keeps."""
    discover: bool | None = None
    """Whether feeds, sitemaps and the site's other sources are asked; None for what the collection keeps, or the site's
    own choice."""
    recrawl: bool = False
    """Whether every known page is asked again, as far as it changed."""
    older_than: float | None = None
    """Seconds after which a known page is asked again; None for the site's own."""

    def __post_init__(self) -> None:
        """Raise PlanError for a limit that is none."""
        for name in ("max_pages", "max_hops"):
            if getattr(self, name) < 0:
                raise PlanError(f"{name.replace('_', '-')} is {getattr(self, name)}, expected 0 (no limit) or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One crawl: of which site, into which collection, from which seeds, how far."""

    site: Site
    collection: Collection
    seeds: tuple[str, ...]
    """Canonical addresses, each inside the site's scope."""
    contact: str
    """A web address or a mail address under which the operator can be reached."""
    reach: Reach = Reach()

    def due_before(self, now: float, default: float) -> float | None:
        """Return the moment before which a known page must have been asked to be due; None when none is."""
        if self.reach.recrawl:
            return now
        age = self.reach.older_than if self.reach.older_than is not None else default
        return now - age if age > 0 else None

    def collection_settings(self) -> dict[str, object]:
        """Return what collection.toml says of a collection that this crawl begins."""
        reach = {name: getattr(self.reach, name) for name in ("max_pages", "max_hops", "translations")}
        reach |= {name: True for name in _KEPT_CHOICES if getattr(self.reach, name)}
        if self.reach.discover != discovers(self.site):
            reach["discover"] = bool(self.reach.discover)
        return {
            "site": self.site.name,
            "contact": self.contact,
            "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "software": SOFTWARE,
            "seeds": list(self.seeds),
            "reach": reach,
        }

    @property
    def user_agent(self) -> str:
        """The honest name that the crawl goes by."""
        return f"{SOFTWARE} (+{self.contact})"


def software_used() -> str:
    """Return this software and what it captures with, each as name/version."""
    parts = (f"{name}/{metadata.version(name)}" for name in ("scrapy", "twisted", "warcio"))
    return " ".join([SOFTWARE, *parts])


def make_plan(
    site: str,
    collection: str | os.PathLike[str],
    contact: str,
    seeds: Iterable[str | Seed] = (),
    reach: Reach | None = None,
) -> Plan:
    """Return the plan; raise PlanError or UnknownSite with one sentence that says what is wrong.

    Seeds and contact that are not given are the collection's own; a new one begins at the project's seeds of the site.
    """
    known_site = get_site(site)
    places = named_collection(collection)
    check_folder(places)
    kept = places.settings() if places.exists() else {}
    if kept and kept.get("site") != site:
        raise PlanError(f"{places.root}: is a collection of {kept.get('site')}, expected one of {site}")
    contact = contact or str(kept.get("contact", ""))
    check_contact(contact)
    given = list(seeds) or list(kept.get("seeds", ())) or read_seeds(seeds_of(site))
    return Plan(
        site=known_site,
        collection=places,
        seeds=_checked_seeds(known_site, given),
        contact=contact,
        reach=_discovering(_kept_reach(reach or Reach(), kept.get("reach", {})), kept.get("reach", {}), known_site),
    )


_KEPT_CHOICES = ("requisites", "scripts")


def _kept_reach(given: Reach, kept: Mapping[str, Any]) -> Reach:
    """Return the reach with each choice that was not made now as it was made last; scripts come with the rest."""
    said = {name: getattr(given, name) for name in _KEPT_CHOICES}
    choices = {name: bool(kept.get(name)) if choice is None else choice for name, choice in said.items()}
    choices["requisites"] = choices["requisites"] or (said["requisites"] is None and bool(said["scripts"]))
    return replace(given, requisites=choices["requisites"], scripts=choices["requisites"] and choices["scripts"])


def _discovering(reach: Reach, kept: Mapping[str, Any], site: Site) -> Reach:
    """Return the reach with what was chosen last about sources, where nothing was chosen now."""
    choice = kept.get("discover") if reach.discover is None else reach.discover
    return replace(reach, discover=discovers(site) if choice is None else bool(choice))


def discovers(site: Site) -> bool:
    """Return whether a site's sources are asked when nobody chose: where its file names some, unless it says no."""
    return bool(site.settings.get("DISCOVER", bool(site.sources)))


def named_collection(folder: str | os.PathLike[str]) -> Collection:
    """Return the places in that folder; raise PlanError for an empty name, which would mean the current folder."""
    if not os.fspath(folder):
        raise PlanError("collection is '', expected the path of a folder")
    return Collection(Path(folder))


def check_contact(contact: str) -> None:
    """Raise PlanError unless a site's operator could reach somebody under that contact."""
    parts = urlsplit(contact) if contact.isprintable() and " " not in contact else None
    is_address = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)
    name, at, host = contact.partition("@")
    is_mail = parts is not None and not is_address and bool(name and at and "." in host) and "@" not in host
    if not (is_address or is_mail) or any(letter in contact for letter in '()<>"'):
        raise PlanError(
            f"contact is {contact!r}, expected a web address or a mail address under which the sites' operators "
            "can reach you (--contact, or the setting CONTACT)"
        )


def check_folder(collection: Collection) -> None:
    """Raise PlanError unless the collection can be written and is one, or is not there yet, or is an empty folder."""
    root = collection.root
    if root.exists() and not root.is_dir():
        raise PlanError(f"{root}: is a file, expected a folder for the collection")
    if root.is_dir() and not collection.exists() and any(root.iterdir()):
        raise PlanError(f"{root}: is neither empty nor a collection (no collection.toml), expected one or the other")
    standing = next(folder for folder in (root.absolute(), *root.absolute().parents) if folder.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        raise PlanError(f"{standing}: cannot be written, expected a folder that can hold the collection")


def parse_age(text: str) -> float:
    """Return the seconds that `90m`, `12h`, `7d` or `2w` stand for; raise PlanError."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isascii() or not number.isdigit() or not int(number):
        raise PlanError(f"age is {text!r}, expected a whole number and s, m, h, d or w, such as 7d")
    return int(number) * float(units[unit])


def seeds_of(site: str) -> Path:
    """Return the seed file that comes with the project for that site; it need not exist."""
    inside = Path(str(resources.files("crawler"))) / "seeds"
    folder = inside if inside.is_dir() else inside.parent.parent / "seeds"
    return folder / f"{site}.txt"


def read_seeds(path: Path) -> list[Seed]:
    """Return the addresses of a seed file: one a line, blank lines and lines that begin with `#` left out."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise PlanError(f"{path}: seed file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise PlanError(f"{path} at byte {error.start}: seed file is not UTF-8") from error
    numbered = [(number, line.strip()) for number, line in enumerate(lines, 1)]
    seeds = [(number, line) for number, line in numbered if line and not line.startswith("#")]
    for number, line in seeds:
        if not line.startswith(("http://", "https://")) or len(line.split()) > 1:
            raise PlanError(f"{path} line {number}: found {line[:80]!r}, expected one web address a line")
    if not seeds:
        raise PlanError(f"{path}: holds no address, expected one web address a line")
    return [Seed(address=line, place=f"{path} line {number}:") for number, line in seeds]


def _checked_seeds(site: Site, seeds: Iterable[str | Seed]) -> tuple[str, ...]:
    checked: dict[str, None] = {}
    for given in seeds:
        seed = Seed(address=given, place="seed") if isinstance(given, str) else given
        verdict = site.scope.judge(seed.address)
        address = site.scope.canonical(seed.address)
        if not verdict.in_scope or address is None:
            raise PlanError(
                f"{seed.place} {seed.address!r} is out of the scope of {site.name}: {verdict.rule}, "
                "expected an article's address"
            )
        checked[address] = None
    return tuple(checked)
