"""Why a fetch failed or a response was cut, in one word each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed, NoRouteError
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError

from crawler.capture.guard import PrivateAddressError
from crawler.capture.wire import HeadLimitError, is_tls_error

PRIVATE_ADDRESS = "private address"
"""The word for a host that is not on the public internet and that nobody named."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A word for tables, and what the network stack said."""

    word: str
    detail: str


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (PrivateAddressError, PRIVATE_ADDRESS),
    (HeadLimitError, "head limit"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "refused"),
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, "size limit"),
    (ResponseDataLossError, "cut"),
    (UnsupportedURLSchemeError, "scheme"),
    (TunnelError, "proxy"),
    (ParseError, "malformed"),
    (NoRouteError, "unreachable"),
    (ConnectError, "unreachable"),
    (ConnectionClosed, "disconnect"),
    (ValueError, "malformed"),
    (KeyError, "malformed"),
)
"""From the most telling; Twisted has no word for a head that it cannot follow, and raises what Python does."""
_TRUNCATED = {"size limit": "length", "head limit": "length", "timeout": "time"}


def cause_of(error: BaseException) -> Cause:
    """Return why a download ended with that exception."""
    for part in _unfold(error):
        if is_tls_error(part):
            return Cause("tls", _tls_sentence(part))
        for kind, word in _WORDS:
            if isinstance(part, kind):
                return Cause(word, _one_line(part))
    return Cause("network", f"{type(error).__name__}: {_one_line(error)}")


def truncation_of(error: BaseException | None, flags: list[str]) -> str | None:
    """Return the WARC-Truncated word of a response that ended so, or None when it is whole."""
    if isinstance(error, StopDownload) or "download_stopped" in flags:
        return "unspecified"
    if error is not None:
        return _TRUNCATED.get(cause_of(error).word, "disconnect")
    return "disconnect" if "dataloss" in flags else None


def _unfold(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and what it wraps: Twisted's `reasons`, Python's `__cause__`."""
    queue: list[BaseException] = [error]
    seen: set[int] = set()
    while queue:
        part = queue.pop(0)
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        wrapped = [reason.value for reason in getattr(part, "reasons", ()) if isinstance(reason, Failure)]
        queue += [inner for inner in (*wrapped, part.__cause__) if inner is not None]


def _tls_sentence(error: BaseException) -> str:
    # OpenSSL's errors are lists of (library, function, reason).
    rows = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return "; ".join(str(row[-1]) for row in rows) or _one_line(error)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]
