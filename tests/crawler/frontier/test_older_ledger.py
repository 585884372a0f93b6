"""A ledger of version 2 keeps its addresses and the turns of its hosts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crawler.frontier.backend import Lease, Politeness, Wait
from crawler.frontier.sqlite import SqliteFrontier
from crawler.ledger.schema import MIGRATIONS, open_ledger
from tests.crawler.frontier.conftest import START

ADDRESSES = (
    "https://a.example/1",
    "https://a.example/2?x",
    "http://a.example/3",
    "https://b.example:8443/4",
    "http://[",
)


def test_addresses_and_turns_are_taken_over_and_every_robots_txt_is_asked_anew(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as old:
        for statement in (*MIGRATIONS[0], *MIGRATIONS[1], "PRAGMA user_version = 2"):
            old.execute(statement)
        for address in ADDRESSES:
            host = address.split("/")[2].split(":")[0]
            state = "out of scope: malformed address" if "[" in address else "pending"
            old.execute(
                "INSERT INTO url (address, host, state, seed, hops) VALUES (?, ?, ?, 's', '')", (address, host, state)
            )
        old.execute("INSERT INTO host (host, next, pending, gate) VALUES ('a.example', ?, 3, 'open')", (START + 9,))
        old.execute("INSERT INTO host (host, pending, gate) VALUES ('b.example', 1, 'open')")
        old.execute("INSERT INTO robots VALUES ('a.example', ?, 'rules')", (START,))
        old.commit()
    with closing(open_ledger(path)) as connection:
        frontier = SqliteFrontier(connection, Politeness(), "one")
        frontier.release()
        first = frontier.claim(START)
        assert isinstance(first, Lease)
        assert first.address == "https://b.example:8443/robots.txt"
        assert frontier.claim(START) == Wait(9.0), "the turn of the other host holds"
        asked = [frontier.claim(START + 9)]
        frontier.open_gate("http://a.example", b"", START + 9)
        asked += [frontier.claim(START + 9) for _ in range(2)]
        assert [one.address for one in asked if isinstance(one, Lease)] == [
            "http://a.example/robots.txt",
            "http://a.example/3",
        ]
        assert frontier.counts() == {"pending": 3, "leased": 1, "out of scope: malformed address": 1}
