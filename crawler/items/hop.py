"""How a page was come by."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Fields
from archive.model import field as field_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """How a page was come by; stored in the metadata record of each of its captures."""

    seed: str
    """The seed it came from."""
    via: str | None = None
    """The page that linked or redirected here; None for a seed."""
    hops: str = ""
    """`L` a related link, `R` a redirect, `M` a feed or sitemap, `E` what a page or a style sheet needs to look right,
    in order; empty for a seed. A source has the `M` itself, and the pages that it names share it."""
    source: str | None = None
    """What a source is asked as: `feed`, `sitemap`, `listing/2` for a listing's second page, …; None for a page."""

    def fields(self) -> Fields:
        """Return it as the named fields of a metadata record."""
        via = (("via", self.via),) if self.via else ()
        source = (("source", self.source),) if self.source else ()
        return (*via, ("hopsFromSeed", self.hops), ("seed", self.seed), *source)

    @classmethod
    def from_fields(cls, fields: Fields) -> Hop | None:
        """Return what a metadata record says, or None when it names no seed."""
        seed = field_of(fields, "seed")
        if seed is None:
            return None
        hops, source = field_of(fields, "hopsFromSeed") or "", field_of(fields, "source")
        return cls(seed=seed, via=field_of(fields, "via"), hops=hops, source=source)

    def step(self, letter: str, via: str) -> Hop:
        """Return the hop of a page that `via` leads to."""
        return Hop(seed=self.seed, via=via, hops=self.hops + letter)

    @property
    def links(self) -> int:
        """How many related links lie between the seed and here; redirects do not count."""
        return self.hops.count("L")

    @property
    def is_requisite(self) -> bool:
        """Whether it was asked only for what a page needs to look right: it is stored, and never read as a page."""
        return "E" in self.hops

    @property
    def is_source(self) -> bool:
        """Whether it was asked for the addresses that it names: it is stored, and never read as a page."""
        return self.source is not None

    @property
    def is_page(self) -> bool:
        """Whether it was asked to be read as a page."""
        return not self.is_requisite and not self.is_source
