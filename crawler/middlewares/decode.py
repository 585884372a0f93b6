"""Content codings, removed by the archive's own decoder: a rebuild from the WARCs reads the very same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.responsetypes import responsetypes

from archive.coding import decode
from archive.errors import MessageError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

UNDECODABLE = "undecodable"
"""Flag of a response whose body could not be decoded and is left as it came."""


class DecodeMiddleware:
    """Stands in the place of Scrapy's HttpCompressionMiddleware."""

    def __init__(self, crawler: Crawler) -> None:
        self._max_size = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecodeMiddleware:
        """Return the middleware of that crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response with its body decoded, or flagged where that cannot be done."""
        codings = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not codings or not response.body:
            return response
        try:
            decoded = decode(response.body, codings, max_size=self._max_size)
        except MessageError as error:
            self._stats.inc_value("decode/failed")
            return response.replace(flags=[*response.flags, f"{UNDECODABLE}: {error}"])
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        plain = responsetypes.from_args(headers=headers, url=response.url, body=decoded.body)
        return response.replace(cls=plain, headers=headers, body=decoded.body)
