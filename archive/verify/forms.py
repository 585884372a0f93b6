"""The forms of single values: addresses, record ids, dates."""

from __future__ import annotations

import ipaddress
import re

from archive.errors import TimestampError
from archive.problem import Code
from archive.timestamps import parse_warc_date
from archive.verify.codes import (
    DATE_MALFORMED,
    ID_MALFORMED,
    IP_MALFORMED,
    URI_BRACKETS,
    URI_BRACKETS_1_0,
    URI_FRAGMENT,
    URI_ILLEGAL,
    URI_UNESCAPED,
)

Fault = tuple[Code, str]
"""A code, and what is wrong with the value."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]")
# RFC 3986 appendix A, as a set: what may stand in a URI at all, brackets only where an IPv6 host is.
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:"
    r"(?://(?:[A-Za-z0-9._~!$&'()*+,;=:@\[\]-]|%[0-9A-Fa-f]{2})*(?=[/?#]|\Z))?"
    r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
)
_DATE_1_0 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DATE_1_1 = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z)?)?)?", re.ASCII)


def id_fault(value: str) -> Fault | None:
    """Return what is wrong with a record id in its brackets."""
    if not (value.startswith("<") and value.endswith(">")):
        return ID_MALFORMED, "expected it in angle brackets"
    if not _URI.fullmatch(value[1:-1]):
        return ID_MALFORMED, "expected a legal URI without white space"
    return None


def address_fault(value: str, version: str) -> Fault | None:
    """Return what is wrong with an address in a record of that WARC version."""
    if value.startswith("<") and value.endswith(">"):
        code = URI_BRACKETS_1_0 if version == "WARC/1.0" else URI_BRACKETS
        return code, "expected it without angle brackets"
    if _NOT_PRINTABLE.search(value):
        return URI_ILLEGAL, "expected white space, controls and non-ASCII percent-encoded"
    if not _SCHEME.match(value):
        return URI_ILLEGAL, "expected a scheme and a colon at its start"
    if "#" in value and value.lower().startswith("http"):
        return URI_FRAGMENT, "expected it without its fragment"
    if not _URI.fullmatch(value):
        return URI_UNESCAPED, "expected every character that RFC 3986 does not allow percent-encoded"
    return None


def date_fault(value: str, version: str) -> Fault | None:
    """Return what is wrong with a date in a record of that WARC version."""
    form = _DATE_1_0 if version == "WARC/1.0" else _DATE_1_1
    if not form.fullmatch(value):
        example = "2026-11-24T01:32:00Z" if version == "WARC/1.0" else "2026-11-24T01:32:00.123456Z"
        return DATE_MALFORMED, f"expected UTC as in {example}"
    try:
        parse_warc_date(value)
    except TimestampError:
        return DATE_MALFORMED, "expected a day and time that exist"
    return None


def ip_fault(value: str) -> Fault | None:
    """Return what is wrong with a numeric Internet address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return IP_MALFORMED, "expected an IPv4 or IPv6 address"
    return None
