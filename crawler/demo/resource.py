"""What stands behind one address: status, fields and body, before framing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from archive.model import Fields, field
from crawler.demo.served import Request

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 405: "Method Not Allowed"}
REASONS |= {400: "Bad Request", 410: "Gone", 500: "Internal Server Error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One answer, unframed."""

    status: int = 200
    media_type: str = "text/html; charset=UTF-8"
    fields: Fields = ()
    """What to say beyond type and length."""
    body: bytes = b""
    framing: str = "plain"
    """A name from framing.FRAMINGS."""
    coding: str | None = None
    """Content coding offered to clients that accept it: `gzip` or `br`."""
    etag: str | None = None
    """A strong validator of the body, quoted; with `last_modified`, or neither."""
    last_modified: datetime | None = None

    @property
    def reason(self) -> str:
        """Return the reason phrase."""
        return REASONS[self.status]


def etag_of(body: bytes) -> str:
    """Return a strong validator of that body."""
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def validators(resource: Resource) -> Fields:
    """Return ETag and Last-Modified, for resources that have them."""
    if resource.etag is None or resource.last_modified is None:
        return ()
    return (
        ("ETag", resource.etag),
        ("Last-Modified", format_datetime(resource.last_modified.astimezone(UTC), usegmt=True)),
        ("Cache-Control", "max-age=300, must-revalidate"),
    )


def is_unchanged(resource: Resource, request: Request) -> bool:
    """Tell whether the request's own copy still is what the resource says."""
    if resource.etag is None or resource.last_modified is None:
        return False
    # RFC 9110 13.1.3: where If-None-Match is present, If-Modified-Since is ignored.
    if (tags := field(request.fields, "if-none-match")) is not None:
        return tags.strip() == "*" or resource.etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    since = field(request.fields, "if-modified-since")
    return since is not None and not is_later(resource.last_modified, since)


def is_later(moment: datetime, than: str) -> bool:
    """Compare with an HTTP date; one that can't be read is long past."""
    try:
        return moment.replace(microsecond=0) > parsedate_to_datetime(than)
    except (TypeError, ValueError):
        return True
