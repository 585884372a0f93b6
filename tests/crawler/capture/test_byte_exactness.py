"""What the server sent is the record's block, byte for byte: raw sockets on one side, warcio on the other."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

import brotli
import pytest

from crawler.demo.pieces import CLOSE, RESET, Piece
from crawler.demo.served import Served
from crawler.demo.wire import RawServer
from tests.crawler.capture.conftest import Fetch, Fetched

BODY = b"<html><body><p>" + b"The tide table of the harbour. " * 40 + b"</p></body></html>"
GZIPPED = gzip.compress(BODY, mtime=0)
BROTLI = brotli.compress(BODY)


def whole(body: bytes, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    """Return a response with a Content-Length."""
    head = [status, *fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunks(body: bytes, *, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return the body in chunks of 100 bytes."""
    parts = [body[at : at + 100] for at in range(0, len(body), 100)]
    framed = [b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts]
    return b"".join(framed) + b"0\r\n" + trailer + b"\r\n"


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
CASES: dict[str, tuple[Piece, ...]] = {
    "/plain": (whole(BODY, b"Content-Type: text/html"),),
    "/odd-case": (whole(BODY, b"cOnTent-TYPE:   text/html ", b"X-ODD:\tvalue\t", b"server:x"),),
    "/repeated": (whole(BODY, b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"set-cookie: a=3"),),
    "/latin-1": (whole(BODY, b"X-Name: caf\xe9", b"X-Raw: \xff\xfe"),),
    "/folded": (whole(BODY, b"X-Folded: one\r\n two\r\n\tthree"),),
    "/no-colon": (whole(BODY, b"this line has no colon"),),
    "/no-reason": (whole(BODY, status=b"HTTP/1.1 200 "),),
    "/no-reason-no-space": (whole(BODY, status=b"HTTP/1.1 200"),),
    "/odd-reason": (whole(BODY, status=b"HTTP/1.1 200   Very  Well \xe9"),),
    "/lf-only": (b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 4\n\nlean",),
    "/chunked": (CHUNKED + chunks(BODY),),
    "/chunked-extensions": (CHUNKED + chunks(BODY, extension=b";sig=abc", trailer=b"X-Trailer: end\r\n"),),
    "/chunked-bit-by-bit": (CHUNKED, *(bytes([byte]) for byte in chunks(BODY[:250]))),
    "/chunked-upper": (CHUNKED.replace(b"chunked", b"Chunked") + b"00A\r\n0123456789\r\n000\r\n\r\n",),
    "/gzip": (whole(GZIPPED, b"Content-Encoding: gzip", b"Content-Type: text/html"),),
    "/br": (whole(BROTLI, b"Content-Encoding: br", b"Content-Type: text/html"),),
    "/gzip-chunked": (CHUNKED.replace(b"Transfer", b"Content-Encoding: gzip\r\nTransfer") + chunks(GZIPPED),),
    "/false-gzip": (whole(BODY, b"Content-Encoding: gzip"),),
    "/http-1.0": (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + BODY, CLOSE),
    "/http-1.1-to-the-end": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BODY, CLOSE),
    "/204": (b"HTTP/1.1 204 No Content\r\nX-Here: yes\r\n\r\n",),
    "/304": (b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n',),
    "/304-with-length": (b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 1234\r\n\r\n',),
    "/empty": (whole(b"", b"Content-Type: text/html"),),
    "/redirect": (whole(b"gone there", b"Location: /plain", status=b"HTTP/1.1 301 Moved Permanently"),),
    "/404": (whole(BODY, status=b"HTTP/1.1 404 Not Found"),),
    "/410": (whole(b"", status=b"HTTP/1.1 410 Gone"),),
    "/500": (whole(BODY, status=b"HTTP/1.1 500 Oh dear"),),
    "/503": (whole(BODY, b"Retry-After: 5", status=b"HTTP/1.1 503 Later"),),
    "/big": (whole(b"0123456789abcdef" * 300_000, b"Content-Type: application/octet-stream"),),
    "/close-after": (whole(BODY, b"Connection: close"), CLOSE),
}
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </site.css>; rel=preload\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[RawServer]:
    with RawServer(CASES) as running:
        yield running


@pytest.fixture(scope="module")
def fetched(server: RawServer, fetch: Fetch) -> Fetched:
    return fetch([f"http://127.0.0.1:{server.port}{path}" for path in CASES])


def served(server: RawServer, path: str) -> Served:
    return next(entry for entry in server.log if entry.target == path)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("path", CASES)
def test_the_response_record_is_what_the_server_sent(path: str, server: RawServer, fetched: Fetched) -> None:
    (record,) = fetched.of(f"http://127.0.0.1:{server.port}{path}", "response")
    assert sha256(record.block) == served(server, path).response_sha256
    assert record["WARC-Block-Digest"] == f"sha256:{sha256(record.block)}"
    assert record["WARC-Truncated"] is None


@pytest.mark.parametrize("path", CASES)
def test_the_request_record_is_what_the_server_read(path: str, server: RawServer, fetched: Fetched) -> None:
    (record,) = fetched.of(f"http://127.0.0.1:{server.port}{path}", "request")
    assert record.block == served(server, path).request
    assert b"Accept-Encoding: gzip\r\n" in record.block


def test_exchanges_on_one_connection_are_told_apart(server: RawServer, fetched: Fetched) -> None:
    metadata = [fetched.of(f"http://127.0.0.1:{server.port}{path}", "metadata")[0].facts() for path in CASES]
    assert len({facts["connection"] for facts in metadata}) < len(CASES)


def test_a_103_goes_to_the_metadata_and_the_final_response_stands_alone(fetch: Fetch) -> None:
    with RawServer({"/hints": (INTERIM + whole(BODY),), "/two": (INTERIM, INTERIM, whole(BODY))}) as server:
        base = f"http://127.0.0.1:{server.port}"
        fetched = fetch([f"{base}/hints", f"{base}/two"])
    for path in ("/hints", "/two"):
        (record,) = fetched.of(base + path, "response")
        assert record.block == whole(BODY)
        (metadata,) = fetched.of(base + path, "metadata")
        lines = metadata.block.decode().split("\r\n")
        interim = [unquote_to_bytes(line.partition(": ")[2]) for line in lines if line.startswith("interim: ")]
        assert interim == [INTERIM] * (2 if path == "/two" else 1)


def test_fifty_at_once_are_each_exact(fetch: Fetch) -> None:
    paths = [f"/page-{number}" for number in range(50)]
    answers = {path: (CHUNKED, chunks(path.encode() * 500)) for path in paths}
    with RawServer(answers) as server:
        base = f"http://127.0.0.1:{server.port}"
        fetched = fetch(
            [base + path for path in paths], {"CONCURRENT_REQUESTS_PER_DOMAIN": 50, "CONCURRENT_REQUESTS": 50}
        )
        log = {entry.target: entry for entry in server.log}
    for path in paths:
        (record,) = fetched.of(base + path, "response")
        assert sha256(record.block) == log[path].response_sha256


@pytest.mark.parametrize(
    ("pieces", "truncated", "cause"),
    [
        ((whole(BODY)[:-100], CLOSE), "disconnect", "cut"),
        ((CHUNKED + chunks(BODY)[:-40], CLOSE), "disconnect", "cut"),
        ((whole(BODY)[:-100], RESET), "disconnect", "cut"),
    ],
)
def test_a_cut_body_is_kept_as_far_as_it_came(
    pieces: tuple[Piece, ...], truncated: str, cause: str, fetch: Fetch
) -> None:
    with RawServer({"/cut": pieces}) as server:
        url = f"http://127.0.0.1:{server.port}/cut"
        fetched = fetch([url])
    (record,) = fetched.of(url, "response")
    assert isinstance(pieces[0], bytes)
    assert pieces[0].startswith(record.block)
    assert record["WARC-Truncated"] == truncated
    assert fetched.outcomes[url]["cause"] == cause


def test_a_body_over_the_size_limit_is_cut_and_says_so(fetch: Fetch) -> None:
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000
    with RawServer({"/announced": (whole(b"y" * 50_000),), "/endless": (endless, CLOSE)}) as server:
        base = f"http://127.0.0.1:{server.port}"
        fetched = fetch([f"{base}/announced", f"{base}/endless"], {"DOWNLOAD_MAXSIZE": 10_000})
    for path in ("/announced", "/endless"):
        (record,) = fetched.of(base + path, "response")
        assert record["WARC-Truncated"] == "length"
        assert fetched.outcomes[base + path]["cause"] == "size limit"
    assert endless.startswith(fetched.of(f"{base}/endless", "response")[0].block)


def test_an_answer_without_a_byte_leaves_request_and_metadata_alone(fetch: Fetch) -> None:
    with RawServer({"/silent": (CLOSE,)}) as server:
        url = f"http://127.0.0.1:{server.port}/silent"
        fetched = fetch([url])
    assert not fetched.of(url, "response")
    (request,) = fetched.of(url, "request")
    (metadata,) = fetched.of(url, "metadata")
    assert request.block.startswith(b"GET /silent HTTP/1.1\r\n")
    assert metadata.facts()["fetchError"] == "disconnect"


def test_a_stale_connection_is_an_attempt_of_its_own(fetch: Fetch) -> None:
    first = whole(BODY)
    with RawServer({"/first": (first,), "/second": (whole(BODY),)}) as server:
        base = f"http://127.0.0.1:{server.port}"
        answered = [0]

        def second() -> bytes:
            answered[0] += 1
            if answered[0] == 1:
                raise ConnectionAbortedError  # the server drops the kept-alive connection
            return whole(BODY)

        server._answer = lambda request: (first,) if request.target == "/first" else (second,)
        fetched = fetch([f"{base}/first", f"{base}/second"])
    requests = fetched.of(f"{base}/second", "request")
    assert [record.block for record in requests] == [requests[0].block] * 2
    assert len(fetched.of(f"{base}/second", "response")) == 1
    assert [record.facts().get("attempt") for record in fetched.of(f"{base}/second", "metadata")] == [None, "2"]
