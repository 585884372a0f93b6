"""Signatures, as wacz-auth 0.1.0 has them, and keys that cannot be used."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from archive.errors import PackageError
from archive.wacz import PrivateKey, check_wacz, load_private_key, load_public_key
from archive.wacz.manifest import DIGEST, labelled
from archive.wacz.signature import decode_public_key, is_signed_by, sign
from tests.archive.wacz.conftest import new_key
from tests.archive.wacz.packages import Files, collection_of_two_years, files_of, packed_parts, redigest, write_zip

PLAIN = NoEncryption()


def pem_of(key: PrivateKey | rsa.RSAPrivateKey, encryption: object = PLAIN) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)  # type: ignore[arg-type]


def never_asked() -> str:
    raise AssertionError("asked for a passphrase that is not needed")


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
def test_a_package_is_signed_with_the_users_key(kind: str, tmp_path: Path) -> None:
    key = new_key(kind)
    (tmp_path / "key.pem").write_bytes(pem_of(key))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pub").write_bytes(public)
    loaded = load_private_key(tmp_path / "key.pem", never_asked)
    packed = packed_parts(collection_of_two_years(tmp_path / "c"), tmp_path / "signed.wacz", key=loaded)
    assert packed[0].signed
    assert list(check_wacz(packed[0].path, load_public_key(tmp_path / "key.pub"))) == []
    others = check_wacz(packed[0].path, new_key(kind).public_key())
    assert [problem.code.name for problem in others] == ["wacz-other-key"]


def test_signed_data_is_in_the_anonymous_form(good: Path) -> None:
    files = files_of(good)
    signed = json.loads(files[DIGEST])["signedData"]
    assert list(signed) == ["hash", "created", "software", "version", "signature", "publicKey"]
    assert signed["hash"] == labelled(files["datapackage.json"])
    assert (signed["created"], signed["version"]) == (json.loads(files["datapackage.json"])["created"], "0.1.0")


def test_an_ecdsa_signature_is_what_a_browser_verifies(key: ec.EllipticCurvePrivateKey) -> None:
    """WebCrypto's form: r and s side by side, SHA-256 over the text of hash, the key as SubjectPublicKeyInfo."""
    signed = sign(key, "sha256:00", created="2026-11-24T06:00:00Z", software="brief-archive/test")
    raw = base64.b64decode(signed["signature"])
    assert len(raw) == 96
    numbers = (int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
    key.public_key().verify(encode_dss_signature(*numbers), b"sha256:00", ECDSA(SHA256()))
    assert decode_public_key(signed["publicKey"]) is not None


def test_a_signature_in_der_is_read_too(key: ec.EllipticCurvePrivateKey) -> None:
    der = key.sign(b"sha256:00", ECDSA(SHA256()))
    assert is_signed_by(key.public_key(), {"hash": "sha256:00", "signature": base64.b64encode(der).decode()})


def test_a_changed_package_does_not_pass_by_a_new_digest(files: Files, tmp_path: Path) -> None:
    signed = json.loads(files[DIGEST])["signedData"]
    files["datapackage.json"] = files["datapackage.json"].replace(b"Harbour", b"Harvest")
    redigest(files, signedData=signed)
    path = write_zip(tmp_path / "changed.wacz", files)
    assert [problem.code.name for problem in check_wacz(path)] == ["wacz-signature"]


def test_a_signature_of_a_domain_is_checked_by_its_certificate(
    files: Files, tmp_path: Path, key: ec.EllipticCurvePrivateKey, self_signed: bytes
) -> None:
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(self_signed) + b"-----END CERTIFICATE-----\n"
    signed = json.loads(files[DIGEST])["signedData"]
    del signed["publicKey"]
    more = {"domain": "example.com", "domainCert": pem.decode(), "timeSignature": "", "timestampCert": ""}
    redigest(files, signedData={**signed, **more})
    path = write_zip(tmp_path / "domain.wacz", files)
    # The signature is another's, which its certificate tells.
    assert [problem.code.name for problem in check_wacz(path)] == ["wacz-signature", "wacz-domain"]


def test_an_encrypted_key_asks_for_its_passphrase(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem_of(new_key("Ed25519"), BestAvailableEncryption(b"secret")))
    load_private_key(tmp_path / "key.pem", lambda: "secret")
    with pytest.raises(PackageError, match="cannot be decrypted with that passphrase"):
        load_private_key(tmp_path / "key.pem", lambda: "guess")


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(PackageError, match="holds no private key that can be read, expected an Ed25519 key"):
        load_private_key(tmp_path / "key.pem", never_asked)
    with pytest.raises(PackageError, match="holds no public key that can be read"):
        load_public_key(tmp_path / "key.pem")


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP521R1())], ids=["RSA", "P-521"]
)
def test_a_key_of_another_kind_is_refused(key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem_of(key))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pub").write_bytes(public)
    with pytest.raises(PackageError, match="holds a key of another kind"):
        load_private_key(tmp_path / "key.pem", never_asked)
    with pytest.raises(PackageError, match="holds a key of another kind"):
        load_public_key(tmp_path / "key.pub")


def test_a_key_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="cannot be read: No such file"):
        load_public_key(tmp_path / "nowhere.pub")
