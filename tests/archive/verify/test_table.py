from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from archive.verify.table import Table, key_of


@given(st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=3, max_size=3)), max_size=200))
def test_it_keeps_what_a_dictionary_keeps_first(rows: list[tuple[int, bytes]]) -> None:
    table, wanted = Table(3), dict[bytes, bytes]()
    for number, value in rows:
        key = key_of(str(number))
        assert table.add(key, value) is (key not in wanted)
        wanted.setdefault(key, value)
    assert len(table) == len(wanted)
    assert {key: table.get(key) for key in wanted} == wanted
    assert table.get(key_of("another")) is None


def test_a_row_takes_little_more_than_its_bytes() -> None:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        table = Table(40)
        for number in range(20_000):
            table.add(key_of(str(number)), bytes(40))
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken / 20_000 < (16 + 40) * 1.2 + 4 * 3
    assert table.get(key_of("19999")) == bytes(40)
