"""The named fields of a record against the standard: there, in their form, once, and only where they may stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from archive.model import IDENTICAL, NOT_MODIFIED
from archive.model import field as field_of
from archive.problem import Problem
from archive.record import Record
from archive.verify.codes import (
    CONTENT_TYPE_MISSING,
    CONTENT_TYPE_ODD,
    DATE_MISSING,
    FIELD_FORBIDDEN,
    FIELD_REPEATED,
    FIELD_UNDEFINED,
    ID_MISSING,
    PROFILE_MISSING,
    PROFILE_UNKNOWN,
    REVISIT_DIGEST_MISSING,
    TRUNCATED_UNKNOWN,
    TYPE_MISSING,
    TYPE_UNKNOWN,
    URI_MISSING,
    WARCINFO_FILENAME,
    WARCINFO_UNNAMED,
)
from archive.verify.forms import Fault, address_fault, date_fault, id_fault, ip_fault
from archive.verify.framing import record_problem

_TYPES = frozenset(("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"))
_ONLY = {
    "warc-filename": {"warcinfo"},  # 5.15
    "warc-refers-to": {"metadata", "revisit", "conversion"},  # 5.11
    "warc-refers-to-target-uri": {"revisit"},
    "warc-refers-to-date": {"revisit"},
    "warc-segment-origin-id": {"continuation"},  # 5.19
    "warc-segment-total-length": {"continuation"},  # 5.20
    "warc-concurrent-to": {"request", "response", "resource", "metadata", "revisit"},  # 5.7
    "warc-ip-address": {"request", "response", "resource", "metadata", "revisit"},  # 5.10
    "warc-target-uri": _TYPES - {"warcinfo"},  # 5.12
    "warc-warcinfo-id": _TYPES - {"warcinfo"},  # 5.14
    "warc-payload-digest": _TYPES - {"warcinfo", "metadata"},  # 5.9 and 4: these two have no payload
    "warc-identified-payload-type": _TYPES - {"warcinfo", "metadata"},  # 5.17
}
_ONLY_DEFINED = {"warc-profile": {"revisit"}}  # 5.16
_DEFINED = frozenset(
    (
        *_ONLY,
        *_ONLY_DEFINED,
        "warc-type",
        "warc-record-id",
        "warc-date",
        "content-length",
        "content-type",
        "warc-block-digest",
        "warc-truncated",
        "warc-segment-number",
    )
)
_NEED_ADDRESS = _TYPES - {"warcinfo", "metadata"}  # 5.12
_REASONS = ("length", "time", "disconnect", "unspecified")  # 5.13
_HTTP = {"request": "request", "response": "response", "revisit": "response"}

_IDS = ("warc-record-id", "warc-concurrent-to", "warc-refers-to", "warc-warcinfo-id", "warc-segment-origin-id")
_ADDRESSES = ("warc-target-uri", "warc-refers-to-target-uri", "warc-profile")
_DATES = ("warc-date", "warc-refers-to-date")


def check_fields(record: Record) -> Iterator[Problem]:
    """Yield what is wrong with a WARC record's named fields, each looked at by itself."""
    yield from _check_present(record)
    yield from _check_forms(record)
    if record.type in _TYPES:
        yield from _check_places(record)
    yield from _check_repeated(record)
    yield from _check_content_type(record)
    if record.type == "revisit":
        yield from _check_revisit(record)


def _check_present(record: Record) -> Iterator[Problem]:
    if not record.type:
        yield record_problem(TYPE_MISSING, record, "WARC-Type is missing")
    elif record.type not in _TYPES:
        yield record_problem(TYPE_UNKNOWN, record, f"WARC-Type is {record.type!r}, expected one of the standard's")
    if not record.record_id:
        yield record_problem(ID_MISSING, record, "WARC-Record-ID is missing")
    if not record.date:
        yield record_problem(DATE_MISSING, record, "WARC-Date is missing")
    if record.type in _NEED_ADDRESS and not record.target_uri:
        yield record_problem(URI_MISSING, record, f"the {record.type} has no WARC-Target-URI")
    if record.type == "warcinfo" and not field_of(record.headers, "WARC-Filename"):
        yield record_problem(WARCINFO_FILENAME, record, "the warcinfo has no WARC-Filename")
    if record.type in _TYPES - {"warcinfo"} and not field_of(record.headers, "WARC-Warcinfo-ID"):
        yield record_problem(WARCINFO_UNNAMED, record, f"the {record.type} has no WARC-Warcinfo-ID")
    reason = field_of(record.headers, "WARC-Truncated")
    if reason is not None and reason not in _REASONS:
        sentence = f"WARC-Truncated is {reason!r}, expected {', '.join(_REASONS)}"
        yield record_problem(TRUNCATED_UNKNOWN, record, sentence)


def _check_forms(record: Record) -> Iterator[Problem]:
    checks: dict[str, Callable[[str], Fault | None]] = {
        **dict.fromkeys(_IDS, id_fault),
        **dict.fromkeys(_ADDRESSES, partial(address_fault, version=record.version)),
        **dict.fromkeys(_DATES, partial(date_fault, version=record.version)),
        "warc-ip-address": ip_fault,
    }
    for name, value in record.headers:
        check = checks.get(name.lower())
        fault = check(value) if check and value else None
        if fault:
            code, expected = fault
            yield record_problem(code, record, f"{name} is {value[:200]!r}, {expected}")


def _check_places(record: Record) -> Iterator[Problem]:
    for name, _ in record.headers:
        if record.type not in _ONLY.get(name.lower(), _TYPES):
            yield record_problem(FIELD_FORBIDDEN, record, f"the {record.type} has {name}, expected none there")
        if record.type not in _ONLY_DEFINED.get(name.lower(), _TYPES):
            yield record_problem(FIELD_UNDEFINED, record, f"the {record.type} has {name}, which means nothing there")


def _check_repeated(record: Record) -> Iterator[Problem]:
    seen: set[str] = set()
    for name, _ in record.headers:
        key = name.lower()
        if key in seen and key in _DEFINED and key != "warc-concurrent-to":
            yield record_problem(FIELD_REPEATED, record, f"{name} stands there more than once")
        seen.add(key)


def _check_content_type(record: Record) -> Iterator[Problem]:
    given = field_of(record.headers, "Content-Type")
    if given is None:
        if record.content_length and record.type != "continuation":
            yield record_problem(CONTENT_TYPE_MISSING, record, "the block is not empty and has no Content-Type")
        return
    expected = _expected_type(record)
    plain = given.lower().replace(" ", "").replace('"', "")
    if expected and plain not in (expected, expected.partition(";")[0]):
        yield record_problem(CONTENT_TYPE_ODD, record, f"Content-Type is {given!r}, expected {expected}")


def _expected_type(record: Record) -> str | None:
    if record.type == "warcinfo":
        return "application/warc-fields"
    is_web = (record.target_uri or "").lower().startswith(("http:", "https:"))
    message = _HTTP.get(record.type)
    return f"application/http;msgtype={message}" if is_web and message and record.content_length else None


def _check_revisit(record: Record) -> Iterator[Problem]:
    if not record.profile:
        yield record_problem(PROFILE_MISSING, record, "the revisit has no WARC-Profile")
    elif record.profile not in (IDENTICAL, NOT_MODIFIED):
        yield record_problem(PROFILE_UNKNOWN, record, f"the profile is {record.profile!r}, expected the standard's")
    if record.profile == IDENTICAL and not field_of(record.headers, "WARC-Payload-Digest"):
        yield record_problem(REVISIT_DIGEST_MISSING, record, "the revisit has no WARC-Payload-Digest")
