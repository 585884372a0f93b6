"""From a captured page to an item: the one way that the live crawl and a rebuild share.

The body's codings are removed by `archive.coding.decode` before; normalising and validating come after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote_from_bytes, urldefrag, urljoin

from archive.coding import decode
from archive.errors import MessageError
from archive.message import Head
from crawler.blocking import BLOCKED, Block, find_block, is_judged
from crawler.extract import Page, extract, parse
from crawler.items import Brief, Rejection
from crawler.sites import Site

UNDECODABLE = "undecodable"
"""Reason of the rejection of a page whose content coding cannot be removed."""
_ASCII = "".join(map(chr, range(0x80)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """The circumstances of one capture that its reading depends on; all of them stand in the WARC."""

    url: str
    """The address asked."""
    head: Head
    """Of the response, as received."""
    at: datetime
    """When the capture began, to the second."""
    robots_txt: str | None = None
    """What robots.txt said of the address: `allowed`; None where it was not asked."""
    robots_txt_disallows: str | None = None
    """The AI crawlers that it turned away from the address by name."""


def is_readable(status: int, truncated: str | None) -> bool:
    """Return whether a response is a page to be read: a whole 2xx; anything else is told by its status alone."""
    return 200 <= status < 300 and truncated is None


def location_of(url: str, head: Head) -> str | None:
    """Return where a redirect leads, absolute and without fragment; None when nowhere, or the address is malformed."""
    values = head.values("location")
    if not 300 <= (head.status or 0) < 400 or head.status == 304 or not any(values):
        return None
    # Servers put UTF-8 there, against RFC 9110 10.2.2: its bytes are escaped, as browsers do.
    location = quote_from_bytes(next(filter(None, values)), safe=_ASCII)
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError:
        return None


def parse_body(body: bytes, captured: Captured) -> Page:
    """Return the page that a body without codings holds; whatever the bytes, a Page comes back."""
    return parse(body, url=captured.url, content_type=_content_type(captured.head))


def read_body(body: bytes | Page, captured: Captured, site: Site) -> Brief | Rejection:
    """Return the brief of a body without codings, or the reason why it holds none."""
    page = body if isinstance(body, Page) else parse_body(body, captured)
    block = find_block(captured.head, page)
    if block is not None:
        return _blocked(captured, block, site)
    item = extract(page, url=captured.url, captured_at=captured.at, site=site, headers=header_pairs(captured.head))
    if isinstance(item, Rejection):
        block = find_block(captured.head, page, is_article=False)
        return item if block is None else _blocked(captured, block, site)
    rights = replace(item.rights, robots_txt=captured.robots_txt, robots_txt_disallows=captured.robots_txt_disallows)
    return replace(item, rights=rights)


def read_payload(payload: bytes, captured: Captured, site: Site, *, max_size: int) -> Brief | Rejection:
    """Return what is read of a payload whose content coding still stands; nothing over `max_size` bytes is read."""
    try:
        body = decode(payload, captured.head.joined("content-encoding"), max_size=max_size).body
    except MessageError as error:
        return undecodable(captured.url, str(error), site)
    return read_body(body, captured, site)


def read_refusal(payload: bytes, captured: Captured, site: Site, *, max_size: int) -> Rejection | None:
    """Return the rejection of a response that is no page, where a rule of blocked pages knows it; else None.

    A body whose coding cannot be removed says nothing; its head may.
    """
    if captured.head.status is None or not is_judged(captured.head.status):
        return None
    try:
        body = decode(payload, captured.head.joined("content-encoding"), max_size=max_size).body
    except MessageError:
        body = b""
    block = find_block(captured.head, parse_body(body, captured))
    return None if block is None else _blocked(captured, block, site)


def _blocked(captured: Captured, block: Block, site: Site) -> Rejection:
    return _rejected(captured.url, f"{BLOCKED}: {block.reason}", f"rule {block.rule}: {block.evidence}", site)


def undecodable(url: str, sentence: str, site: Site) -> Rejection:
    """Return the rejection of a page whose content coding cannot be removed, for the reason in the sentence."""
    return _rejected(url, UNDECODABLE, sentence, site)


def unread(url: str, sentence: str, site: Site) -> Rejection:
    """Return the rejection of a page that could not be read by a mistake of ours."""
    return _rejected(url, "error", sentence, site)


def _rejected(url: str, reason: str, detail: str, site: Site) -> Rejection:
    canonical = site.scope.canonical(url) or url
    return Rejection(url=canonical, captured_url=url, site=site.name, reason=reason, detail=detail)


def _content_type(head: Head) -> str | None:
    # The last of several, as Scrapy and the Fetch standard (2.2.2, extract a MIME type) take it.
    values = head.values("content-type")
    return values[-1].decode("latin-1") if values else None


def header_pairs(head: Head) -> list[tuple[str, str]]:
    """Return the header fields as text, a repeated one as often as it came."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.fields]
