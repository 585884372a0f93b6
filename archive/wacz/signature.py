"""Signatures of a WACZ: the anonymous form of wacz-auth 0.1.0, by a key of the user's.

What is signed is the text of `hash`, `sha256:` and hex of datapackage.json. An ECDSA signature is two numbers side by
side, as browsers make them, over SHA-256; Ed25519, which wacz-auth does not know, signs the text itself.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from archive.errors import PackageError

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
PublicKey = Ed25519PublicKey | EllipticCurvePublicKey

VERSION = "0.1.0"
"""Of wacz-auth."""
_CURVES = (SECP256R1, SECP384R1)
_EXPECTED = "expected an Ed25519 key, or an ECDSA key on P-256 or P-384, in PEM"


def load_private_key(path: Path, passphrase: Callable[[], str]) -> PrivateKey:
    """Return the key in a PEM file; `passphrase` is asked when it is encrypted; raise PackageError."""
    pem = _read(path)
    try:
        key = load_pem_private_key(pem, None)
    except TypeError:  # it is encrypted
        key = _decrypted(path, pem, passphrase())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PackageError(path, f"holds no private key that can be read, {_EXPECTED}") from error
    if not isinstance(key, Ed25519PrivateKey | EllipticCurvePrivateKey) or not _is_usable(key.public_key()):
        raise PackageError(path, f"holds a key of another kind, {_EXPECTED}")
    return key


def load_public_key(path: Path) -> PublicKey:
    """Return the public key in a PEM file; raise PackageError."""
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PackageError(path, f"holds no public key that can be read, {_EXPECTED}") from error
    if not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey) or not _is_usable(key):
        raise PackageError(path, f"holds a key of another kind, {_EXPECTED}")
    return key


def sign(key: PrivateKey, digest: str, *, created: str, software: str) -> dict[str, str]:
    """Return `signedData` for datapackage.json's labelled digest."""
    return {
        "hash": digest,
        "created": created,
        "software": software,
        "version": VERSION,
        "signature": base64.b64encode(_signature(key, digest.encode())).decode(),
        "publicKey": encode_public_key(key.public_key()),
    }


def is_signed_by(key: PublicKey, signed: Mapping[str, object]) -> bool:
    """Say whether `signature` is that of `hash` by that key."""
    try:
        signature = base64.b64decode(str(signed.get("signature")), validate=True)
        _verify(key, signature, str(signed.get("hash")).encode())
    except (binascii.Error, InvalidSignature):
        return False
    return True


def decode_public_key(text: str) -> PublicKey | None:
    """Return the key in `publicKey`, base64 of its SubjectPublicKeyInfo; None for what is none that is known here."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm):  # binascii.Error is a ValueError
        return None
    return key if isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey) else None


def encode_public_key(key: PublicKey) -> str:
    """Return the key as `publicKey` holds it."""
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def _signature(key: PrivateKey, text: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(text)
    size = _number_size(key.public_key())
    return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(key.sign(text, ECDSA(SHA256()))))


def _verify(key: PublicKey, signature: bytes, text: bytes) -> None:
    if isinstance(key, Ed25519PublicKey):
        key.verify(signature, text)
        return
    size = _number_size(key)
    if len(signature) == 2 * size:  # else it is DER, as authsign writes it
        numbers = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
        signature = encode_dss_signature(*numbers)
    key.verify(signature, text, ECDSA(SHA256()))


def _number_size(key: EllipticCurvePublicKey) -> int:
    return (key.curve.key_size + 7) // 8


def _is_usable(key: PublicKey) -> bool:
    return isinstance(key, Ed25519PublicKey) or isinstance(key.curve, _CURVES)


def _decrypted(path: Path, pem: bytes, passphrase: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, passphrase.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PackageError(path, "cannot be decrypted with that passphrase") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackageError(path, f"cannot be read: {error.strerror}") from error
