"""The download handler: Scrapy's own HTTP/1.1 handler, with every exchange on its way into the archive."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.misc import load_object

from archive.model import FailedFetch, Fields
from crawler.capture.causes import Cause, cause_of, truncation_of
from crawler.capture.connect import parse_connect_to, redirect_endpoint
from crawler.capture.guard import Guard, named_hosts
from crawler.capture.recording import Recording
from crawler.capture.wire import WirePool, attempts, missing_hooks, versions
from crawler.frontier.backend import host_of
from crawler.items import Hop
from crawler.plan import PlanError
from crawler.run import Run

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings


class CaptureDownloadHandler(HTTP11DownloadHandler):
    """Downloads over HTTP/1.1 and stores each exchange before the response goes on."""

    def __init__(self, crawler: Crawler) -> None:
        refuse_what_hides_the_wire(crawler.settings)
        super().__init__(crawler)
        from twisted.internet import reactor

        mappings = parse_connect_to(crawler.settings.getlist("CONNECT_TO"))
        self._run = Run.of(crawler)
        self._guard = Guard(named_hosts(self._run.plan.seeds, crawler.settings.getlist("PRIVATE_HOSTS")), mappings)
        self._pool = WirePool(reactor, self._pool, partial(redirect_endpoint, reactor, mappings), self._guard.watch)
        self._obeys_robots = crawler.settings.getbool("ROBOTSTXT_OBEY")
        self._verifies = crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")

    async def download_request(self, request: Request) -> Response:
        """Return the response, once its exchange and those of the attempts before it are in the archive."""
        recordings: list[Recording] = []
        attempts.set(recordings)
        clock = Recording(connection=0, peer_ip=None)
        response = None
        try:
            if request.meta.get("proxy"):  # what the proxy connects to, nobody here sees
                self._guard.check_host(host_of(request.url))
            response = await super().download_request(request)
            return response
        finally:
            clock.freeze()
            for recording in recordings:
                recording.freeze()
            await self._store(request, recordings or [clock], response, sys.exception())

    async def _store(
        self, request: Request, recordings: list[Recording], response: Response | None, error: BaseException | None
    ) -> None:
        for attempt, recording in enumerate(recordings, 1):
            is_last = recording is recordings[-1]
            metadata = self._metadata(request, recording, attempt)
            if _never_sent(recording, error):
                assert error is not None
                failed = _failed(request, recording, cause_of(error), metadata)
                await self._run.store_failure(request, failed, is_last=is_last)
                continue
            truncated = truncation_of(error, response.flags if response else []) if is_last else None
            metadata += _failure_fields(error if is_last else None, recording)
            if recording.unkept is not None:
                self._run.break_off(f"a response could not be kept while it came: {recording.unkept}")
                truncated = None
            exchange = recording.exchange(
                _address(request), truncated=truncated, metadata=metadata, proxied=bool(request.meta.get("proxy"))
            )
            await self._run.store(request, exchange, is_last=is_last)

    def _metadata(self, request: Request, recording: Recording, attempt: int) -> Fields:
        hop: Hop | None = request.meta.get("hop")
        fields = list(hop.fields()) if hop else []
        if hop and self._obeys_robots:
            fields.append(("robotsTxt", "allowed"))
            if ai_disallowed := request.meta.get("ai_disallowed"):
                fields.append(("robotsTxtDisallows", ai_disallowed))
        if request.meta.get("attempts"):
            fields.append(("retry", str(request.meta["attempts"])))
        if attempt > 1:
            fields.append(("attempt", str(attempt)))
        if recording.connection:
            fields.append(("connection", str(recording.connection)))
        if recording.tls:
            fields.append(("tlsVerification", "verified" if self._verifies else "not checked"))
        return tuple(fields)


def refuse_what_hides_the_wire(settings: BaseSettings) -> None:
    """Raise PlanError, with one sentence, when a setting or a version would make the capture untrue."""
    if settings.getbool("HTTPCACHE_ENABLED"):
        raise PlanError("HTTPCACHE_ENABLED is on, expected off: a cached answer is not what the server sent")
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    for scheme in ("http", "https"):
        if not issubclass(class_of(handlers.get(scheme)), CaptureDownloadHandler):
            raise PlanError(
                f"DOWNLOAD_HANDLERS has {handlers.get(scheme)!r} for {scheme}, expected the capture handler: "
                "an exchange over HTTP/2 or past the handler cannot be kept as it went over the wire"
            )
    missing = missing_hooks()
    if missing:
        raise PlanError(
            f"capture needs {', '.join(missing)}, not found in {versions()}: use versions it was tested with"
        )


def class_of(path: object) -> type:
    """Return the class that a setting names by its path, or `object` where there is none of that name."""
    try:
        found = load_object(path) if path else None  # type: ignore[arg-type]
    except (ImportError, NameError, ValueError, TypeError):
        return object
    return found if isinstance(found, type) else object


def _never_sent(recording: Recording, error: BaseException | None) -> bool:
    """Return whether the request did not reach the wire: no connection, or a TLS handshake that failed."""
    if not recording.connection:
        return True
    return error is not None and not recording.size and recording.handshake_pending and cause_of(error).word == "tls"


def _failure_fields(error: BaseException | None, recording: Recording) -> Fields:
    if error is not None:
        cause = cause_of(error)
        return (("fetchError", cause.word), ("fetchErrorDetail", cause.detail))
    return () if recording.size else (("fetchError", "disconnect"),)


def _failed(request: Request, recording: Recording, cause: Cause, metadata: Fields) -> FailedFetch:
    return FailedFetch(
        url=_address(request),
        cause=cause.word,
        detail=cause.detail,
        began=recording.began,
        took_ms=recording.took_ms or 0,
        metadata=metadata,
    )


def _address(request: Request) -> str:
    return request.url.partition("#")[0]
