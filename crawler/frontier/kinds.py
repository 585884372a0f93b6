"""Sources, pages and requisites: which a claim takes, and how an address turns from one into another, in SQL."""

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


_URL = "SELECT address, seed, via, hops, source, attempts FROM url"
# An address that was asked in vain waits behind those that were not, as the index url_turn has it.
_PENDING = {
    **_for_each_kind(f"{_URL} WHERE state = 'pending' AND origin = ?1 OF_KIND ORDER BY attempts, seq LIMIT 1"),
    Wanted.ALL: f"{_URL} WHERE state = 'pending' AND origin = ?1 ORDER BY instr(hops, 'E') > 0, attempts, seq LIMIT 1",
}
# What a source names is due by what it says: sources go first.
_PENDING_SOURCE = f"""{_URL}
    WHERE state = 'pending' AND origin = ?1 AND source IS NOT NULL ORDER BY attempts, seq LIMIT 1"""
_EITHER = "SELECT * FROM (SOURCES) UNION ALL SELECT * FROM (OTHERS) LIMIT 1"
NEXT_URL = {
    wanted: others
    if wanted is Wanted.REQUISITES
    else _EITHER.replace("SOURCES", _PENDING_SOURCE).replace("OTHERS", others)
    for wanted, others in _PENDING.items()
}
_HAS = _for_each_kind("EXISTS (SELECT 1 FROM url WHERE url.state = 'pending' AND url.origin = gate.origin OF_KIND)")
_HAS_PAGES_LEFT = "(:most_pages = 0 OR host.pages < :most_pages)"
_WAITS = {
    Wanted.ALL: f"AND ({_HAS_PAGES_LEFT} OR {_HAS[Wanted.REQUISITES]})",
    Wanted.PAGES: f"AND {_HAS_PAGES_LEFT} AND {_HAS[Wanted.PAGES]}",
    Wanted.REQUISITES: f"AND {_HAS[Wanted.REQUISITES]}",
}
_MAY_BE_ASKED = """pending > 0 AND parked IS NULL
    AND (:most_bytes = 0 OR bytes < :most_bytes)
    AND (:most_seconds = 0 OR began IS NULL OR :now < began + :most_seconds)"""


def _where_waiting(statement: str) -> dict[Wanted, str]:
    asked = statement.replace("MAY_BE_ASKED", _MAY_BE_ASKED)
    return {wanted: asked.replace("WAITS", waits) for wanted, waits in _WAITS.items()}


# A gate that is shut is asked again when its time has come, while other hosts keep the run going: it is not waited for.
READY = _where_waiting("""SELECT origin, host.host, max(host.next, gate.next) AS turn, gate.state, fetched
    FROM gate JOIN host ON host.host = gate.host
    WHERE MAY_BE_ASKED AND leased < iif(slow > 0, 1, :concurrency)
        AND (gate.state IN ('open', 'unknown') OR (gate.state = 'shut' AND max(host.next, gate.next) <= :now)) WAITS
    ORDER BY turn LIMIT 1""")
CLAIMABLE = _where_waiting("""SELECT 1 FROM gate JOIN host ON host.host = gate.host
    WHERE MAY_BE_ASKED AND gate.state != 'shut' WAITS LIMIT 1""")
SHUT_HOSTS = {
    wanted: f"SELECT DISTINCT host FROM gate WHERE state = 'shut' AND pending > 0 AND {has} ORDER BY host"  # noqa: S608
    for wanted, has in _HAS.items()
}

# What was wanted for a page's looks alone, and is linked as a page after all, is asked once more, as a page.
# What was too far away along related links is near when a source names it.
BECOME_PAGE = """UPDATE url SET seed = ?1, via = ?2, hops = ?3, attempts = 0,
        state = CASE state WHEN 'leased' THEN 'leased' ELSE 'pending' END
    WHERE address = ?5 AND ?4 IS NULL AND state != 'refused: takedown'
        AND (instr(hops, 'E') > 0 OR (state = 'out of scope: max hops' AND ?3 LIKE '%M'))"""
BECAME_PAGE = "SELECT 1 FROM url WHERE address = ? AND state = 'leased' AND instr(hops, 'E') = 0"
# What is no page, or was one too many for the page that named it first, may still be wanted for a page's looks.
BECOME_REQUISITE = """UPDATE url SET seed = ?1, via = ?2, hops = ?3, state = 'pending'
    WHERE address = ?5 AND ?4 IS NULL AND state != 'out of scope: max hops'
        AND (state LIKE 'out of scope:%' OR state = 'requisite left out: page limit')"""
# A source is no page of the site, but for a listing that a page linked before the site's file named it.
BECOME_SOURCE = """UPDATE url SET seed = ?1, via = ?2, hops = ?3, source = ?4, attempts = 0, state = 'pending'
    WHERE address = ?5 AND source IS NULL AND (state LIKE 'out of scope:%' OR state LIKE 'requisite%')"""
# Something says that it changed since it was asked: a page that answered, or a source whatever came of it.
AGAIN = """UPDATE url SET attempts = 0, state = 'pending'
    WHERE address = ? AND coalesce(finished, 0) < ? AND state NOT IN ('pending', 'leased')
        AND (source IS NOT NULL OR state IN ('done', 'not-modified', 'gone', 'redirected') OR state LIKE 'rejected%'
            OR state LIKE 'blocked%')"""
LEAVE_SOURCES_OUT = "UPDATE url SET state = ? WHERE state = 'pending' AND source IS NOT NULL"
TAKE_SOURCES_IN = "UPDATE url SET state = 'pending' WHERE state = ?"
# One page forbids its links to be followed; another that links there does not.
FOLLOW = """UPDATE url SET seed = ?1, via = ?2, hops = ?3, state = 'pending'
    WHERE address = ?5 AND ?4 IS NULL AND state = 'refused: nofollow'"""
