"""Addresses as WARC targets, and as the sort-friendly keys of a CDXJ: `com,example)/path?query`.

The keys are those of cdxj-indexer and pywb, whose library (surt 0.3.1 on PyPI) is unmaintained since 2019, under the
AGPL, and looks up names while it canonicalises. This is code of our own, compared with that library where it gives
an answer; see tests/archive/test_surt.py for the cases and how to compare again. It differs on purpose where the
library raises (a port that is no number, an address of blanks only), and where it would ask the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

_KEPT_IN_TARGET = "".join(map(chr, range(0x21, 0x7F)))
_KEPT_IN_KEY = _KEPT_IN_TARGET.replace("#", "").replace("%", "")
_DEFAULT_PORTS = {(b"http", b"80"), (b"https", b"443")}

_SCHEME = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:")
_SCHEME_TWICE = re.compile(rb"\A(?:https?://)+(?=https?://)")
_PARTS = re.compile(rb"([^:]*):(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_WWW = re.compile(rb"www\d*\.")
_IP_OF_NUMBERS = re.compile(rb"[0-9]+|0[0-7]*(?:\.[0-7]+){1,3}|[1-9][0-9]*(?:\.[0-9]+){1,3}")
_MORE_ESCAPES = re.compile(rb"%(?:25)+")
# ASP.NET keeps a session in the path: /(S(24 letters and digits))/page.aspx, or without the S().
_PATH_SESSION = re.compile(rb"(?<=/)\((?:[0-9a-z]{24}|(?:[a-z]\([0-9a-z]{24}\))+)\)/(?=[^?]+\.aspx)")
_QUERY_SESSIONS = tuple(
    re.compile(rb"(.*)" + session + rb"(?:&(.*))?", re.IGNORECASE | re.DOTALL)
    for session in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def escape_target(url: str) -> str:
    """Return the address with white space, controls and non-ASCII percent-encoded and no fragment; all else stays."""
    return quote_from_bytes(url.partition("#")[0].encode("utf-8", "surrogatepass"), safe=_KEPT_IN_TARGET)


def surt(url: str) -> str:
    """Return the key that captures of the address are sorted under; never raises."""
    if url.startswith("filedesc"):
        return url
    parts = _split(url.encode("utf-8", "surrogatepass"))
    if parts is None:
        return "-"
    host = _host(parts.host, is_web=parts.scheme != b"dns")
    path = _path(_unescape(parts.path), is_tree=bool(host))
    query = _query(_unescape(parts.query))
    start = _authority(parts, host) if host else parts.scheme + b":"
    if query and not path:
        path = b"/"
    return (start + path + (b"?" + query if query else b"")).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    scheme: bytes
    host: bytes
    port: bytes
    path: bytes
    query: bytes


def _split(url: bytes) -> _Parts | None:
    """Take an address apart; None when there is nothing in it."""
    url = re.sub(rb"[\n\r\t]", b"", url.strip())
    if not url:
        return None
    if not _SCHEME.match(url):
        url = b"http://" + url
    match = _PARTS.match(_SCHEME_TWICE.sub(b"", url))
    assert match is not None, "every text with a colon has these parts"
    scheme, authority, path, query = (part or b"" for part in match.groups())
    host, port = _split_authority(authority)
    if not host and path and scheme.startswith(b"http"):
        host, _, rest = path.lstrip(b"/").partition(b"/")  # http:///example.com/
        path = b"/" + rest
    return _Parts(scheme=scheme, host=host, port=port, path=path, query=query)


def _split_authority(authority: bytes) -> tuple[bytes, bytes]:
    """Return host and port, without user and password."""
    place = authority.rstrip(b":").rpartition(b"@")[2]
    host, _, port = place.partition(b":")
    if b"[" in place:
        host, _, after = place.partition(b"[")[2].partition(b"]")
        port = after.partition(b":")[2]
    return host, port.lstrip(b"0") if port.isdigit() else port


def _authority(parts: _Parts, host: bytes) -> bytes:
    is_default = not parts.port or (parts.scheme.lower(), parts.port) in _DEFAULT_PORTS
    port = b"" if is_default else b":" + _escape(parts.port.lower())
    return b",".join(reversed(host.split(b"."))) + port + b")"


def _host(host: bytes, *, is_web: bool) -> bytes:
    host = _ascii_host(_unescape(host)).replace(b"..", b".").strip(b".")
    host = _dotted_quad(host) or _escape(host).lower()
    return _WWW.sub(b"", host, count=1) if is_web and _WWW.match(host) else host


def _ascii_host(host: bytes) -> bytes:
    if host.isascii():
        return host
    try:
        return host.decode("utf-8", "ignore").encode("idna")
    except ValueError:
        return host


def _dotted_quad(host: bytes) -> bytes | None:
    """Return the IPv4 address that one to four numbers, octal after a 0, stand for, as inet_aton reads them."""
    if not _IP_OF_NUMBERS.fullmatch(host) or len(host) > 64:
        return None
    if host.isdigit():
        value = int(host) % 2**32
    else:
        found = _joined_number(host.split(b"."))
        if found is None:
            return None
        value = found
    return b".".join(b"%d" % byte for byte in value.to_bytes(4, "big"))


def _joined_number(numbers: list[bytes]) -> int | None:
    """Return the address: each number is a byte, but the last fills what is left."""
    try:
        *front, last = (int(number, 8 if number[:1] == b"0" else 10) for number in numbers)
    except ValueError:
        return None
    room = 1 << 8 * (4 - len(front))
    if last >= room or any(number > 255 for number in front):
        return None
    return int.from_bytes(bytes(front), "big") * room + last


def _path(path: bytes, *, is_tree: bool) -> bytes:
    path = _escape(_without_dots(path) if is_tree else path).lower()
    path = _PATH_SESSION.sub(b"", path)
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _without_dots(path: bytes) -> bytes:
    """Resolve `.`, `..` and empty segments; a `..` above the root stays, the next one takes it away again."""
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b".." and kept:
            kept.pop()
        elif segment != b".":
            kept.append(segment)
    front = [segment + b"/" for segment in kept[:-1] if segment]
    return b"/" + b"".join((*front, *kept[-1:]))


def _query(query: bytes) -> bytes:
    query = _escape(query)
    for session in _QUERY_SESSIONS:
        match = session.fullmatch(query)
        if match:
            query = match[1] + (match[2] or b"")
    pairs = sorted(query.lower().split(b"&"), key=lambda pair: pair.split(b"=", 1))
    return b"&".join(pairs)


def _unescape(text: bytes) -> bytes:
    """Percent-decode until nothing changes."""
    before = None
    while before != text:
        before, text = text, unquote_to_bytes(_MORE_ESCAPES.sub(b"%25", text))
    return text


def _escape(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_KEPT_IN_KEY).encode("ascii")
