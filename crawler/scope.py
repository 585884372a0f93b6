"""What is inside a site, told from an address by rule alone: no network, no page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from re import Pattern

from crawler.traps import SESSION, SESSION_IN_PATH, find_trap

TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|twclid|igshid|igsh|mc_[ce]id|_hsenc|_hsmi|hs[CL]ta.*"
    r"|ref_src|ref_url|vero_id|mkt_tok|_ga|_gl|relatedposts_.*|replytocom|share|nb|cmpid|s_cid|__twitter_impression",
    re.IGNORECASE,
)
"""Names of query parameters that say where a reader came from, not what is shown."""

MEDIA = re.compile(
    r".*\.(?:jpe?g|png|gif|webp|svg|avif|ico|pdf|docx?|xlsx?|pptx?|zip|mp[34]|m4[av]|mov|ogg|wav|csv|css|js|epub)",
    re.IGNORECASE,
)

_PARTS = re.compile(r"(https?):/{2}([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?:[^@]*@)*(\[[^\]]*\]|[^:\[\]@]*)(?::([0-9]*))?")
_HOST = re.compile(r"(?!.*\.\.)[a-z0-9_][a-z0-9._-]*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]")
_ESCAPE_QUERY = re.compile(r"%([0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~]")
_CONTROLS = "".join(map(chr, range(33)))
_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))
_DEFAULT_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an address is inside, and the rule that says so."""

    in_scope: bool
    rule: str
    """`article`, `other host`, `listing`, `tag page`, `media file`, `not an article`, `malformed address`, or a trap:
    `address too long`, `path too deep`, `repeated segments`, `calendar`, `too many parameters`."""
    seen: str = field(default="", compare=False)
    """What the rule saw, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An absolute http address in parts, each of them normalised."""

    scheme: str
    host: str
    port: str
    path: str
    query: str

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        query = f"?{self.query}" if self.query else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """The addresses of one site: which are articles, and how each is written canonically.

    The pages of a site link to the same addresses over and over: what was said of one is kept for a while.
    """

    hosts: tuple[str, ...]
    """The first is the canonical one; each further one is an address space of its own."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Host -> the one of `hosts` that it stands for."""
    articles: tuple[tuple[Pattern[str], str], ...] = ()
    """Whole path -> kind; the first that matches."""
    listings: tuple[Pattern[str], ...] = ()
    tags: tuple[Pattern[str], ...] = ()
    slashed: tuple[Pattern[str], ...] = ()
    """Whole paths that the site serves with one slash more."""
    tracking: Pattern[str] = TRACKING
    languages: tuple[tuple[Pattern[str], str], ...] = ()
    """Host and path from their start -> BCP 47; the first that matches."""

    def canonical(self, url: str) -> str | None:
        """Return the one spelling of this address, or None when it is no http(s) address with a host."""
        address = self._address(url)
        return None if address is None else str(address)

    def judge(self, url: str) -> Verdict:
        """Say whether this address is an article of the site, and by which rule."""
        return self._verdict(url)

    @lru_cache(maxsize=8192)  # noqa: B019 (scopes live as long as the process)
    def _verdict(self, url: str) -> Verdict:
        address = self._address(url)
        if address is None:
            return Verdict(in_scope=False, rule="malformed address")
        if address.port or address.host not in self.hosts:
            place = f"{address.host}:{address.port}" if address.port else address.host
            return Verdict(in_scope=False, rule="other host", seen=f"{place}, not {' or '.join(self.hosts)}")
        trap = find_trap(address.path, address.query)
        if trap is not None:
            return Verdict(in_scope=False, rule=trap[0], seen=trap[1])
        rule, seen = self._rule_of(address.path)
        return Verdict(in_scope=rule == "article", rule=rule, seen=seen and f"the path {seen}")

    def kind_of(self, url: str) -> str | None:
        """Return the kind that the address alone tells, or None when it is no article of this site."""
        address = self._address(url)
        if address is None or not self.judge(url).in_scope:
            return None
        return next(kind for pattern, kind in self.articles if pattern.fullmatch(address.path))

    def language_of(self, url: str) -> str | None:
        """Return the language that the address alone tells."""
        address = self._address(url)
        place = "" if address is None else address.host + address.path
        return next((language for pattern, language in self.languages if pattern.match(place)), None)

    def _rule_of(self, path: str) -> tuple[str, str]:
        """Return the rule that speaks of a path, and what it saw there."""
        if MEDIA.fullmatch(path):
            return "media file", f"ends in .{path.rpartition('.')[2]}"
        articles = tuple(pattern for pattern, _ in self.articles)
        for rule, patterns in (("tag page", self.tags), ("listing", self.listings), ("article", articles)):
            fitting = next((pattern.pattern for pattern in patterns if pattern.fullmatch(path)), None)
            if fitting is not None:
                return rule, f"fits {fitting}"
        return "not an article", ""

    @lru_cache(maxsize=8192)  # noqa: B019
    def _address(self, url: str) -> Address | None:
        address = split_address(url, self.tracking)
        if address is None or address.port:
            return address
        host = self.aliases.get(address.host, address.host)
        if host not in self.hosts:
            return address
        path = address.path
        if not MEDIA.fullmatch(path) and any(pattern.fullmatch(path) for pattern in self.slashed):
            path += "/"
        return Address(scheme="https", host=host, port="", path=path, query=address.query)


def split_address(url: str, tracking: Pattern[str] = TRACKING) -> Address | None:
    """Take an absolute http(s) address apart and normalise each part; None when it is none."""
    # WHATWG URL 4.4: leading and trailing C0 controls and spaces go, tabs and line breaks go anywhere.
    parts = _PARTS.fullmatch(url.strip(_CONTROLS).translate(_BREAKS))
    authority = parts and _AUTHORITY.fullmatch(parts[2])
    if not parts or not authority:
        return None
    scheme, host, port = parts[1].lower(), _normal_host(authority[1]), (authority[2] or "").lstrip("0")
    if host is None or int(port[:6] or "1") > 65535:
        return None
    return Address(
        scheme=scheme,
        host=host,
        port="" if port == _DEFAULT_PORTS[scheme] else port,
        path=_without_session(_without_dots(_ESCAPE.sub(_normal_escape, parts[3]))),
        query=_without_tracking(_ESCAPE_QUERY.sub(_normal_escape, parts[4] or ""), tracking),
    )


def _normal_host(text: str) -> str | None:
    """Return the host in lower case and ASCII (RFC 3490), or None when no host is written like this."""
    if text.startswith("["):
        return _normal_ipv6(text[1:-1])
    host = text.lower()
    if not host.isascii():
        try:
            host = host[:254].encode("idna").decode("ascii").lower()
        except UnicodeError:
            return None
    host = host.removesuffix(".")
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None


def _normal_ipv6(text: str) -> str | None:
    try:
        return f"[{IPv6Address(text).compressed}]" if "%" not in text else None
    except AddressValueError:
        return None


def _normal_escape(match: re.Match[str]) -> str:
    """Write an octet plainly where RFC 3986 6.2.2.2 allows it, as `%XX` elsewhere."""
    if match[1] is None:
        return "".join(f"%{octet:02X}" for octet in match[0].encode("utf-8", "replace"))
    plain = chr(int(match[1], 16))
    return plain if _PLAIN.fullmatch(plain) else f"%{match[1].upper()}"


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986 5.2.4)."""
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _without_session(path: str) -> str:
    return SESSION_IN_PATH.sub("", path) if ";" in path or "(" in path else path


def _without_tracking(query: str, tracking: Pattern[str]) -> str:
    pairs = query.split("&")
    return "&".join(pair for pair in pairs if pair and not _is_left_out(pair, tracking))


def _is_left_out(pair: str, tracking: Pattern[str]) -> bool:
    return bool(tracking.fullmatch(pair.partition("=")[0]) or SESSION.fullmatch(pair))
