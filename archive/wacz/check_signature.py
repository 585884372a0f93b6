"""Checks datapackage-digest.json and the signature in it (wacz-auth 0.1.0, Verification)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.x509 import load_pem_x509_certificates

from archive.problem import Code, Problem
from archive.wacz import codes
from archive.wacz.check_manifest import read_json
from archive.wacz.manifest import DATAPACKAGE, DIGEST, labelled
from archive.wacz.reading import DAMAGED, Entry, Package
from archive.wacz.signature import PublicKey, decode_public_key, encode_public_key, is_signed_by

_COMMON = {"hash", "created", "software", "version", "signature"}
_ANONYMOUS = _COMMON | {"publicKey"}
_DOMAIN = _COMMON | {"domain", "domainCert", "timeSignature", "timestampCert"}
_OPTIONAL = {"crossSignedCert"}


def check_digest(
    package: Package, readable: Mapping[str, Entry], manifest: dict[str, Any], public_key: PublicKey | None
) -> Iterator[Problem]:
    """Yield what is wrong with the digest of datapackage.json, and with its signature."""
    signed: object = None
    if DIGEST not in readable:
        yield _wrong(package, codes.NO_DIGEST, "the file is missing")
    else:
        content = yield from read_json(package, readable[DIGEST], codes.DIGEST)
        if content is None:
            return
        yield from _compare(package, readable[DATAPACKAGE], content)
        signed = content.get("signedData")
    if signed is not None:
        yield from _check_signed(package, manifest, signed, public_key)
    elif public_key is not None:
        yield _wrong(package, codes.UNSIGNED, "there is no signedData, expected a signature with the key given")


def _compare(package: Package, entry: Entry, content: dict[str, Any]) -> Iterator[Problem]:
    if content.get("path") != DATAPACKAGE:
        yield _wrong(package, codes.DIGEST, f"path is {content.get('path')!r}, expected {DATAPACKAGE!r}")
    try:
        digest = labelled(b"".join(package.pieces(entry)))
    except DAMAGED as error:
        yield Problem(code=codes.ENTRY, path=package.path, sentence=f"{entry.name} cannot be read: {error}")
        return
    if content.get("hash") != digest:
        yield _wrong(
            package, codes.DIGEST, f"hash is {content.get('hash')!r}, expected that of {DATAPACKAGE}, {digest}"
        )
    signed = content.get("signedData")
    if isinstance(signed, dict) and signed.get("hash") != digest:
        yield _wrong(package, codes.SIGNATURE, f"what is signed is {signed.get('hash')!r}, expected {digest}")


def _check_signed(
    package: Package, manifest: dict[str, Any], signed: object, public_key: PublicKey | None
) -> Iterator[Problem]:
    if not isinstance(signed, dict) or not _is_in_form(signed):
        members = sorted(signed) if isinstance(signed, dict) else type(signed).__name__
        yield _wrong(package, codes.SIGNED_DATA, f"signedData has {members}, expected one of the two forms")
        if not isinstance(signed, dict):
            return
    if signed.get("created") != manifest.get("created"):
        sentence = f"created is {signed.get('created')!r}, expected {manifest.get('created')!r} as in {DATAPACKAGE}"
        yield _wrong(package, codes.SIGNATURE, sentence)
    own = _own_key(signed)
    if own is None:
        yield _wrong(package, codes.SIGNED_DATA, "there is no key that can be read, expected ECDSA or Ed25519")
    elif not is_signed_by(own, signed):
        yield _wrong(package, codes.SIGNATURE, "the signature is not one of its hash by its own key")
    elif public_key is not None and encode_public_key(own) != encode_public_key(public_key):
        yield _wrong(package, codes.OTHER_KEY, f"signed with {encode_public_key(own)}, expected the key given")
    if "domainCert" in signed:
        domain = signed.get("domain")
        yield _wrong(package, codes.DOMAIN, f"signed for {domain!r}: who holds that name is not checked here")


def _is_in_form(signed: dict[str, Any]) -> bool:
    """Say whether it has the members of one form and no others; wacz-auth allows none besides."""
    members = signed.keys() - _OPTIONAL
    return members in (_ANONYMOUS, _DOMAIN) and all(isinstance(value, str) for value in signed.values())


def _own_key(signed: dict[str, Any]) -> PublicKey | None:
    """Return the key that the package itself names."""
    if "domainCert" not in signed:
        return decode_public_key(str(signed.get("publicKey")))
    try:
        key = load_pem_x509_certificates(str(signed["domainCert"]).encode())[0].public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, EllipticCurvePublicKey) else None


def _wrong(package: Package, code: Code, sentence: str) -> Problem:
    return Problem(code=code, path=package.path, sentence=f"{DIGEST}: {sentence}")
