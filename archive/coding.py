"""Content codings: from the entity that a digest is over to the text that a reader sees.

The same bytes give the same result in the crawl and in a rebuild, and a bomb costs no more than `max_size`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

import brotli

from archive.errors import MessageError

_STEP = 4 * 1024
_OUTPUT = 256 * 1024
_MOST_CODINGS = 5
_RATIO, _UNSUSPECTED = 250, 1024 * 1024
"""How much longer than its coded form a body may be; a short one may be anything. Pages come to 30, gzip to 1,030."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A body without its content codings."""

    body: bytes
    complete: bool
    """False when the coded bytes were cut or turned corrupt: `body` is what came before."""


def decode(payload: bytes, content_encoding: str | None, *, max_size: int) -> Decoded:
    """Remove the codings that a Content-Encoding names, the last one first.

    Raises MessageError for a coding that is unknown, bytes that are not of the coding at all, or a result (or a step
    on the way) over `max_size` bytes, or many times longer than its coded form.
    """
    complete = True
    names = coding_names(content_encoding)
    if len(names) > _MOST_CODINGS:
        raise MessageError(f"body has {len(names)} content codings, expected no more than {_MOST_CODINGS}")
    for name in reversed(names):
        if not payload:
            break
        decoded = _decode_one(payload, name, max_size)
        payload, complete = decoded.body, complete and decoded.complete
    if len(payload) > max_size:
        raise _too_long(max_size)
    return Decoded(body=payload, complete=complete)


def begins_as(start: bytes, content_encoding: str | None) -> bool:
    """Say whether a body that begins so can be in the outermost of the codings; an unknown one is believed."""
    names = coding_names(content_encoding)
    decoder = _DECODERS.get(names[-1]) if names else None
    if decoder is None or not start:
        return True
    try:
        next(decoder(start), b"")
    except EOFError:  # it goes on behind the start
        return True
    except (zlib.error, brotli.error):
        return False
    return True


def coding_names(content_encoding: str | None) -> list[str]:
    """Return the codings that a Content-Encoding names, in the order in which they were put on."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    return [name for name in names if name not in ("", "identity")]


def _decode_one(payload: bytes, name: str, max_size: int) -> Decoded:
    decoder = _DECODERS.get(name)
    if decoder is None:
        raise MessageError(f"content coding is {name!r}, expected one of {', '.join(_DECODERS)}")
    kept = bytearray()
    complete = False
    bomb = max(_RATIO * len(payload), _UNSUSPECTED)
    try:
        for piece in decoder(payload):
            kept += piece
            if len(kept) > max_size:
                raise _too_long(max_size)
            if len(kept) > bomb:
                raise MessageError(f"decoded body is over {_RATIO} times its {len(payload)} bytes of {name!r}")
        complete = True
    except (zlib.error, brotli.error, EOFError) as error:
        if not kept:
            raise MessageError(f"nothing can be read as content coding {name!r}: {error}") from error
    return Decoded(body=bytes(kept), complete=complete)


def _too_long(max_size: int) -> MessageError:
    return MessageError(f"decoded body is over {max_size} bytes, expected no more")


def _gunzip(payload: bytes) -> Iterator[bytes]:
    """Yield what every gzip member holds; bytes after a member that begin no other are left, as browsers do."""
    start = 0
    while start == 0 or payload.startswith(b"\x1f\x8b", start):
        start = yield from _inflate(payload, start, 31)


def _deflate(payload: bytes) -> Iterator[bytes]:
    """Yield what a zlib stream holds, or a raw deflate stream, which some servers send under the same name."""
    # RFC 1950 2.2: the method is 8 and the first two bytes, as one number, are a multiple of 31.
    is_zlib = payload[0] & 0x0F == 8 and int.from_bytes(payload[:2], "big") % 31 == 0
    yield from _inflate(payload, 0, 15 if is_zlib else -15)


def _inflate(payload: bytes, start: int, wbits: int) -> Generator[bytes, None, int]:
    """Yield one stream's content and return where it ends.

    It goes in small steps, so that what comes before a corrupt place is not lost.
    """
    decompressor = zlib.decompressobj(wbits)
    while not decompressor.eof:
        step = decompressor.unconsumed_tail
        if not step:
            step, start = payload[start : start + _STEP], start + _STEP
        piece = decompressor.decompress(step, _OUTPUT)
        if not (piece or step):
            raise EOFError("the stream has no end")
        yield piece
    return min(start, len(payload)) - len(decompressor.unused_data)


def _unbrotli(payload: bytes) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    read = 0
    while not decompressor.is_finished():
        step = b""
        if decompressor.can_accept_more_data():
            step, read = payload[read : read + _STEP], read + _STEP
        piece = decompressor.process(step, output_buffer_limit=_OUTPUT)
        if not (piece or step):
            raise EOFError("the stream has no end")
        yield piece


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
}
