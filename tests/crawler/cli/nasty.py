"""Response streams that no server should send, and some that servers do."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Iterator

from crawler.demo.generated import GeneratedSite
from crawler.demo.pieces import CLOSE, CUT, RESET, Delay, Piece
from crawler.demo.served import Request

PAGE = GeneratedSite(2, 3000).page(0)
HOME = "https://harbour.example/news/brief/"
MOST = 4_000_000
"""Bytes of a body that the crawl takes."""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

Stream = tuple[Piece, ...] | Callable[[Request], Iterable[Piece]]


def whole(body: bytes = PAGE, *fields: bytes, start: bytes = b"HTTP/1.1 200 OK") -> bytes:
    """Return a response with a true Content-Length."""
    head = [start, b"Content-Type: text/html", *fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunk(body: bytes, extension: bytes = b"") -> bytes:
    """Return one chunk."""
    return b"%x%s\r\n%s\r\n" % (len(body), extension, body)


def redirect(to: bytes, status: int = 302) -> bytes:
    """Return a redirect."""
    return b"HTTP/1.1 %d Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, to)


def at(name: str) -> bytes:
    """Return the address of a stream."""
    return f"{HOME}{name}/".encode()


def endless(opening: bytes, piece: bytes, pause: float = 0.0) -> Callable[[Request], Iterable[Piece]]:
    """Return a stream that goes on until the peer goes away."""

    def pieces(request: Request) -> Iterator[Piece]:
        yield opening
        while True:
            yield piece
            if pause:
                yield Delay(pause)

    return pieces


def drip(message: bytes, begin: int) -> tuple[Piece, ...]:
    """Return a message of which one byte a second comes, from that one on."""
    dripping = (part for byte in message[begin : begin + 60] for part in (bytes([byte]), Delay(1.0)))
    return (message[:begin], *dripping)


GZIPPED = gzip.compress(PAGE, mtime=0)
ZEROS = b"<p>" + b"0" * (3 * MOST)
STREAMS: dict[str, tuple[Stream, str]] = {
    # --- heads
    "lf-only-head": ((whole().replace(b"\r\n", b"\n"),), "done"),
    "cr-only-head": ((OK.replace(b"\r\n", b"\r") + b"\r" + PAGE, CLOSE), ""),
    "mixed-line-ends": ((whole().replace(b"\r\n", b"\n", 1),), "done"),
    "obs-fold": ((whole(PAGE, b"X-Folded: one\r\n two\r\n\tthree"),), "done"),
    "fold-first": ((b"HTTP/1.1 200 OK\r\n folded: what\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE,), "failed"),
    "nul-in-head": ((whole(PAGE, b"X-Nul: a\x00b"),), "done"),
    "bare-cr-in-value": ((whole(PAGE, b"X-Cr: a\rX-Hidden: b"),), "done"),
    "no-colon": ((whole(PAGE, b"this line has no colon"),), "done"),
    "space-before-colon": ((whole(PAGE, b"X-Space : a"),), "done"),
    "empty-name": ((whole(PAGE, b": nameless"),), "done"),
    "latin-1-and-worse": ((whole(PAGE, b"X-Name: caf\xe9", b"\xff\xfe: \x80"),), "done"),
    "header-of-100000-bytes": ((whole(PAGE, b"X-Long: " + b"a" * 100_000),), "done"),
    "headers-of-100000-bytes": ((whole(PAGE, *(b"X-Many-%d: %s" % (n, b"a" * 80) for n in range(1100))),), "done"),
    "endless-headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"a" * 1000 + b"\r\n"), "failed: head limit"),
    "endless-header-line": (endless(b"HTTP/1.1 200 OK\r\nX-Line: ", b"a" * 4096), "failed: head limit"),
    "endless-status-line": (endless(b"HTTP/1.1 200 ", b"OK" * 2048), "failed: head limit"),
    "head-cut": ((OK, CLOSE), "failed"),
    "http-0.9": ((PAGE, CLOSE), "failed: malformed"),
    "http-2.0": ((whole(start=b"HTTP/2.0 200 OK"),), "done"),
    "icy": ((whole(start=b"ICY 200 OK"),), "failed: malformed"),
    "not-http-at-all": ((b"SSH-2.0-OpenSSH_9.9\r\n", CLOSE), "failed: malformed"),
    "status-99": ((whole(start=b"HTTP/1.1 99 Odd"),), "failed: malformed"),
    "status-999": ((whole(start=b"HTTP/1.1 999 Go away"),), "failed: http 999"),
    "status-of-letters": ((whole(start=b"HTTP/1.1 abc OK"),), "failed: malformed"),
    "status-of-20-digits": ((whole(start=b"HTTP/1.1 20000000000000000000 OK"),), "failed: malformed"),
    "negative-status": ((whole(start=b"HTTP/1.1 -200 OK"),), "failed: malformed"),
    "interim-flood": (endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20), "failed: head limit"),
    "hundred-interims": ((b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100 + whole(),), "done"),
    "switching-protocols": ((b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0", CLOSE), "failed"),
    "unasked-304": ((b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n',), "failed: http 304"),
    # --- lengths
    "length-and-chunked": ((CHUNKED[:-2] + b"Content-Length: 7\r\n\r\n" + chunk(PAGE) + b"0\r\n\r\n",), "done"),
    "underrun": ((OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 100) + PAGE, CLOSE), "failed: cut"),
    "overrun": ((OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE + b"and more" * 99,), "done"),
    "second-response-unasked": ((whole() + whole(b"<html><body>poison</body></html>"),), "done"),
    "negative-length": ((OK + b"Content-Length: -5\r\n\r\n" + PAGE, CLOSE), "failed: malformed"),
    "length-of-letters": ((OK + b"Content-Length: 12abc\r\n\r\n" + PAGE, CLOSE), "failed: malformed"),
    "two-lengths": ((whole(PAGE, b"Content-Length: 5"),), "failed: malformed"),
    "the-same-length-twice": ((whole(PAGE, b"Content-Length: %d" % len(PAGE)),), "done"),
    "length-of-20-digits": ((OK + b"Content-Length: 99999999999999999999\r\n\r\n" + PAGE,), "failed: size limit"),
    "no-length-no-close-notify": ((OK + b"\r\n" + PAGE, CUT), "done"),
    "endless-body": (endless(OK + b"\r\n", b"<p>more and more</p>" * 4096), "failed: size limit"),
    # --- chunks
    "chunk-size-of-letters": ((CHUNKED + b"zz\r\n" + PAGE + b"\r\n0\r\n\r\n", CLOSE), "failed: cut"),
    "negative-chunk-size": ((CHUNKED + b"-5\r\n" + PAGE, CLOSE), "failed: cut"),
    "enormous-chunk-size": ((CHUNKED + b"f" * 16 + b"\r\n" + PAGE, CLOSE), "failed"),
    "chunk-size-of-1000-digits": ((CHUNKED + b"0" * 1000 + b"5\r\nhello\r\n0\r\n\r\n", CLOSE), "rejected: not html"),
    "chunk-without-line-end": ((CHUNKED + b"5\r\nhelloworld\r\n0\r\n\r\n", CLOSE), "failed"),
    "chunks-without-end": ((CHUNKED + chunk(PAGE), CLOSE), "failed: cut"),
    "chunked-and-then-not": ((CHUNKED + PAGE, CLOSE), "failed"),
    "chunk-extension-flood": ((CHUNKED + chunk(b"a", b";x=" + b"y" * 4000) * 50, CLOSE), "failed"),
    "chunk-extensions": ((CHUNKED + chunk(PAGE, b';sig="a;b"') + b"0;last\r\n\r\n",), "done"),
    "trailers": ((CHUNKED + chunk(PAGE) + b"0\r\nX-Trailer: a\r\nX-Other: b\r\n\r\n",), "done"),
    "endless-trailers": (endless(CHUNKED + chunk(PAGE) + b"0\r\n", b"X-T: " + b"a" * 500 + b"\r\n"), "failed"),
    "unknown-transfer-coding": ((OK + b"Transfer-Encoding: zork\r\n\r\n" + PAGE, CLOSE), "failed: malformed"),
    # --- content codings and encodings
    "false-gzip": ((whole(PAGE, b"Content-Encoding: gzip"),), "rejected: undecodable"),
    "gzip-cut": ((whole(GZIPPED[:-400], b"Content-Encoding: gzip"),), "done"),
    "gzip-and-garbage": ((whole(GZIPPED + b"garbage" * 9, b"Content-Encoding: gzip"),), "done"),
    "gzip-of-two-members": (
        (whole(gzip.compress(PAGE[:900]) + gzip.compress(PAGE[900:]), b"Content-Encoding: gzip"),),
        "done",
    ),
    "gzip-bomb": ((whole(gzip.compress(ZEROS), b"Content-Encoding: gzip"),), "rejected: undecodable"),
    "gzip-bomb-in-gzip": (
        (whole(gzip.compress(gzip.compress(ZEROS)), b"Content-Encoding: gzip, gzip"),),
        "rejected: undecodable",
    ),
    "a-thousand-codings": ((whole(GZIPPED, b"Content-Encoding: " + b"gzip, " * 1000),), "rejected: undecodable"),
    "coding-of-no-name": ((whole(PAGE, b"Content-Encoding: utf-8"),), "rejected: undecodable"),
    "unknown-charset": ((whole(PAGE).replace(b"text/html", b"text/html; charset=x-zork"),), "done"),
    "false-charset": ((whole(PAGE).replace(b"text/html", b"text/html; charset=utf-16"),), "rejected"),
    "bytes-of-all-sorts": ((whole(bytes(range(256)) * 200),), "rejected"),
    "elements-without-end": ((whole(b"<html><body>" + b"<div>" * 50_000),), "rejected"),
    # --- time and connections
    "drip-in-the-body": (drip(whole(), len(whole()) - 100), "failed: timeout"),
    "drip-in-the-head": (drip(whole(), 5), "failed: timeout"),
    "silence": ((Delay(60.0),), "failed: timeout"),
    "closed-at-once": ((CLOSE,), "failed: disconnect"),
    "cut-at-once": ((CUT,), "failed"),
    "reset-at-once": ((RESET,), "failed: disconnect"),
    "reset-in-the-body": ((OK + b"Content-Length: 90000\r\n\r\n" + PAGE, RESET), "failed: cut"),
    "cut-in-the-body": ((OK + b"Content-Length: 90000\r\n\r\n" + PAGE, CUT), "failed: cut"),
    # --- redirects
    "redirect-to-itself": ((redirect(at("redirect-to-itself")),), "redirected: loop"),
    "redirect-out": ((redirect(at("on-the-way-back")),), "redirected"),
    "location-malformed": ((redirect(b"http://]/"),), "failed: malformed redirect"),
    "location-of-script": ((redirect(b"javascript:alert(1)"),), "redirected"),
    "location-empty": ((redirect(b""),), "failed: http 302"),
    "location-of-100000-bytes": ((redirect(b"/news/brief/" + b"a" * 100_000),), "redirected"),
    "location-inside": ((redirect(b"http://169.254.169.254/latest/meta-data/"),), "redirected"),
    "location-of-any-bytes": ((redirect(b"/news/brief/\xff\x00\x7f caf\xc3\xa9"),), "redirected"),
    "redirect-300-times": ((redirect(at("redirect-300-times") + b"?n=1"),), "redirected"),
}  # fmt: skip
"""Name -> what is sent, and how its address's state begins; whatever it is where browsers differ, too."""
