"""How a run begins: what the last one left is taken up, and what is due is asked again."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from crawler.frontier.backend import PENDING, Frontier, NewUrl
from crawler.items import Hop
from crawler.ledger.reading import KNOWN_STATES
from crawler.ledger.recovery import Cut
from crawler.plan import Plan, discovers

logger = logging.getLogger(__name__)


def begin(frontier: Frontier, plan: Plan, cuts: Iterable[Cut], recrawl_after: float) -> None:
    """Give leases back, say what was recovered and what is left, and put back what is due.

    `recrawl_after` are the seconds after which a page is due when the plan says nothing; 0 for never.
    """
    _keep_choices(plan)
    released = frontier.release()
    for cut in cuts:
        logger.warning("recovered: %s", cut)
    if released:
        logger.warning("recovered: %d addresses were being asked when the last run ended: asked again", released)
    left = frontier.counts().get(PENDING, 0)
    if left:
        logger.warning("going on with the %d addresses that earlier runs left", left)
    now = time.time()
    frontier.add(NewUrl(address=seed, hop=Hop(seed=seed)) for seed in plan.seeds)
    frontier.put_back_failed(plan.seeds)  # a site that was away once must not be left alone for ever
    frontier.reopen(plan.reach.max_hops)
    before = plan.due_before(now, recrawl_after)
    if before is not None:
        frontier.put_back_finished(KNOWN_STATES, before)


def _keep_choices(plan: Plan) -> None:
    """Write what was chosen anew into collection.toml, so that a later run needs only the folder."""
    kept = plan.collection.settings()
    reach = dict(kept.get("reach", {}))
    chosen = {"requisites": bool(plan.reach.requisites), "scripts": bool(plan.reach.scripts)}
    kept_discover = bool(reach.get("discover", discovers(plan.site)))
    if plan.reach.discover is not None and plan.reach.discover != kept_discover:
        chosen["discover"] = plan.reach.discover
    if any(bool(reach.get(name)) != choice for name, choice in chosen.items()) or "discover" in chosen:
        plan.collection.create({**kept, "reach": {**reach, **chosen}})
