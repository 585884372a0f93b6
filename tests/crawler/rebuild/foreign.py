"""WARC files as other crawlers write them, by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

HOST = "https://harbour.example"
URL = f"{HOST}/news/brief/copper-on-the-quay/"
OTHER = f"{HOST}/news/brief/copper-again/"
DATE = "2024-05-01T12:00:00Z"
PAGE = (
    "<html lang=en><head><title>Copper on the quay</title></head><body><article><h1>Copper on the quay</h1>"
    f"<div class=entry-content><p>{'The harbour master counted forty crates. ' * 3}</p></div></article></body></html>"
).encode()
WARCINFO = b"software: Wget/1.21 (linux-gnu)\r\nformat: WARC File Format 1.0\r\n"
IDENTICAL = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"


def record(kind: str, number: int, block: bytes, *fields: tuple[str, str], content_type: str | None = None) -> bytes:
    """Return one WARC/1.0 record; its id is told by its number."""
    media = content_type or f"application/http; msgtype={'request' if kind == 'request' else 'response'}"
    named = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{name_of(number)}>"),
        ("WARC-Date", DATE),
        ("Content-Type", media),
        ("Content-Length", str(len(block))),
    ]
    given = dict(fields)
    named = [(name, given.pop(name, value)) for name, value in named]
    lines = [f"{name}: {value}" for name, value in (*named, *given.items())]
    return "\r\n".join(["WARC/1.0", *lines, "", ""]).encode() + block + b"\r\n\r\n"


def name_of(number: int) -> str:
    """Return the record id of a number."""
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


def http(body: bytes = PAGE, *fields: str, status: str = "200 OK") -> bytes:
    """Return an HTTP response."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Type: text/html", *fields, "", ""]).encode() + body


def get(url: str = URL, method: str = "GET") -> bytes:
    """Return an HTTP request."""
    path = url.removeprefix(HOST)
    return f"{method} {path} HTTP/1.1\r\nHost: harbour.example\r\n\r\n".encode()


def warcinfo() -> bytes:
    """Return the record that wget begins with."""
    return record("warcinfo", 1, WARCINFO, content_type="application/warc-fields")


def of(url: str) -> tuple[str, str]:
    """Return the field that names an address."""
    return ("WARC-Target-URI", url)


def write(path: Path, *records: bytes) -> Path:
    """Write records, each a gzip member of its own where the name ends in .gz."""
    is_gzip = path.suffix == ".gz"
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) if is_gzip else one for one in records))
    return path
