"""How a run comes to be: the collection made or opened, its lock taken, what a crash left put right."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive.timestamps import timestamp14
from crawler.ledger.opening import open_for_writing
from crawler.plan import Plan
from crawler.run.beginning import begin
from crawler.run.politeness import politeness_by
from crawler.run.run import Run
from crawler.run.sensitivity import sensitivity_by
from crawler.run.sources import begin_sources
from crawler.run.warcs import check_writing

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def open_run(plan: Plan, settings: BaseSettings) -> Run:
    """Return a run that has begun, the only writer of its collection; raise CollectionError or PlanError."""
    check_writing(settings)
    sensitivity_by(settings)
    run_id = f"{timestamp14(datetime.now(UTC))}-{uuid.uuid4().hex[:4]}"
    kept = plan.collection_settings()
    lock, ledger, cuts = open_for_writing(plan.collection, kept, politeness_by(settings), run_id)
    ledger.captures.algorithm = settings["WARC_DIGEST"]
    run = Run(plan, run_id, lock, ledger, settings)
    run.cuts = cuts
    ledger.end_killed_runs()
    begin(ledger.frontier, plan, cuts, settings.getfloat("RECRAWL_AFTER"))
    sources_before = run.began.timestamp() - settings.getfloat("SOURCES_AFTER")
    begin_sources(ledger.frontier, ledger.sightings, plan, sources_before)
    ledger.begin_run(run_id, run.began)
    return run
