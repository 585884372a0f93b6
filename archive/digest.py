"""Labelled digests in the spelling that WARC tools expect."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import BinaryIO

from archive.message import entity

ALGORITHMS = ("sha256", "sha1")


def digest(algorithm: str, content: bytes | Iterable[bytes]) -> str:
    """Return `sha256:` and lower-case hex, or `sha1:` and upper-case Base32, of bytes or of pieces of them."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"digest algorithm is {algorithm!r}, expected one of {', '.join(ALGORITHMS)}")
    digester = hashlib.new(algorithm, usedforsecurity=False)
    for piece in (content,) if isinstance(content, bytes) else content:
        digester.update(piece)
    if algorithm == "sha1":
        return "sha1:" + base64.b32encode(digester.digest()).decode("ascii")
    return f"{algorithm}:{digester.hexdigest()}"


def payload_digest(message: bytes | BinaryIO, algorithm: str = "sha256") -> str:
    """Return the digest of an HTTP message's entity: transfer coding removed, content coding kept (RFC 2616 7.2)."""
    return digest(algorithm, entity(message)[1])


def same_digest(one: str, other: str) -> bool:
    """Say whether two labelled digests are equal, in hex, Base32, base64 or base64url, padded or not."""
    label, _, value = one.partition(":")
    other_label, _, other_value = other.partition(":")
    if _label(label) != _label(other_label):
        return False
    size = _size(label)
    return value == other_value or bool(_readings(value, size) & _readings(other_value, size))


def digest_value(labelled: str) -> tuple[str, bytes | None] | None:
    """Return the algorithm's name for hashlib and the digest's bytes, however spelt.

    None for an algorithm that is not known here; no bytes for a value that is none of that algorithm's.
    """
    label, _, value = labelled.partition(":")
    size = _size(label)
    if size is None:
        return None
    return _label(label), next(iter(_readings(value, size)), None)


def is_empty_digest(labelled: str) -> bool:
    """Say whether that is the digest of no bytes at all."""
    return any(same_digest(labelled, digest(algorithm, b"")) for algorithm in ALGORITHMS)


def _label(label: str) -> str:
    return label.strip().lower().replace("-", "")


def _size(label: str) -> int | None:
    """Return how many bytes such a digest has; None for an algorithm that is not known here."""
    name = _label(label)
    known = name in hashlib.algorithms_guaranteed and not name.startswith("shake")
    return hashlib.new(name, usedforsecurity=False).digest_size if known else None


def _readings(value: str, size: int | None) -> set[bytes]:
    """Return the bytes that the text stands for, in every spelling that gives the right length."""
    text = value.strip().rstrip("=")
    readings = set()
    for decode in (bytes.fromhex, _base32, _base64):
        try:
            readings.add(decode(text))
        except (ValueError, binascii.Error):
            continue
    return {reading for reading in readings if reading and size in (None, len(reading))}


def _base32(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))


def _base64(text: str) -> bytes:
    standard = text.replace("-", "+").replace("_", "/")
    return base64.b64decode(standard + "=" * (-len(text) % 4), validate=True)
