"""A small good WARC, and for every code one thing broken in it that fires that code and no other."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from collections.abc import Callable

from archive.message import HEAD_LIMIT

CASES: dict[str, Callable[[], bytes]] = {}
"""The broken file of each code."""

DATE = "2026-11-24T01:32:00.123456Z"
URL = "https://example.com/news/brief"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>\n"
REQUEST = b"GET /news/brief HTTP/1.1\r\nHost: example.com\r\n\r\n"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
Fields = list[tuple[str, str | None]]


def case(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def add(make: Callable[[], bytes]) -> Callable[[], bytes]:
        assert name not in CASES
        CASES[name] = make
        return make

    return add


def urn(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012d}"


def sha1(content: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()


def record(
    kind: str, number: int, block: bytes, changes: dict[str, str | None] | None = None, more: Fields | None = None
) -> bytes:
    """Return a record of that type; a change to None leaves a field out, `more` adds fields."""
    fields: dict[str, str | None] = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<{urn(number)}>",
        "WARC-Date": DATE,
        "WARC-Target-URI": URL,
        "WARC-Warcinfo-ID": f"<{urn(1)}>",
        "Content-Type": "text/plain",
        "WARC-Block-Digest": sha1(block),
        "Content-Length": str(len(block)),
    }
    fields |= changes or {}
    lines = [f"{name}: {value}\r\n" for name, value in (*fields.items(), *(more or [])) if value is not None]
    return b"WARC/1.1\r\n" + "".join(lines).encode() + b"\r\n" + block + b"\r\n\r\n"


def warcinfo(software: str = "maker/1", **changes: str | None) -> bytes:
    block = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    own = {"WARC-Target-URI": None, "WARC-Warcinfo-ID": None, "Content-Type": "application/warc-fields"}
    return record("warcinfo", 1, block, {**own, "WARC-Filename": "good.warc.gz", **named(changes)})


def response(block: bytes = PAGE, *, payload: bytes | None = None, **changes: str | None) -> bytes:
    payload = block.partition(b"\r\n\r\n")[2] if payload is None else payload
    own = {
        "Content-Type": "application/http;msgtype=response",
        "WARC-IP-Address": "192.0.2.7",
        "WARC-Payload-Digest": sha1(payload),
    }
    return record("response", 2, block, {**own, **named(changes)})


def request(**changes: str | None) -> bytes:
    own = {"Content-Type": "application/http;msgtype=request", "WARC-Concurrent-To": f"<{urn(2)}>"}
    return record("request", 3, REQUEST, {**own, **named(changes)})


def metadata(block: bytes = b"via: https://example.com/\r\n", **changes: str | None) -> bytes:
    own = {"Content-Type": "application/warc-fields", "WARC-Concurrent-To": f"<{urn(2)}>"}
    return record("metadata", 4, block, {**own, **named(changes)})


def revisit(number: int = 5, **changes: str | None) -> bytes:
    own = {
        "WARC-Date": "2026-11-25T01:32:00Z",
        "Content-Type": "application/http;msgtype=response",
        "WARC-Profile": PROFILE,
        "WARC-Refers-To": f"<{urn(2)}>",
        "WARC-Refers-To-Target-URI": URL,
        "WARC-Refers-To-Date": DATE,
        "WARC-Payload-Digest": sha1(b"<p>\n"),
        "WARC-Truncated": "length",
    }
    return record("revisit", number, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", {**own, **named(changes)})


def named(changes: dict[str, str | None]) -> dict[str, str | None]:
    """Return the changes under WARC's names: `WARC_Date` is WARC-Date."""
    return {name.replace("_", "-"): value for name, value in changes.items()}


def packed(*records: bytes) -> bytes:
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def good() -> bytes:
    """Return the file that nothing is wrong with."""
    return packed(warcinfo(), response(), request(), metadata(), revisit())


def with_response(block: bytes = PAGE, **changes: object) -> bytes:
    return packed(warcinfo(), response(block, **changes), request())  # type: ignore[arg-type]


def with_resource(block: bytes = b"text", **changes: str | None) -> bytes:
    return packed(warcinfo(), record("resource", 9, block, named(changes)))


def changed(one: bytes, old: bytes, new: bytes) -> bytes:
    """Return a record with its bytes changed at one place."""
    assert one.count(old) == 1
    return one.replace(old, new)


def segment(kind: str, number: int, count: int, block: bytes, **changes: str | None) -> bytes:
    own: dict[str, str | None] = {"WARC-Segment-Number": str(count)}
    if kind == "continuation":
        own |= {"WARC-Segment-Origin-ID": f"<{urn(9)}>", "Content-Type": None}
    return record(kind, number, block, {**own, **named(changes)})


def last_segment(**changes: str | None) -> bytes:
    return segment("continuation", 10, 2, b"more", **{"WARC_Segment_Total_Length": "8", **changes})


def ours(payload_digest: str = sha1(b"<p>\n"), *, order: tuple[int, ...] = (0, 1, 2)) -> bytes:
    block = f"via: https://example.com/\r\npayloadDigest: {payload_digest}\r\n".encode()
    exchange = [response(), request(), metadata(block)]
    return packed(warcinfo("brief-archive/1.0 warcio/1"), *(exchange[at] for at in order))


@case("file-empty")
def _() -> bytes:
    return b""


@case("gzip-torn")
def _() -> bytes:
    return good()[:-9]


@case("gzip-corrupt")
def _() -> bytes:
    torn = bytearray(packed(record("resource", 9, b"text")))
    torn[-6] ^= 1  # the checksum
    return packed(warcinfo()) + torn


@case("gzip-garbage")
def _() -> bytes:
    return good() + b"left over"


@case("gzip-several-records")
def _() -> bytes:
    return packed(warcinfo(), response() + request())


@case("gzip-after-record")
def _() -> bytes:
    return packed(warcinfo(), record("resource", 9, b"text") + b"left over")


@case("record-torn")
def _() -> bytes:
    return warcinfo() + response()[:-20]


@case("record-cut")
def _() -> bytes:
    return packed(warcinfo(), record("resource", 9, b"text")[:-6])


@case("record-expected")
def _() -> bytes:
    return packed(warcinfo(), b"no record", record("resource", 9, b"text"))


@case("length-bad")
def _() -> bytes:
    return with_resource(Content_Length="four")


@case("length-wrong")
def _() -> bytes:
    short = record("resource", 9, b"text", {"Content-Length": "2", "WARC-Block-Digest": sha1(b"te")})
    return warcinfo() + short + record("resource", 10, b"text")


@case("record-end")
def _() -> bytes:
    return packed(warcinfo(), record("resource", 9, b"text")[:-2])


@case("arc-line")
def _() -> bytes:
    version = b"1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n"
    first = b"filedesc://a.arc 127.0.0.1 20140301000000 text/plain %d\n" % len(version)
    return first + version + b"\nhttp://example.com/ 192.0.2.7 20140401000000 text/html abc\n\n"


@case("version-unknown")
def _() -> bytes:
    return packed(warcinfo(), changed(record("resource", 9, b"text"), b"WARC/1.1\r\n", b"WARC/1.2\r\n"))


@case("head-line-ends")
def _() -> bytes:
    return packed(warcinfo(), changed(record("resource", 9, b"text"), b"resource\r\n", b"resource\n"))


@case("head-endless")
def _() -> bytes:
    """The rest of the fields is taken for the block, whose length is right."""
    changes = {"WARC-Block-Digest": None, "Content-Length": "00000"}
    whole = record("resource", 9, b"", changes, [("X-Long", "x" * 1000)] * 1100)
    rest = len(whole) - len(b"\r\n\r\n") - HEAD_LIMIT
    return packed(warcinfo(), changed(whole, b": 00000", b": %d" % rest))


@case("field-malformed")
def _() -> bytes:
    return packed(warcinfo(), changed(record("resource", 9, b"text"), b"resource\r\n", b"resource\r\nno field\r\n"))


@case("field-bytes")
def _() -> bytes:
    return packed(warcinfo(), changed(record("resource", 9, b"text"), b"resource\r\n", b"resource\r\nX: \xe9\r\n"))


@case("field-folded")
def _() -> bytes:
    return packed(warcinfo(), changed(record("resource", 9, b"text"), b"resource\r\n", b"resource\r\nX: a\r\n b\r\n"))


@case("field-repeated")
def _() -> bytes:
    return packed(warcinfo(), record("resource", 9, b"text", more=[("WARC-Date", DATE)]))


@case("field-forbidden")
def _() -> bytes:
    return with_resource(WARC_Filename="good.warc.gz")


@case("field-undefined")
def _() -> bytes:
    return with_resource(WARC_Profile="https://example.com/profile")


@case("type-missing")
def _() -> bytes:
    return with_resource(WARC_Type=None)


@case("type-unknown")
def _() -> bytes:
    return with_resource(WARC_Type="screenshot")


@case("id-missing")
def _() -> bytes:
    return with_resource(WARC_Record_ID=None)


@case("id-malformed")
def _() -> bytes:
    return with_resource(WARC_Record_ID="<urn:uuid:00 00>")


@case("id-repeated")
def _() -> bytes:
    return packed(warcinfo(), *[record("resource", 9, b"text")] * 2)


@case("date-missing")
def _() -> bytes:
    return with_resource(WARC_Date=None)


@case("date-malformed")
def _() -> bytes:
    return with_resource(WARC_Date="2026-11-24T01:32:00+01:00")


@case("uri-missing")
def _() -> bytes:
    return with_resource(WARC_Target_URI=None)


@case("uri-illegal")
def _() -> bytes:
    return with_resource(WARC_Target_URI="https://example.com/a b")


@case("uri-unescaped")
def _() -> bytes:
    return with_resource(WARC_Target_URI="https://example.com/a|b")


@case("uri-brackets")
def _() -> bytes:
    return with_resource(WARC_Target_URI="<https://example.com/>")


@case("uri-brackets-1-0")
def _() -> bytes:
    one = record("resource", 9, b"text", {"WARC-Target-URI": f"<{URL}>", "WARC-Date": "2026-11-24T01:32:00Z"})
    return packed(warcinfo(), changed(one, b"WARC/1.1", b"WARC/1.0"))


@case("uri-fragment")
def _() -> bytes:
    return with_resource(WARC_Target_URI=URL + "#top")


@case("ip-malformed")
def _() -> bytes:
    return with_resource(WARC_IP_Address="192.0.2")


@case("content-type-missing")
def _() -> bytes:
    return with_resource(Content_Type=None)


@case("content-type-odd")
def _() -> bytes:
    return packed(warcinfo(Content_Type="text/plain"))


@case("truncated-unknown")
def _() -> bytes:
    return with_resource(WARC_Truncated="tired")


@case("profile-missing")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Profile=None))


@case("profile-unknown")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Profile="https://example.com/similar"))


@case("segment-number")
def _() -> bytes:
    return packed(warcinfo(), segment("resource", 9, 2, b"text"))


@case("segment-origin")
def _() -> bytes:
    return packed(warcinfo(), last_segment())


@case("segment-series")
def _() -> bytes:
    return packed(warcinfo(), segment("resource", 9, 1, b"text"), last_segment(WARC_Segment_Total_Length="9"))


@case("warcinfo-first")
def _() -> bytes:
    return packed(record("resource", 9, b"text"), warcinfo())


@case("warcinfo-filename")
def _() -> bytes:
    return packed(warcinfo(WARC_Filename=None))


@case("warcinfo-unnamed")
def _() -> bytes:
    return with_resource(WARC_Warcinfo_ID=None)


@case("warcinfo-unknown")
def _() -> bytes:
    return with_resource(WARC_Warcinfo_ID=f"<{urn(99)}>")


@case("digest-malformed")
def _() -> bytes:
    return with_resource(WARC_Block_Digest="sha1:ABC")


@case("digest-unknown")
def _() -> bytes:
    return with_resource(WARC_Block_Digest="whirl9000:abc")


@case("digest-spelling")
def _() -> bytes:
    return with_resource(WARC_Block_Digest="sha1:" + hashlib.sha1(b"text").hexdigest())


@case("block-digest")
def _() -> bytes:
    return with_resource(WARC_Block_Digest=sha1(b"other"))


@case("payload-digest")
def _() -> bytes:
    return with_response(WARC_Payload_Digest=sha1(b"other"))


@case("payload-digest-chunked")
def _() -> bytes:
    body = b"4\r\n<p>\n\r\n0\r\n\r\n"
    return with_response(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, payload=body)


@case("status-line-made")
def _() -> bytes:
    return with_response(PAGE.replace(b"HTTP/1.1", b"HTTP/2"))


@case("status-line-odd")
def _() -> bytes:
    return with_response(PAGE.replace(b"HTTP/1.1", b"ICY"))


@case("status-interim")
def _() -> bytes:
    return with_response(b"HTTP/1.1 103 Early Hints\r\n\r\n", payload=b"")


@case("http-head-cut")
def _() -> bytes:
    return with_response(b"HTTP/1.1 200 OK\r\nContent-Ty", payload=b"")


@case("content-encoding-stale")
def _() -> bytes:
    return with_response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<p>plain</p>")


@case("content-encoding-odd")
def _() -> bytes:
    return with_response(b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(b"<p>"))


@case("transfer-encoding-stale")
def _() -> bytes:
    return with_response(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>plain</p>\n")


@case("content-length-stale")
def _() -> bytes:
    return with_response(PAGE.replace(b"Length: 4", b"Length: 5"))


@case("concurrent-unknown")
def _() -> bytes:
    return packed(warcinfo(), request())


@case("concurrent-date")
def _() -> bytes:
    return packed(warcinfo(), response(), request(WARC_Date="2026-11-24T01:32:01Z"))


@case("concurrent-none")
def _() -> bytes:
    return packed(warcinfo(), response(), request(WARC_Concurrent_To=None))


@case("revisit-unnamed")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Refers_To_Target_URI=None))


@case("revisit-dangling")
def _() -> bytes:
    return packed(warcinfo(), revisit())


@case("revisit-no-original")
def _() -> bytes:
    second = revisit(6, WARC_Refers_To=f"<{urn(5)}>", WARC_Refers_To_Date="2026-11-25T01:32:00Z")
    return packed(warcinfo(), response(), request(), revisit(), second)


@case("revisit-digest")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Payload_Digest=sha1(b"other")))


@case("revisit-digest-missing")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Payload_Digest=None))


@case("revisit-target")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Refers_To_Target_URI="https://example.com/"))


@case("revisit-date")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Refers_To_Date="2026-11-24T01:32:00Z"))


@case("revisit-empty")
def _() -> bytes:
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    return packed(warcinfo(), response(empty), request(), revisit(WARC_Payload_Digest=sha1(b"")))


@case("revisit-truncated")
def _() -> bytes:
    return packed(warcinfo(), response(), request(), revisit(WARC_Truncated=None))


@case("exchange-broken")
def _() -> bytes:
    return ours(order=(0, 1))


@case("exchange-digest")
def _() -> bytes:
    return ours(sha1(b"other"))
