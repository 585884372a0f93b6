"""What a page or a style sheet needs to look right, as addresses to be asked; nothing of it is ever read as a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from w3lib.encoding import http_content_type_encoding

from archive.coding import decode
from archive.errors import MessageError
from archive.message import Head
from crawler.extract import Page, as_asked, find_requisites, find_style_requisites
from crawler.frontier.backend import PAGE_LIMIT, PENDING, REQUISITE_LEFT_OUT, NewUrl
from crawler.items import Hop
from crawler.plan import Reach

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_MOST_REDIRECTS = 5
_DEEPEST = 5
"""How many style sheets may bring each other, one after the other."""


class Requisites:
    """Tells what is asked for a page's looks; nothing at all where the reach leaves it out."""

    def __init__(self, reach: Reach, *, most: int) -> None:
        """`most` are the requisites of one page, or of one style sheet; 0 for no limit."""
        self._reach = reach
        self._most = most

    def of_page(self, page: Page, url: str, hop: Hop) -> list[NewUrl]:
        """Return what a page needs."""
        if not self._reach.requisites:
            return []
        return self._within_limits(find_requisites(page, scripts=bool(self._reach.scripts)), hop.step("E", url))

    def of_payload(self, payload: bytes, head: Head, url: str, hop: Hop, *, max_size: int) -> list[NewUrl]:
        """Return what a requisite needs that came whole: nothing, unless it is a style sheet."""
        content_type = head.values("content-type")[-1:]
        if not self._reach.requisites or not is_style_sheet(content_type, url):
            return []
        try:
            sheet = decode(payload, head.joined("content-encoding"), max_size=max_size).body
        except MessageError:
            return []
        charset = http_content_type_encoding(content_type[0].decode("latin-1")) if content_type else None
        return self._within_limits(find_style_requisites(sheet, url=url, charset=charset), hop.step("E", url))

    def of_redirect(self, target: str, url: str, hop: Hop) -> list[NewUrl]:
        """Return what a requisite's redirect leads to: nothing, where it is no address to be asked."""
        address = as_asked(target)
        if address is None:
            return []
        is_last = hop.hops.endswith("R" * _MOST_REDIRECTS)
        state = f"{REQUISITE_LEFT_OUT}: too many redirects" if is_last else PENDING
        return [NewUrl(address=address, hop=hop.step("R", url), state=state)]

    def _within_limits(self, addresses: Iterable[str], hop: Hop) -> list[NewUrl]:
        if hop.hops.count("E") > _DEEPEST:
            return [NewUrl(address=address, hop=hop, state=f"{REQUISITE_LEFT_OUT}: too deep") for address in addresses]
        return [
            NewUrl(address=address, hop=hop, state=PAGE_LIMIT if self._most and number > self._most else PENDING)
            for number, address in enumerate(addresses, 1)
        ]


def is_style_sheet(content_type: list[bytes], url: str) -> bool:
    """Return whether a response is CSS: by its Content-Type, or where it has none by its address."""
    if content_type:
        return content_type[0].partition(b";")[0].strip().lower() == b"text/css"
    return url.partition("?")[0].lower().endswith(".css")


def limits_by(settings: BaseSettings) -> dict[str, float]:
    """Return the size and the time of one requisite, as the meta of its request has them."""
    size = settings.getint("REQUISITES_MAX_SIZE") or settings.getint("DOWNLOAD_MAXSIZE")
    timeout = settings.getfloat("REQUISITES_TIMEOUT") or settings.getfloat("DOWNLOAD_TIMEOUT")
    return {"download_maxsize": size, "download_timeout": timeout}
