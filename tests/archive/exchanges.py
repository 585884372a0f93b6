"""Exchanges to write, and a writer whose ids and dates are fixed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.model import Exchange, FailedFetch
from archive.writer import WarcWriter, next_serial

AT = datetime(2026, 11, 24, 1, 32, 0, 123456, UTC)
REQUEST = b"GET /news/brief HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: gzip, br\r\n\r\n"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>\n"
CERTIFICATES = (b"leaf certificate in DER", b"root certificate in DER")


def ids() -> Callable[[], str]:
    """Return a source of ids that are the same in every run."""
    counter = itertools.count(1)
    return lambda: f"urn:uuid:00000000-0000-4000-8000-{next(counter):012d}"


def writer(folder: Path, **changes: Any) -> WarcWriter:
    settings: dict[str, Any] = {
        "prefix": "demo",
        "serial": next_serial(folder),
        "warcinfo": (("software", "brief-archive/test"), ("operator", "someone@example.com"), ("robots", "obey")),
        "now": lambda: AT,
        "new_id": ids(),
    }
    return WarcWriter(folder, **(settings | changes))


def exchange(response: Any = PAGE, **changes: Any) -> Exchange:
    settings: dict[str, Any] = {
        "url": "https://example.com/news/brief",
        "request": REQUEST,
        "response": response,
        "began": AT,
        "took_ms": 12,
        "peer_ip": "192.0.2.7",
    }
    return Exchange(**(settings | changes))


def failure(**changes: Any) -> FailedFetch:
    settings: dict[str, Any] = {
        "url": "https://nowhere.example/",
        "cause": "dns",
        "detail": "no such name",
        "began": AT,
        "took_ms": 3,
    }
    return FailedFetch(**(settings | changes))


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

ODD_RESPONSES: dict[str, bytes] = {
    "plain": PAGE,
    "no reason": b"HTTP/1.1 200\r\nA: b\r\n\r\nbody",
    "no reason, blank": b"HTTP/1.1 200 \r\nA: b\r\n\r\nbody",
    "long reason": b"HTTP/1.1 200 All is well, or so it seems\r\n\r\nbody",
    "reason above ascii": b"HTTP/1.1 404 Introuvable \xe9\r\n\r\nbody",
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\nbody without length",
    "lower-case protocol": b"http/1.1 200 ok\r\n\r\nbody",
    "two blanks": b"HTTP/1.1  200  OK\r\n\r\nbody",
    "LF only": b"HTTP/1.1 200 OK\nA: b\n\nbody",
    "LF and CRLF mixed": b"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\nbody",
    "CRCRLF": b"HTTP/1.1 200 OK\r\r\nA: b\r\r\n\r\r\nbody",
    "latin-1 value": b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\n\r\nbody",
    "utf-8 value": "HTTP/1.1 200 OK\r\nX-Name: café\r\n\r\nbody".encode(),
    "bytes above ascii in a name": b"HTTP/1.1 200 OK\r\nX-\xff: y\r\n\r\nbody",
    "NUL in a value": b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\nbody",
    "lone CR in a value": b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\nbody",
    "folded": b"HTTP/1.1 200 OK\r\nX: a\r\n  b\r\n\tc\r\n\r\nbody",
    "folded blank": b"HTTP/1.1 200 OK\r\nX: a\r\n \t \r\nY: b\r\n\r\nbody",
    "line of no-break space": b"HTTP/1.1 200 OK\r\n\xa0\r\nY: b\r\n\r\nbody",
    "line of form feed": b"HTTP/1.1 200 OK\r\n\x0c\r\nY: b\r\n\r\nbody",
    "repeated": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nSET-COOKIE: a=1\r\n\r\nbody",
    "odd case": b"HTTP/1.1 200 OK\r\ncONTENT-tYPE: text/html\r\n\r\nbody",
    "no blank after colon": b"HTTP/1.1 200 OK\r\nA:b\r\n\r\nbody",
    "blanks around": b"HTTP/1.1 200 OK\r\nA :   b   \r\n\r\nbody",
    "empty value": b"HTTP/1.1 200 OK\r\nA:\r\nB: \r\n\r\nbody",
    "no colon": b"HTTP/1.1 200 OK\r\nnonsense\r\nA: b\r\n\r\nbody",
    "colon first": b"HTTP/1.1 200 OK\r\n: b\r\n\r\nbody",
    "very long value": b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000 + b"\r\n\r\nbody",
    "many fields": b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 2000 + b"\r\nbody",
    "no fields": b"HTTP/1.1 200 OK\r\n\r\nbody",
    "no body": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "304": b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',
    "304 with stray bytes": b"HTTP/1.1 304 Not Modified\r\n\r\nstray",
    "redirect": b"HTTP/1.1 301 Moved\r\nLocation: /\xc3\xa9\r\nContent-Length: 0\r\n\r\n",
    "404": b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone",
    "503": b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\n\r\n",
    "chunked": CHUNKED + b"4\r\nbody\r\n0\r\n\r\n",
    "chunked with extensions and trailers": CHUNKED + b"4;a=b\r\nbody\r\n0;c\r\nX-Sum: 1\r\n\r\n",
    "chunked, not really": CHUNKED + b"<p>plain</p>",
    "chunked, cut": CHUNKED + b"ff\r\nbo",
    "chunked, empty": CHUNKED + b"0\r\n\r\n",
    "chunked by LF": b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nbody\n0\n\n",
    "shorter than its length": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbody",
    "body of line ends": b"HTTP/1.1 200 OK\r\n\r\n\r\n\r\n\r\n",
    "body that looks like a record": b"HTTP/1.1 200 OK\r\n\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n\r\n",
    "every byte": b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 300,
    "cut in the status line": b"HTTP/1.1 20",
    "cut in the head": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "cut before the blank line": b"HTTP/1.1 200 OK\r\nA: b\r\n",
    "blank line first": b"\r\nHTTP/1.1 200 OK\r\n\r\nbody",
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "no HTTP, binary": b"\x15\x03\x01\x00\x02\x02\x16",
    "one byte": b"H",
}
