"""The sites that this project knows: one small file each, found by its `SITE`."""

from crawler.sites.registry import get_site, site_names
from crawler.sites.site import Layout, Site, Source, UnknownSite

__all__ = ["Layout", "Site", "Source", "UnknownSite", "get_site", "site_names"]
