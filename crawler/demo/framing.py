"""How an answer goes over the wire: the quirks that a recording client must keep."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import brotli

from archive.model import Fields, field
from crawler.demo.pieces import CLOSE, Piece
from crawler.demo.resource import Resource, is_unchanged, validators
from crawler.demo.served import Request

SERVER: Fields = (("Server", "harbour-demo"),)
EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </assets/site.css>; rel=preload; as=style\r\n\r\n"
CHUNK = 8192

Framing = Callable[[Resource], tuple[Piece, ...]]


def head(line: str, *fields: tuple[str, str]) -> bytes:
    """Return a message head."""
    lines = [line, *(f"{name}: {value}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def described(resource: Resource) -> Fields:
    """Return the fields that every answer with a body begins with."""
    return (*SERVER, ("Content-Type", resource.media_type), *validators(resource), *resource.fields)


def frame_plain(resource: Resource) -> tuple[Piece, ...]:
    """Content-Length, one piece."""
    length = ("Content-Length", str(len(resource.body)))
    line = f"HTTP/1.1 {resource.status} {resource.reason}"
    return (head(line, *described(resource), length) + resource.body,)


def frame_chunked(resource: Resource) -> tuple[Piece, ...]:
    """Chunks with extensions, then a trailer."""
    fields = (*described(resource), ("Trailer", "X-Content-Sha256"), ("Transfer-Encoding", "chunked"))
    chunks = b"".join(
        b"%X;part=%d\r\n%b\r\n" % (len(part := resource.body[start : start + CHUNK]), start // CHUNK + 1, part)
        for start in range(0, len(resource.body), CHUNK)
    )
    trailer = f"0\r\nX-Content-Sha256: {hashlib.sha256(resource.body).hexdigest()}\r\n\r\n".encode("ascii")
    return head(f"HTTP/1.1 {resource.status} {resource.reason}", *fields), chunks, trailer


def frame_http10(resource: Resource) -> tuple[Piece, ...]:
    """HTTP/1.0, no length: the body ends with the connection."""
    return head(f"HTTP/1.0 {resource.status} {resource.reason}", *described(resource)), resource.body, CLOSE


def frame_odd_fields(resource: Resource) -> tuple[Piece, ...]:
    """Field names in odd case, repeated fields, odd spacing; a value beyond ASCII."""
    odd = (
        f"HTTP/1.1 {resource.status} {resource.reason}\r\n"
        "sERVER:harbour-demo\r\n"
        f"cOnTent-TYPE:   {resource.media_type}  \r\n"
        "Set-Cookie: tide=high; Path=/\r\n"
        "X-Berth: caf\xe9\r\n"
        "set-cookie: berth=12; Path=/; HttpOnly\r\n"
        f"CONTENT-LENGTH:\t{len(resource.body)}\r\n"
    )
    rest = "".join(f"{name}: {value}\r\n" for name, value in (*validators(resource), *resource.fields))
    return (f"{odd}{rest}\r\n".encode("latin-1") + resource.body,)


def frame_no_reason(resource: Resource) -> tuple[Piece, ...]:
    """A status line that ends after the code and its space."""
    length = ("Content-Length", str(len(resource.body)))
    return head(f"HTTP/1.1 {resource.status} ", *described(resource), length), resource.body


def frame_early_hints(resource: Resource) -> tuple[Piece, ...]:
    """103 before the final answer."""
    return EARLY_HINTS, *frame_plain(resource)


FRAMINGS: dict[str, Framing] = {
    "plain": frame_plain,
    "chunked": frame_chunked,
    "http10": frame_http10,
    "odd-fields": frame_odd_fields,
    "no-reason": frame_no_reason,
    "early-hints": frame_early_hints,
}


def compress_gzip(body: bytes) -> bytes:
    """Compress, the same bytes each time."""
    return gzip.compress(body, 6, mtime=0)


def compress_br(body: bytes) -> bytes:
    """Compress with Brotli."""
    compressed: bytes = brotli.compress(body, quality=5)
    return compressed


CODINGS = {"gzip": compress_gzip, "br": compress_br}


@lru_cache(maxsize=256)
def encode(resource: Resource, coding: str) -> Resource:
    """Return the resource in that content coding, with a validator of its own."""
    fields = (*resource.fields, ("Content-Encoding", coding), ("Vary", "Accept-Encoding"))
    etag = resource.etag and f'{resource.etag[:-1]}-{coding}"'
    return replace(resource, body=CODINGS[coding](resource.body), fields=fields, etag=etag)


@lru_cache(maxsize=256)
def framed(resource: Resource) -> tuple[Piece, ...]:
    """Return the pieces of the resource's answer."""
    return FRAMINGS[resource.framing](resource)


def frame(resource: Resource, request: Request) -> tuple[Piece, ...]:
    """Return the answer to that request: whole, 304, or the head alone."""
    if resource.coding and resource.coding in (field(request.fields, "accept-encoding") or "").lower():
        resource = encode(resource, resource.coding)
    if is_unchanged(resource, request):
        return (head("HTTP/1.1 304 Not Modified", *SERVER, *validators(resource)),)
    pieces = framed(resource)
    return heads_of(pieces) if request.method == "HEAD" else pieces


def heads_of(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Cut the body off the final response: what HEAD is answered."""
    kept: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            kept.append(piece.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            if piece[9:10] != b"1":
                break
    return (*kept, *(piece for piece in pieces if piece is CLOSE))
