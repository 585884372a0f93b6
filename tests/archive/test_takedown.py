"""What the records of a takedown say is what was written, and nobody takes them for others."""

from __future__ import annotations

from archive.takedown import FIELD, Removal, Removed, Takedown, counted_leaves, is_of_takedown, read_takedown

ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
OWN = "urn:uuid:00000000-0000-4000-8000-000000000002"
LEAVES = ("ab" * 32, "cd" * 32, "ef" * 32)
REMOVAL = Removal(
    takedown=ID,
    leaves=LEAVES,
    work="0123456789abcdef",
    version=2,
    language="en-US",
    declared=("https://harbour.example/a/", "https://harbour.example/b/"),
    location="https://harbour.example/c/",
    hop=(("via", "https://harbour.example/d/"), ("hopsFromSeed", "LR"), ("seed", "https://harbour.example/")),
)
TAKEDOWN = Takedown(
    run="20261126000000-abcd",
    url="https://harbour.example/a/",
    reason="The author: asked for it.",
    addresses=("https://harbour.example/a/", "https://harbour.example/b/"),
    removed=(Removed(warc="demo with a blank-00001.warc.gz", offset=4711, leaf=LEAVES[0]),),
    work="0123456789abcdef",
    versions=3,
    kind="brief",
    language="en-US",
)


def headers(record_id: str) -> tuple[tuple[str, str], ...]:
    return (("WARC-Type", "metadata"), ("WARC-Record-ID", f"<{record_id}>"), (FIELD, f"<{ID}>"))


def test_both_records_are_read_as_they_were_written() -> None:
    assert read_takedown(headers(OWN), REMOVAL.fields()) == REMOVAL
    assert read_takedown(headers(ID), TAKEDOWN.fields()) == TAKEDOWN


def test_a_removal_counts_by_the_leaves_of_what_stood_there() -> None:
    assert counted_leaves(headers(OWN), REMOVAL.fields(), "own") == "".join(LEAVES)
    assert counted_leaves(headers(ID), TAKEDOWN.fields(), "own") == "own"
    assert counted_leaves((("WARC-Type", "metadata"),), REMOVAL.fields(), "own") == "own"


def test_only_metadata_records_with_the_field_are_of_a_takedown() -> None:
    assert is_of_takedown(headers(ID))
    assert not is_of_takedown((("WARC-Type", "response"), (FIELD, f"<{ID}>")))
    assert not is_of_takedown((("WARC-Type", "metadata"),))


def test_damaged_fields_are_left_out() -> None:
    fields = (("leaf", "no hex"), ("version", "two"), ("removed", "x"), ("removed", f"a 1 {LEAVES[0]}"))
    assert Removal.read(ID, fields) == Removal(takedown=ID, leaves=())
    assert Takedown.read(fields).removed == (Removed(warc="a", offset=1, leaf=LEAVES[0]),)
