"""A package that is good, and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.wacz import PrivateKey
from tests.archive.wacz.packages import Files, collection_of_two_years, files_of, packed_parts

KEYS = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1}


def new_key(kind: str) -> PrivateKey:
    return Ed25519PrivateKey.generate() if kind == "Ed25519" else ec.generate_private_key(KEYS[kind]())


@pytest.fixture(scope="session")
def key() -> PrivateKey:
    return new_key("P-384")


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, key: PrivateKey) -> Path:
    """Return a package that nothing is wrong with, signed with the key."""
    folder = tmp_path_factory.mktemp("good")
    packed = packed_parts(collection_of_two_years(folder / "collection"), folder / "good.wacz", key=key)
    return packed[0].path


@pytest.fixture
def files(good: Path) -> Files:
    """Return what the good package holds, to be changed."""
    return files_of(good)
