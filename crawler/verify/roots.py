"""The ledger's own state, and the runs: reports, Merkle roots and the chain of them, and the gaps they left."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from archive.collection import Collection
from archive.merkle import chained, merkle_root
from archive.problem import Problem
from crawler.ledger.evidence import KnownRun
from crawler.ledger.schema import ledger_file
from crawler.ledger.seal import digest_of, seal_file
from crawler.verify.codes import GAPS_DIFFER, LEDGER_SEAL, LEDGER_UNSEALED, RUN_CHAIN, RUN_REPORT, RUN_ROOT
from crawler.verify.warcs import Leaves


def check_seal(collection: Collection) -> Iterator[Problem]:
    """Yield a ledger at rest that is not the one that was sealed."""
    ledger = ledger_file(collection)
    path = seal_file(ledger)
    if not path.exists():
        sentence = "the seal is missing: the last crawl was killed, or the ledger is of an older version"
        yield Problem(code=LEDGER_UNSEALED, path=path, sentence=sentence)
    elif path.read_bytes() != f"{digest_of(ledger)}  {ledger.name}\n".encode():
        sentence = f"{ledger.name} is not what this seal was written for"
        yield Problem(code=LEDGER_SEAL, path=path, sentence=sentence)


def check_reports(collection: Collection, runs: Iterable[KnownRun]) -> Iterator[Problem]:
    """Yield the runs whose report is gone or changed, or says another root than the ledger."""
    for run in runs:
        if run.report is None:
            continue
        path = report_file(collection, run)
        content = path.read_bytes() if path.is_file() else None
        if content is None:
            yield Problem(code=RUN_REPORT, path=path, sentence="the report is missing")
        elif hashlib.sha256(content).digest() != run.report:
            yield Problem(
                code=RUN_REPORT, path=path, sentence="the report is not the one that the run wrote at its end"
            )
        elif run.root is not None and _merkle_in(content) != _merkle_of(run):
            sentence = "the root in the report is not the one in the ledger"
            yield Problem(code=RUN_ROOT, path=path, sentence=sentence)


def check_roots(collection: Collection, runs: Iterable[KnownRun], leaves: Mapping[str, Leaves]) -> Iterator[Problem]:
    """Yield the runs whose records have another root than was written down."""
    for run in runs:
        if run.root is None or run.id not in leaves:
            continue
        records, root = merkle_root(leaves[run.id])
        if (records, root) != (run.records, run.root):
            sentence = (
                f"the root over the {records} records of the run is {root}, expected {run.root} over {run.records}"
            )
            yield Problem(code=RUN_ROOT, path=report_file(collection, run), sentence=sentence)


def check_chain(collection: Collection, runs: Iterable[KnownRun]) -> Iterator[Problem]:
    """Yield the runs whose link does not follow from the one before."""
    last: str | None = None
    for run in runs:
        if run.link is None or run.root is None:
            continue
        if run.previous != last or run.chain != chained(run.previous, run.id, run.root):
            sentence = f"the chain goes from {run.previous} to {run.chain}, expected it to go on from {last}"
            yield Problem(code=RUN_CHAIN, path=report_file(collection, run), sentence=sentence)
        last = run.chain


def check_gaps(collection: Collection, gaps: bytes) -> Iterator[Problem]:
    """Yield a gaps.jsonl that does not tell the gaps that the ledger knows."""
    path = collection.gaps
    if gaps != (path.read_bytes() if path.exists() else b""):
        yield Problem(code=GAPS_DIFFER, path=path, sentence="the gaps told here are not those in the ledger")


def report_file(collection: Collection, run: KnownRun) -> Path:
    """Return where a run's report lies."""
    return collection.runs / run.id / "report.json"


def _merkle_in(report: bytes) -> Any:
    try:
        content = orjson.loads(report)
    except orjson.JSONDecodeError:
        return None
    return content.get("merkle") if isinstance(content, dict) else None


def _merkle_of(run: KnownRun) -> dict[str, Any]:
    return {"records": run.records, "root": run.root, "previous": run.previous, "chain": run.chain}
