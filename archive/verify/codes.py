"""Every problem that a WARC or ARC file can have, by name.

A paragraph number is one of WARC/1.1 (ISO 28500:2017).
"""

from __future__ import annotations

from archive.problem import Code, advice, error, warning

# --- the file

FILE_EMPTY = error("file-empty", "The file holds no record at all.")
GZIP_TORN = error("gzip-torn", "The file ends inside a gzip member: a crash, or a cut copy.")
GZIP_CORRUPT = error("gzip-corrupt", "A gzip member cannot be inflated, or its checksum or length is wrong.")
GZIP_GARBAGE = error("gzip-garbage", "Bytes that are no gzip member stand behind one, or at the start of the file.")
GZIP_SEVERAL = error(
    "gzip-several-records", "A gzip member holds more than one record, so none but the first can be found (annex D)."
)
GZIP_AFTER_RECORD = error("gzip-after-record", "A gzip member holds bytes after its record.")
RECORD_TORN = error("record-torn", "The file ends inside a record: a crash, or a cut copy.")
RECORD_CUT = error("record-cut", "A record ends before its Content-Length, and others follow.")
RECORD_EXPECTED = error("record-expected", "Something else stands where a record should begin.")
LENGTH_BAD = error("length-bad", "Content-Length is missing or no whole number (5.3).")
LENGTH_WRONG = error("length-wrong", "What follows after Content-Length bytes of block is no record.")
RECORD_END = error("record-end", "The block is not followed by exactly CRLF CRLF (4).")
ARC_LINE = error("arc-line", "A field of an ARC's record line is not of its form: address, date or length.")

# --- version line and named fields

VERSION_UNKNOWN = warning("version-unknown", "The version is neither WARC/1.0 nor WARC/1.1.")
HEAD_LINE_ENDS = error("head-line-ends", "A line of the record's head does not end in CRLF (4).")
HEAD_ENDLESS = error("head-endless", "The record's head has no blank line within a mebibyte.")
FIELD_MALFORMED = error(
    "field-malformed", "A line of the head is no named field: no colon, or a name that is no token (4)."
)
FIELD_BYTES = error("field-bytes", "A field's value holds control characters, or is no UTF-8 (4).")
FIELD_FOLDED = advice("field-folded", "A field goes on in the next line, which some readers cannot follow.")
FIELD_REPEATED = error("field-repeated", "A field other than WARC-Concurrent-To stands there twice (5.1).")
FIELD_FORBIDDEN = error("field-forbidden", "A field that the standard forbids on records of that type (5, 6).")
FIELD_UNDEFINED = advice(
    "field-undefined", "A field that the standard leaves undefined on records of that type (5, 6)."
)
TYPE_MISSING = error("type-missing", "WARC-Type is missing (5.5).")
TYPE_UNKNOWN = warning("type-unknown", "WARC-Type is none of the standard's eight, so readers skip the record (5.5).")
ID_MISSING = error("id-missing", "WARC-Record-ID is missing (5.2).")
ID_MALFORMED = error("id-malformed", "A record id is not one legal URI in angle brackets without white space (5.2).")
ID_REPEATED = error("id-repeated", "Two records have the same WARC-Record-ID (5.2).")
DATE_MISSING = error("date-missing", "WARC-Date is missing (5.4).")
DATE_MALFORMED = error("date-malformed", "A date is not of the form that its WARC version allows, in UTC (5.4).")
URI_MISSING = error("uri-missing", "WARC-Target-URI is missing where the record's type demands it (5.12).")
URI_ILLEGAL = error("uri-illegal", "An address has no scheme, or white space, controls or non-ASCII (5.12, RFC 3986).")
URI_UNESCAPED = advice(
    "uri-unescaped", "An address holds characters that RFC 3986 wants percent-encoded and browsers send as they are."
)
URI_BRACKETS = error("uri-brackets", "An address stands in angle brackets, which WARC/1.1 has on record ids alone.")
URI_BRACKETS_1_0 = advice("uri-brackets-1-0", "An address stands in angle brackets, as the grammar of WARC/1.0 has it.")
URI_FRAGMENT = error(
    "uri-fragment", "A web address has a #fragment: no server saw it, and no index finds it in a WACZ."
)
IP_MALFORMED = error("ip-malformed", "WARC-IP-Address is neither an IPv4 nor an IPv6 address (5.10).")
CONTENT_TYPE_MISSING = warning("content-type-missing", "A block is not empty and has no Content-Type (5.6).")
CONTENT_TYPE_ODD = warning(
    "content-type-odd", "Content-Type is not what the standard has for a web request or response, or a warcinfo (6)."
)
TRUNCATED_UNKNOWN = warning(
    "truncated-unknown", "WARC-Truncated gives a reason that the standard does not know (5.13)."
)
PROFILE_MISSING = error("profile-missing", "A revisit has no WARC-Profile (6.7.1).")
PROFILE_UNKNOWN = warning("profile-unknown", "A revisit has a profile that the standard does not know (6.7).")
SEGMENT_NUMBER = error(
    "segment-number", "WARC-Segment-Number is missing, or not 1 at first and more in continuations (7)."
)
SEGMENT_ORIGIN = error(
    "segment-origin", "A continuation names no first segment, or one that is in none of the files (7)."
)
SEGMENT_SERIES = error("segment-series", "A series of segments has a gap, no end, or another total length (7).")

# --- warcinfo

WARCINFO_FIRST = advice("warcinfo-first", "A file does not begin with a warcinfo record (5.5).")
WARCINFO_FILENAME = advice("warcinfo-filename", "A warcinfo record has no WARC-Filename (guidelines R9).")
WARCINFO_UNNAMED = advice(
    "warcinfo-unnamed", "Records do not name their warcinfo by WARC-Warcinfo-ID (guidelines R10)."
)
WARCINFO_UNKNOWN = advice("warcinfo-unknown", "WARC-Warcinfo-ID names no warcinfo record of the files given.")

# --- digests

DIGEST_MALFORMED = error(
    "digest-malformed", "A digest is not `algorithm:value` with a value of the algorithm's length (5.8)."
)
DIGEST_UNKNOWN = advice("digest-unknown", "A digest is of an algorithm that is not known here, and is not checked.")
DIGEST_SPELLING = advice(
    "digest-spelling", "A digest is right, and not spelt as tools expect: sha1 in Base32, others in lower-case hex."
)
BLOCK_DIGEST = error("block-digest", "WARC-Block-Digest is not that of the block (5.8).")
PAYLOAD_DIGEST = error("payload-digest", "WARC-Payload-Digest is not that of the payload (5.9), in no reading of it.")
PAYLOAD_DIGEST_CHUNKED = advice(
    "payload-digest-chunked",
    "WARC-Payload-Digest is over the body with its chunk framing, as many writers and checkers have it; the standard"
    " takes transfer codings off (6.3.2).",
)

# --- HTTP

STATUS_LINE_MADE = error(
    "status-line-made", "A status line says HTTP/2 or HTTP/3, which send none: a writer made it, and pywb answers 503."
)
STATUS_LINE_ODD = warning("status-line-odd", "A response does not begin with `HTTP/1.0 ` or `HTTP/1.1 ` and a status.")
STATUS_INTERIM = warning(
    "status-interim", "A response record holds an interim response (1xx): readers take it for the page."
)
HTTP_HEAD_CUT = warning(
    "http-head-cut", "An HTTP head has no blank line at its end, and WARC-Truncated does not say why."
)
CONTENT_ENCODING_STALE = warning(
    "content-encoding-stale", "The body is not in the content coding that its head names, so that raw replay fails."
)
CONTENT_ENCODING_ODD = advice(
    "content-encoding-odd", "A content coding that not every player can undo: other than gzip or br, or several."
)
TRANSFER_ENCODING_STALE = warning(
    "transfer-encoding-stale", "The head says chunked and the body is not, so that raw replay fails."
)
CONTENT_LENGTH_STALE = warning(
    "content-length-stale", "The body is not as long as its Content-Length, and WARC-Truncated does not say why."
)

# --- records that belong together

CONCURRENT_UNKNOWN = error("concurrent-unknown", "WARC-Concurrent-To names a record that is in none of the files.")
CONCURRENT_DATE = error("concurrent-date", "Records of one capture event have different WARC-Dates (5.4).")
CONCURRENT_NONE = advice(
    "concurrent-none", "A request is tied to no record by WARC-Concurrent-To, in either direction."
)
REVISIT_UNNAMED = warning(
    "revisit-unnamed", "A revisit has no WARC-Refers-To-Target-URI and -Date, by which players find the original."
)
REVISIT_DANGLING = error("revisit-dangling", "A revisit's original is in none of the files.")
REVISIT_NO_ORIGINAL = error("revisit-no-original", "A revisit names a record that holds no payload, such as a revisit.")
REVISIT_DIGEST = error("revisit-digest", "A revisit and its original have different payload digests.")
REVISIT_DIGEST_MISSING = error(
    "revisit-digest-missing", "A revisit for an identical payload has no WARC-Payload-Digest (6.7.2)."
)
REVISIT_TARGET = error(
    "revisit-target", "WARC-Refers-To-Target-URI is not the original's address, so that players do not find it."
)
REVISIT_DATE = warning("revisit-date", "WARC-Refers-To-Date is not the original's WARC-Date.")
REVISIT_EMPTY = warning(
    "revisit-empty", "A revisit for an empty payload, which saves nothing and is mistaken by players."
)
REVISIT_TRUNCATED = Code(
    name="revisit-truncated",
    level=REVISIT_DIGEST.level,
    meaning="A revisit leaves its body out and has no WARC-Truncated: length (6.7.2).",
    is_once=True,
)

# --- files of ours

EXCHANGE_BROKEN = error(
    "exchange-broken",
    "An exchange of ours is not response or revisit, request and metadata in a row, tied to each other.",
)
EXCHANGE_DIGEST = error("exchange-digest", "The payloadDigest in a metadata record of ours is not the payload's.")

CODES = {code.name: code for code in tuple(globals().values()) if isinstance(code, Code)}
"""Every code by its name."""
