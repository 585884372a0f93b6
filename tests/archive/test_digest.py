from __future__ import annotations

import base64
import hashlib
import json
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.digest import digest, payload_digest, same_digest

EMPTY_SHA1 = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
EMPTY_SHA256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_sha256_is_lower_hex_and_sha1_is_upper_base32() -> None:
    assert digest("sha256", b"") == EMPTY_SHA256
    assert digest("sha1", b"") == EMPTY_SHA1


def test_pieces_have_the_digest_of_the_whole() -> None:
    assert digest("sha256", iter((b"a", b"", b"bc"))) == digest("sha256", b"abc")


def test_an_algorithm_that_is_not_ours_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="md5"):
        digest("md5", b"")


def test_payload_digests_are_those_of_the_real_cases(real: Path) -> None:
    cases = json.loads((real / "http/payload_digest_cases.json").read_text())["cases"]
    assert len(cases) == 8
    for case in cases:
        message = base64.b64decode(case["raw_base64"])
        assert payload_digest(message, "sha1") == case["payload_digest_warc"], case["id"]
        assert payload_digest(BytesIO(message), "sha1") == case["payload_digest_warc"], case["id"]
        assert same_digest("sha1:" + case["payload_digest_sha1_hex"], case["payload_digest_warc"])


def test_transfer_coding_does_not_count() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\nh\r\n1\r\ni\r\n0\r\nT: x\r\n\r\n"
    assert payload_digest(chunked) == digest("sha256", b"hi")


RAW = hashlib.sha1(b"page").digest()
SPELLINGS = [
    "sha1:" + base64.b32encode(RAW).decode(),
    "SHA1:" + base64.b32encode(RAW).decode().lower(),
    "sha-1:" + RAW.hex(),
    "sha1:" + RAW.hex().upper(),
    "Sha1:" + base64.b64encode(RAW).decode(),
    "sha1:" + base64.b64encode(RAW).decode().rstrip("="),
    "sha1:" + base64.urlsafe_b64encode(RAW).decode(),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_digest_in_any_spelling_is_the_same(spelling: str) -> None:
    assert all(same_digest(spelling, other) for other in SPELLINGS)


@pytest.mark.parametrize(
    "other", [EMPTY_SHA1, "sha256:" + RAW.hex(), "md5:" + RAW.hex(), "sha1:", "sha1:" + RAW.hex()[:-2], "", "sha1"]
)
def test_another_digest_is_not_the_same(other: str) -> None:
    assert not same_digest(SPELLINGS[0], other)


@given(st.binary())
def test_hex_and_base32_of_any_sha256_agree(content: bytes) -> None:
    raw = hashlib.sha256(content).digest()
    assert same_digest(digest("sha256", content), "sha256:" + base64.b32encode(raw).decode())


@given(st.text(), st.text())
def test_no_texts_raise(one: str, other: str) -> None:
    assert same_digest(one, other) == same_digest(other, one)
    assert same_digest("sha1:" + one, "sha1:" + one)
