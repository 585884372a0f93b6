"""The Merkle tree of RFC 6962 and the chain of the runs."""

from __future__ import annotations

import hashlib

import pytest

from archive.merkle import EMPTY, chained, merkle_root


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"%d" % number).digest()


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    halves = root_by_definition(leaves[:split]) + root_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + halves).digest()


@pytest.mark.parametrize("count", range(34))
def test_the_root_is_that_of_the_definition(count: int) -> None:
    leaves = [leaf(number) for number in range(count)]
    assert merkle_root(leaves) == (count, root_by_definition(leaves).hex())


def test_no_leaves_have_the_root_of_nothing() -> None:
    assert merkle_root([]) == (0, EMPTY)


@pytest.mark.parametrize(
    "changed", [[0, 1, 2, 3], [0, 1, 2, 3, 4, 5], [1, 0, 2, 3, 4], [0, 1, 2, 3, 9], [0, 0, 1, 2, 3]]
)
def test_a_record_removed_added_moved_replaced_or_repeated_shows(changed: list[int]) -> None:
    whole = merkle_root(leaf(number) for number in range(5))
    assert merkle_root(leaf(number) for number in changed)[1] != whole[1]


def test_a_link_depends_on_the_one_before_on_the_run_and_on_its_root() -> None:
    root = merkle_root([leaf(1)])[1]
    first = chained(None, "20260101000000-aaaa", root)
    assert len({first, chained(first, "20260101000000-aaaa", root), chained(None, "20260101000000-aaab", root)}) == 3
    assert first != chained(None, "20260101000000-aaaa", EMPTY)
