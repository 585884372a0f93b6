"""Pages and requisites: which of them a claim takes, and how an address turns from one into the other, in SQL."""

from __future__ import annotations

from crawler.frontier.backend import Wanted

_OF_KIND = {
    Wanted.ALL: "",
    # As the index url_turn has it, which keeps a host's pages before its requisites.
    Wanted.PAGES: "AND (instr(hops, 'E') > 0) = 0",
    Wanted.REQUISITES: "AND (instr(hops, 'E') > 0) = 1",
}


def _for_each_kind(statement: str) -> dict[Wanted, str]:
    return {wanted: statement.replace("OF_KIND", kind) for wanted, kind in _OF_KIND.items()}


NEXT_URL = {
    **_for_each_kind("""SELECT address, seed, via, hops, attempts FROM url
    WHERE state = 'pending' AND host = ? OF_KIND ORDER BY seq LIMIT 1"""),
    Wanted.ALL: """SELECT address, seed, via, hops, attempts FROM url
    WHERE state = 'pending' AND host = ? ORDER BY instr(hops, 'E') > 0, seq LIMIT 1""",
}
_WAITS = _for_each_kind("AND EXISTS (SELECT 1 FROM url WHERE state = 'pending' AND url.host = host.host OF_KIND)")
_WAITS[Wanted.ALL] = "AND pending > 0"


def _where_waiting(statement: str) -> dict[Wanted, str]:
    return {wanted: statement.replace("WAITS", waits) for wanted, waits in _WAITS.items()}


READY_HOST = _where_waiting("""SELECT host, next, gate FROM host
    WHERE pending > 0 AND leased < ? AND parked IS NULL AND gate IN ('open', 'unknown') WAITS ORDER BY next LIMIT 1""")
CLAIMABLE = _where_waiting("SELECT 1 FROM host WHERE pending > 0 AND parked IS NULL AND gate != ? WAITS LIMIT 1")
SHUT_HOSTS = _where_waiting("SELECT host FROM host WHERE gate = ? WAITS ORDER BY host")

# What was wanted for a page's looks alone, and is linked as a page after all, is asked once more, as a page.
BECOME_PAGE = """UPDATE url SET seed = ?, via = ?, hops = ?, attempts = 0,
        state = CASE state WHEN 'leased' THEN 'leased' ELSE 'pending' END
    WHERE address = ? AND instr(hops, 'E') > 0"""
BECAME_PAGE = "SELECT 1 FROM url WHERE address = ? AND state = 'leased' AND instr(hops, 'E') = 0"
# What is no page, or was one too many for the page that named it first, may still be wanted for a page's looks.
BECOME_REQUISITE = """UPDATE url SET seed = ?, via = ?, hops = ?, state = 'pending'
    WHERE address = ? AND state != 'out of scope: max hops'
        AND (state LIKE 'out of scope:%' OR state = 'requisite left out: page limit')"""
