"""The parts that a collection is packed in: one, or one a year, or as many as a size makes of it.

A WARC file is never cut. A part by year can be handed over alone, so it holds the files of that year and, once more,
the earlier ones whose payloads its revisits repeat. Parts by size belong together: each names those that it needs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archive.catalog import Catalog
from archive.cdxj import IndexedCapture
from archive.errors import TimestampError
from archive.model import NOT_MODIFIED
from archive.surt import surt
from archive.timestamps import parse_warc_date, timestamp14
from archive.wacz.contents import Contents, Warc


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one package holds."""

    label: str = ""
    """What its file name ends in: `2024`, `00001`, or nothing for the only one."""
    own: tuple[Warc, ...]
    """The WARC files that it is about: the pages and lines are theirs."""
    repeated: tuple[Warc, ...] = ()
    """Files of other parts that its revisits need."""
    notes: tuple[str, ...] = ()
    """Sentences on what lies in other parts."""
    requires: tuple[str, ...] = ()
    """Labels of the parts without which some of its revisits do not replay."""

    @property
    def warcs(self) -> tuple[Warc, ...]:
        """All its WARC files, in the order of their serials."""
        return self.repeated + self.own


@dataclass(slots=True)
class References:
    """Which WARC files the revisits of each lead to, and when each begins."""

    years: dict[str, str] = field(default_factory=dict)
    """Of the first capture in each."""
    needed: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Revisits that replay: their originals' files, with how often; an empty name stands for originals not found."""
    mentioned: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """304s, which replay nothing: the files of what they say is unchanged."""

    @classmethod
    def read(cls, catalog: Catalog) -> References:
        """Return those of all captures, in memory that grows with the files and not with the captures."""
        references = cls()
        for capture in catalog.between():
            references.years.setdefault(capture.warc, capture.timestamp[:4])
            if capture.type == "revisit":
                original = _original(catalog, capture)
                kind = references.mentioned if capture.profile == NOT_MODIFIED else references.needed
                kind[capture.warc][original.warc if original else ""] += 1
        return references

    def closure(self, names: Sequence[str]) -> set[str]:
        """Return the files that those need, and the ones that these need, without those given."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            for name in self.needed.get(waiting.pop(), ()):
                if name and name not in found:
                    found.add(name)
                    waiting.append(name)
        return found - set(names)


def one_part(contents: Contents) -> Part:
    """Return everything as one part."""
    return Part(own=contents.warcs)


def parts_by_year(contents: Contents, catalog: Catalog) -> list[Part]:
    """Return a part for each year in which a WARC file has its first capture; each replays by itself."""
    references = References.read(catalog)
    years: defaultdict[str, list[Warc]] = defaultdict(list)
    for warc in contents.warcs:
        years[references.years.get(warc.name) or _year_of_name(warc)].append(warc)
    labels = {warc.name: year for year, warcs in years.items() for warc in warcs}
    parts = []
    for year, own in sorted(years.items()):
        names = [warc.name for warc in own]
        repeated = tuple(warc for warc in contents.warcs if warc.name in references.closure(names))
        # What stands in the package itself, repeated or not, counts as its own.
        here = labels | dict.fromkeys([warc.name for warc in repeated], year)
        notes = _notes(references, names, here, year)
        parts.append(Part(label=year, own=tuple(own), repeated=repeated, notes=tuple(notes)))
    return parts


def parts_by_size(contents: Contents, catalog: Catalog, size: int, weights: Mapping[str, int]) -> list[Part]:
    """Return parts of consecutive WARC files, each at most `size` by those weights unless it is one file alone."""
    references = References.read(catalog)
    groups = list(_fill(contents.warcs, size, weights))
    labels = {warc.name: f"{number:05}" for number, group in enumerate(groups, 1) for warc in group}
    parts = []
    for group in groups:
        names = [warc.name for warc in group]
        label = labels[names[0]]
        needed = _count(references.needed, names, labels)
        notes = (f"Part {int(label)} of {len(groups)}.", *_notes(references, names, labels, label))
        requires = tuple(sorted(needed.keys() - {label, ""}))
        parts.append(Part(label=label, own=tuple(group), notes=notes, requires=requires))
    return parts


def _fill(warcs: Sequence[Warc], size: int, weights: Mapping[str, int]) -> Iterator[list[Warc]]:
    group: list[Warc] = []
    weight = 0
    for warc in warcs:
        if group and weight + weights[warc.name] > size:
            yield group
            group, weight = [], 0
        group.append(warc)
        weight += weights[warc.name]
    yield group


def _notes(references: References, names: Sequence[str], labels: Mapping[str, str], own: str) -> Iterator[str]:
    """Yield a sentence on each other part that captures of those files refer to."""
    for label, count in sorted(_count(references.needed, names, labels).items()):
        if not label:
            yield f"{count} of its revisits do not replay: their originals are in no WARC file that is packed."
        elif label != own:
            yield f"{count} of its revisits replay only with part {label} at hand."
    for label, count in sorted(_count(references.mentioned, names, labels).items()):
        if label != own:
            where = f"in part {label}" if label else "in no WARC file that is packed"
            yield f"{count} of its captures are answers 304 (not modified) to pages that are {where}."


def _count(kind: Mapping[str, Counter[str]], names: Sequence[str], labels: Mapping[str, str]) -> Counter[str]:
    """Return how many references of those files lead to each part; to an empty label, to none."""
    count: Counter[str] = Counter()
    for name in names:
        for other, number in kind.get(name, Counter[str]()).items():
            count[labels.get(other, "")] += number
    return count


def _original(catalog: Catalog, capture: IndexedCapture) -> IndexedCapture | None:
    """Return the capture that a revisit names, found as players find it: by its address and date, else its digest."""
    try:
        at = timestamp14(parse_warc_date(capture.refers_to_date))
        key = surt(capture.refers_to_url)
        same = catalog.between(at, at, keys=(key, key + "\0"))
        found = next((other for other in same if other.type != "revisit"), None)
    except TimestampError:
        found = None
    if found is None and capture.digest:
        found = next(catalog.with_body(digest=capture.digest), None)
    return found


def _year_of_name(warc: Warc) -> str:
    """Return the year in SITE-TIMESTAMP-SERIAL.warc.gz, for a file that holds no capture."""
    digits = warc.name.split("-")[-2:-1]
    return digits[0][:4] if digits and digits[0][:4].isdigit() else "undated"
