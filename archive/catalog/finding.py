"""The capture that an address and a time name, and the original of a revisit."""

from __future__ import annotations

from archive.catalog.catalog import Catalog
from archive.cdxj import IndexedCapture
from archive.errors import CaptureNotFound
from archive.model import NOT_MODIFIED
from archive.surt import surt
from archive.timestamps import Span, parse_timestamp

_NEIGHBOURS = 2


def key_range(url: str) -> tuple[str, str]:
    """Return the first key of an address, and the first after it; `*` at its end stands for whatever comes."""
    if not url.endswith("*"):
        key = surt(url)
        return key, f"{key} "  # a key has no byte below `!`
    bare = url.rstrip("*")
    prefix = surt(bare)
    if bare.endswith(("/", "?")) and not prefix.endswith(bare[-1]):
        prefix += bare[-1]  # a key ends without them
    return prefix, f"{prefix}\x7f"


def nearest(catalog: Catalog, url: str, at: Span | None = None) -> IndexedCapture:
    """Return the newest capture of an address; of a time, the newest in it, or else the one nearest to its beginning.

    Raises CaptureNotFound with the addresses that stand next to it.
    """
    key = surt(url)
    before = catalog.before(key) if at is None else catalog.before(key, at.last)
    if before is not None and (at is None or before.timestamp >= at.first):
        return before
    after = None if at is None else catalog.after(key, at.last)
    found = before if at is None or after is None else _nearer(before, after, at)
    if found is None:
        found = after
    if found is None:
        raise CaptureNotFound(_nothing(catalog, url, key))
    return found


def original_of(catalog: Catalog, revisit: IndexedCapture) -> IndexedCapture:
    """Return the capture that holds the body of a revisit; raise CaptureNotFound when none does.

    It is looked for by record id, then by address and date, then by payload at its own address, then anywhere.
    """
    key = surt(revisit.refers_to_url) if revisit.refers_to_url else revisit.key
    there = list(catalog.with_body(key=key))
    same = list(catalog.with_body(digest=revisit.digest)) if revisit.digest else []
    named = [one for one in (*there, *same) if revisit.refers_to and one.record_id == revisit.refers_to]
    dated = [one for one in there if revisit.refers_to_date and one.date == revisit.refers_to_date]
    equal = [one for one in (*there, *same) if revisit.digest and one.digest == revisit.digest]
    earlier = [one for one in reversed(there) if one.timestamp <= revisit.timestamp and revisit.profile == NOT_MODIFIED]
    found = next(iter((*named, *dated, *equal, *earlier)), None)
    if found is None:
        named_as = revisit.refers_to or revisit.refers_to_url or revisit.url
        sentence = f"is a revisit of {named_as}, which is not in this collection"
        raise CaptureNotFound(f"{revisit.warc} at byte {revisit.offset}: {sentence}")
    return found


def _nearer(before: IndexedCapture | None, after: IndexedCapture, at: Span) -> IndexedCapture:
    if before is None:
        return after
    past = at.begin - parse_timestamp(before.timestamp)
    to_come = parse_timestamp(after.timestamp) - at.begin
    return before if past <= to_come else after


def _nothing(catalog: Catalog, url: str, key: str) -> str:
    near = [catalog.before(found) for found in catalog.keys_near(key, _NEIGHBOURS)]
    if not near:
        return f"no capture of {url}: the catalogue is empty"
    known = [capture.url for capture in near if capture is not None and not capture.url.startswith("urn:")]
    return f"no capture of {url}" + (f"; next to it in the catalogue: {', '.join(known)}" if known else "")
