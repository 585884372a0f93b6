"""No site in particular: what `briefs discover` keeps of a site that has no file yet. Nothing of it is a brief."""

from __future__ import annotations

from crawler.scope import Scope
from crawler.sites.layouts import SEE_ALSO
from crawler.sites.site import Site

UNKNOWN = Site(
    name="unknown",
    label="a site without a file",
    scope=Scope(hosts=("unknown.invalid",)),
    layouts=(),
    kinds={},
    see_also=SEE_ALSO,
)
