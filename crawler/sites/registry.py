"""Find the site files of this package; a new file is all that a new site takes."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import crawler.sites
from crawler.sites.site import Site, UnknownSite
from crawler.sites.unknown import UNKNOWN


def get_site(name: str) -> Site:
    """Return the site of that name; raise UnknownSite, which lists the known ones.

    One name is on no list: that of what `briefs discover` keeps.
    """
    if name == UNKNOWN.name:
        return UNKNOWN
    sites = _sites()
    if name not in sites:
        raise UnknownSite(name, tuple(sites))
    return sites[name]


def site_names() -> tuple[str, ...]:
    """Return the names of all sites, sorted."""
    return tuple(_sites())


@cache
def _sites() -> MappingProxyType[str, Site]:
    """Import each module of the package once and keep those that define a `SITE`."""
    modules = [
        import_module(f"{crawler.sites.__name__}.{found.name}") for found in iter_modules(crawler.sites.__path__)
    ]
    sites = [module.SITE for module in modules if isinstance(getattr(module, "SITE", None), Site)]
    return MappingProxyType({site.name: site for site in sorted(sites, key=lambda site: site.name)})
