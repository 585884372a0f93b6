"""Revisits and their originals, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.digest import is_empty_digest
from archive.model import IDENTICAL
from archive.model import field as field_of
from archive.problem import Code, Problem
from archive.record import Record
from archive.verify.block import BlockFacts
from archive.verify.codes import (
    REVISIT_DANGLING,
    REVISIT_DATE,
    REVISIT_DIGEST,
    REVISIT_EMPTY,
    REVISIT_NO_ORIGINAL,
    REVISIT_TARGET,
    REVISIT_TRUNCATED,
    REVISIT_UNNAMED,
)
from archive.verify.framing import record_problem
from archive.verify.known import (
    UNKNOWN_DIGEST,
    Known,
    Row,
    claimed_digest,
    digest_name,
    id_name,
    moment_name,
    short,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """What a revisit says of its original."""

    path: Path
    offset: int
    refers_to: str
    target: str | None
    date: str
    digest: bytes

    @property
    def name(self) -> bytes | None:
        """The name to find the original by: the most exact one that the revisit gives."""
        if self.refers_to:
            return id_name(self.refers_to)
        if self.target is None:
            return None
        return moment_name(self.target, self.date) if self.date else digest_name(self.target, self.digest)

    def problem(self, code: Code, sentence: str) -> Problem:
        return Problem(code=code, path=self.path, offset=self.offset, sentence=sentence)

    def __str__(self) -> str:
        parts = (self.refers_to, self.target or "", f"of {self.date}" if self.date else "")
        return " ".join(filter(None, parts))


class Revisits:
    """Follows what revisits refer to; asks `Known` for those that came before."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._waiting: dict[bytes, list[_Claim]] = {}

    def met(self, record: Record, names: tuple[bytes, ...], row: Row) -> Iterator[Problem]:
        """Yield what is wrong between this record and those that came before."""
        for name in names:
            for claim in self._waiting.pop(name, ()):
                yield from _compare(claim, row)
        if record.type == "revisit":
            yield from self._follow(record)

    def end(self) -> Iterator[Problem]:
        """Yield the revisits whose original never came."""
        for claim in (claim for claims in self._waiting.values() for claim in claims):
            row = self._known.get(digest_name(claim.target, claim.digest)) if claim.target else None
            if row is None or claim.refers_to:
                yield claim.problem(REVISIT_DANGLING, f"the original, {claim}, is in none of the files")
            else:
                yield from _compare(claim, row)

    def _follow(self, record: Record) -> Iterator[Problem]:
        target, date = record.refers_to_target_uri, record.refers_to_date
        if target is None or not date:
            yield record_problem(REVISIT_UNNAMED, record, "WARC-Refers-To-Target-URI or -Date is missing")
        digest = claimed_digest(record) or UNKNOWN_DIGEST
        claim = _Claim(
            path=record.path,
            offset=record.offset,
            refers_to=record.refers_to,
            target=target,
            date=date,
            digest=digest,
        )
        if claim.name is None:
            return
        row = self._known.get(claim.name)
        if row is None:
            self._waiting.setdefault(claim.name, []).append(claim)
        else:
            yield from _compare(claim, row)


def check_revisit(record: Record, facts: BlockFacts) -> Iterator[Problem]:
    """Yield what is wrong with a revisit by itself."""
    if record.type != "revisit" or record.profile != IDENTICAL:
        return
    if is_empty_digest(field_of(record.headers, "WARC-Payload-Digest") or ""):
        yield record_problem(REVISIT_EMPTY, record, "the payload is empty, expected a response record")
    elif not facts.payload_size and field_of(record.headers, "WARC-Truncated") != "length":
        yield record_problem(REVISIT_TRUNCATED, record, "the body is left out, expected WARC-Truncated: length")


def _compare(claim: _Claim, original: Row) -> Iterator[Problem]:
    if not original.has_payload:
        kind = original.type.rstrip(b"\0").decode("utf-8", "replace")
        yield claim.problem(REVISIT_NO_ORIGINAL, f"{claim} is a {kind}, expected a response or resource")
        return
    if _differ(claim.digest, original.digest):
        yield claim.problem(REVISIT_DIGEST, f"the payload digest is not that of the original, {claim}")
    if claim.target is not None and short(claim.target) != original.target:
        yield claim.problem(REVISIT_TARGET, f"WARC-Refers-To-Target-URI is {claim.target}, not the original's")
    if claim.date and short(claim.date) != original.date:
        yield claim.problem(REVISIT_DATE, f"WARC-Refers-To-Date is {claim.date}, not the original's WARC-Date")


def _differ(one: bytes, other: bytes) -> bool:
    """Say whether two packed digests are known, of one algorithm, and different."""
    return UNKNOWN_DIGEST not in (one, other) and one[0] == other[0] and one != other
