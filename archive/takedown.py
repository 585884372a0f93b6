"""The two records that a takedown leaves: what they say, and how they are told from others.

A `Removal` stands in the very bytes where the records of an exchange stood, and names their leaves, so that the root
over the run that wrote them can be made again. A `Takedown` says of all that was taken down together what and why.
Both are metadata records with a field of our own, WARC-Takedown: the id of the takedown's record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive.model import Fields
from archive.model import field as field_of

FIELD = "WARC-Takedown"
"""The named field that both records have."""

_LEAF = re.compile(r"[0-9a-f]{64}", re.ASCII)
_OF_HOP = ("via", "hopsFromSeed", "seed", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What is left of an exchange: nothing of what came, all that the lines of other works depend on."""

    takedown: str
    """Id of the takedown's record, without angle brackets."""
    leaves: tuple[str, ...]
    """Hex sha256 of each record that stood here, in their order."""
    work: str | None = None
    """The work that the page was of; None when it was of none, and on all but the page."""
    version: int | None = None
    """The version that was read from it; None when it made no line."""
    language: str | None = None
    """Of the brief that was read from it; None when it was no brief."""
    declared: tuple[str, ...] = ()
    """The addresses that the page gave for its own, its canonical one first."""
    location: str | None = None
    """Where it redirected to."""
    hop: Fields = ()
    """via, hopsFromSeed, seed and source, as the exchange's metadata record had them."""

    def fields(self) -> Fields:
        """Return it as the block of a metadata record."""
        said = (
            ("work", self.work),
            ("version", None if self.version is None else str(self.version)),
            ("language", self.language),
            *(("declared", url) for url in self.declared),
            ("location", self.location),
        )
        leaves = (("leaf", leaf) for leaf in self.leaves)
        return (*((name, value) for name, value in said if value is not None), *self.hop, *leaves)

    @classmethod
    def read(cls, takedown: str, fields: Fields) -> Removal:
        """Return what such a block says."""
        version = field_of(fields, "version")
        return cls(
            takedown=takedown,
            leaves=tuple(value for value in _values(fields, "leaf") if _LEAF.fullmatch(value)),
            work=field_of(fields, "work"),
            version=_number(version),
            language=field_of(fields, "language"),
            declared=tuple(_values(fields, "declared")),
            location=field_of(fields, "location"),
            hop=tuple((name, value) for name in _OF_HOP if (value := field_of(fields, name)) is not None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """One place where records were taken out, as the takedown's record lists it."""

    warc: str
    """File name inside archive/."""
    offset: int
    leaf: str
    """Hex sha256 of the `Removal` that stands there."""

    def __str__(self) -> str:
        """Return it as it stands in the record."""
        return f"{self.warc} {self.offset} {self.leaf}"

    @classmethod
    def parse(cls, text: str) -> Removed | None:
        """Return what such a text says; None when it says nothing."""
        place, _, leaf = text.rpartition(" ")
        warc, _, offset = place.rpartition(" ")
        is_whole = offset.isascii() and offset.isdigit() and _LEAF.fullmatch(leaf)
        return cls(warc=warc, offset=int(offset), leaf=leaf) if is_whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """What was taken down together, and why."""

    run: str
    """The takedown is a run of its own, with a root in the chain."""
    url: str
    """Canonical address of the work; of what is no work, the address."""
    reason: str
    addresses: tuple[str, ...]
    """Every address that is not asked again, `url` among them."""
    removed: tuple[Removed, ...]
    work: str | None = None
    versions: int = 0
    """The newest version that the work had."""
    kind: str = ""
    language: str = ""
    looks_of: str | None = None
    """The page that alone needed it to look right; None for what was asked to be read."""

    def fields(self) -> Fields:
        """Return it as the block of a metadata record."""
        of_work = (
            ("work", self.work),
            ("versions", str(self.versions)),
            ("kind", self.kind),
            ("language", self.language),
        )
        addresses = (("address", address) for address in self.addresses)
        removed = (("removed", str(one)) for one in self.removed)
        said: Fields = (("run", self.run), ("reason", self.reason), ("url", self.url))
        if self.work is not None:
            said += tuple((name, value or "") for name, value in of_work)
        if self.looks_of is not None:
            said += (("hopsFromSeed", "E"), ("seed", self.looks_of))
        return (*said, *addresses, *removed)

    @classmethod
    def read(cls, fields: Fields) -> Takedown:
        """Return what such a block says."""
        removed = (Removed.parse(value) for value in _values(fields, "removed"))
        return cls(
            run=field_of(fields, "run") or "",
            url=field_of(fields, "url") or "",
            reason=field_of(fields, "reason") or "",
            addresses=tuple(_values(fields, "address")),
            removed=tuple(one for one in removed if one is not None),
            work=field_of(fields, "work"),
            versions=_number(field_of(fields, "versions")) or 0,
            kind=field_of(fields, "kind") or "",
            language=field_of(fields, "language") or "",
            looks_of=field_of(fields, "seed"),
        )


def is_of_takedown(headers: Fields) -> bool:
    """Say whether named fields are those of a record that a takedown left."""
    return field_of(headers, "WARC-Type") == "metadata" and field_of(headers, FIELD) is not None


def read_takedown(headers: Fields, fields: Fields) -> Removal | Takedown:
    """Return what a takedown's record says; `fields` are those of its block."""
    takedown = (field_of(headers, FIELD) or "").strip("<>")
    own = (field_of(headers, "WARC-Record-ID") or "").strip("<>")
    return Takedown.read(fields) if takedown == own else Removal.read(takedown, fields)


def counted_leaves(headers: Fields, fields: Fields, own: str) -> str:
    """Return the hex leaves by which a record counts in its run's root, one behind the other: its own one, mostly.

    A removal counts by the leaves of the records that stood there.
    """
    if not is_of_takedown(headers):
        return own
    found = read_takedown(headers, fields)
    return "".join(found.leaves) if isinstance(found, Removal) and found.leaves else own


def _values(fields: Fields, name: str) -> Iterator[str]:
    return (value for key, value in fields if key.lower() == name)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
