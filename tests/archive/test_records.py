from __future__ import annotations

from io import BytesIO
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from archive.digest import digest
from archive.model import field
from archive.records import NewRecord, RecordMaker, chain_uri, fields_block, pem, response_facts
from tests.archive.exchanges import AT, CERTIFICATES, CHUNKED, ODD_RESPONSES, PAGE, REQUEST, exchange, failure, ids

GOLDEN = Path(__file__).parent / "golden_exchange.warc"


def maker(algorithm: str = "sha256") -> RecordMaker:
    return RecordMaker(warcinfo_id="urn:uuid:info", new_id=ids(), algorithm=algorithm)


def as_bytes(record: NewRecord) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in record.fields)
    return f"WARC/1.1\r\n{head}\r\n".encode() + record.block.read() + b"\r\n\r\n"


def values(record: NewRecord, name: str) -> list[str]:
    return [value for key, value in record.fields if key == name]


def metadata_of(record: NewRecord) -> list[tuple[str, str]]:
    lines = record.block.read().decode().split("\r\n")
    assert lines.pop() == ""
    return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def test_one_exchange_is_exactly_these_bytes() -> None:
    full = exchange(
        url="https://example.com/café au lait#top",
        interim=(b"HTTP/1.1 103 Early Hints\r\nLink: <\xe9>\r\n\r\n",),
        protocol=("http/1.1", "tls/1.3"),
        cipher_suite="TLS_AES_256_GCM_SHA384",
        certificates=CERTIFICATES,
        truncated="length",
        metadata=(("via", "https://example.com/"), ("hopsFromSeed", "LR"), ("seed", "https://example.com/")),
    )
    make = maker()
    info = make.warcinfo(AT, "demo-20261124013200-00001.warc.gz", (("software", "x/1"), ("operator", "me")))
    records = (info, make.chain(AT, CERTIFICATES), *make.exchange(full)[0], make.failure(failure()))
    assert b"".join(map(as_bytes, records)) == GOLDEN.read_bytes()


def test_request_and_metadata_name_the_response_and_it_names_both() -> None:
    response, request, metadata = maker().exchange(exchange())[0]
    assert values(response, "WARC-Concurrent-To") == [f"<{request.record_id}>", f"<{metadata.record_id}>"]
    assert values(request, "WARC-Concurrent-To") == values(metadata, "WARC-Concurrent-To")
    assert values(request, "WARC-Concurrent-To") == [f"<{response.record_id}>"]
    assert {field(record.fields, "WARC-Date") for record in (response, request, metadata)} == {
        "2026-11-24T01:32:00.123456Z"
    }


def test_an_exchange_of_no_response_is_a_request_and_metadata() -> None:
    records, facts = maker().exchange(exchange(None, truncated="disconnect", metadata=(("fetchError", "reset"),)))
    assert facts is None
    request, metadata = records
    assert values(request, "WARC-Concurrent-To") == [f"<{metadata.record_id}>"]
    assert values(metadata, "WARC-Concurrent-To") == [f"<{request.record_id}>"]
    assert request.block.read() == REQUEST
    assert metadata_of(metadata) == [("fetchError", "reset"), ("fetchTimeMs", "12"), ("truncated", "disconnect")]


def test_a_chunked_message_has_its_payload_digest_in_the_metadata_alone() -> None:
    response, _, metadata = maker().exchange(exchange(CHUNKED + b"4\r\nbody\r\n0\r\n\r\n"))[0]
    assert values(response, "WARC-Payload-Digest") == []
    assert ("payloadDigest", digest("sha256", b"body")) in metadata_of(metadata)


def test_a_plain_message_has_its_payload_digest_in_both() -> None:
    response, request, metadata = maker("sha1").exchange(exchange())[0]
    expected = digest("sha1", b"<p>\n")
    assert values(response, "WARC-Payload-Digest") == [expected]
    assert ("payloadDigest", expected) in metadata_of(metadata)
    assert values(request, "WARC-Payload-Digest") == values(metadata, "WARC-Payload-Digest") == []


@pytest.mark.parametrize("name", ["folded blank", "line of no-break space", "304 with stray bytes"])
def test_where_readers_would_disagree_no_payload_digest_misleads_them(name: str) -> None:
    assert not response_facts(ODD_RESPONSES[name], "sha256").payload_field()


@pytest.mark.parametrize("name", ODD_RESPONSES)
def test_blocks_are_the_bytes_given(name: str) -> None:
    response = maker().exchange(exchange(ODD_RESPONSES[name]))[0][0]
    assert response.block.read() == ODD_RESPONSES[name]
    assert field(response.fields, "WARC-Block-Digest") == digest("sha256", ODD_RESPONSES[name])
    assert field(response.fields, "Content-Length") == str(len(ODD_RESPONSES[name]))


def test_a_spooled_response_is_read_from_its_start_wherever_it_stands() -> None:
    spooled = BytesIO(PAGE)
    spooled.seek(7)
    facts = maker().exchange(exchange(spooled))[1]
    assert facts == maker().exchange(exchange(PAGE))[1]


def test_interim_responses_come_back_byte_for_byte() -> None:
    interim = b"HTTP/1.1 103 Early\r\nX: 100%\xff\0\r\n\r\n"
    fields = metadata_of(maker().exchange(exchange(interim=(interim, b"HTTP/1.1 100\r\n\r\n")))[0][2])
    found = [value for name, value in fields if name == "interim"]
    assert [unquote_to_bytes(value) for value in found] == [interim, b"HTTP/1.1 100\r\n\r\n"]


def test_a_failed_fetch_is_one_metadata_record() -> None:
    record = maker().failure(failure(detail="no\r\nsuch: name", metadata=(("via", "https://example.com/"),)))
    assert field(record.fields, "WARC-Type") == "metadata"
    assert field(record.fields, "WARC-Target-URI") == "https://nowhere.example/"
    assert metadata_of(record) == [
        ("via", "https://example.com/"),
        ("fetchError", "dns"),
        ("fetchErrorDetail", "no%0D%0Asuch: name"),
        ("fetchTimeMs", "3"),
    ]


@given(st.lists(st.tuples(st.just("via"), st.text())))
def test_no_value_breaks_the_lines_of_a_block(fields: list[tuple[str, str]]) -> None:
    block = fields_block(tuple(fields))
    assert block.count(b"\n") == block.count(b"\r\n") == block.count(b"\r") == len(fields)


def test_a_chain_is_kept_under_its_own_digest_and_named_in_the_metadata() -> None:
    record = maker("sha1").chain(AT, CERTIFICATES)
    block = record.block.read()
    assert field(record.fields, "WARC-Target-URI") == f"urn:{digest('sha256', block)}" == chain_uri(CERTIFICATES)
    assert values(record, "WARC-Payload-Digest") == values(record, "WARC-Block-Digest") == [digest("sha1", block)]
    metadata = maker().exchange(exchange(certificates=CERTIFICATES))[0][2]
    assert ("tlsChain", chain_uri(CERTIFICATES)) in metadata_of(metadata)


def test_pem_is_what_openssl_reads(self_signed: bytes) -> None:
    certificates = x509.load_pem_x509_certificates(pem((self_signed, self_signed)))
    assert len(certificates) == 2
