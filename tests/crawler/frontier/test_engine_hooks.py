"""The private names of Scrapy and Twisted that we rest on: there today, and loudly missed when they are gone."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.core.engine import ExecutionEngine, _Slot
from scrapy.utils.reactor import CallLaterOnce
from scrapy.utils.test import get_crawler
from twisted.web._newclient import HTTP11ClientProtocol, Request
from twisted.web.client import HTTPConnectionPool

from crawler.capture.handler import refuse_what_hides_the_wire
from crawler.capture.wire import REQUEST_HOOKS, missing_hooks
from crawler.frontier.engine_hooks import EngineHookError, ask_now, check_hooks
from crawler.plan import PlanError


def engine_with(slot: object) -> Any:
    return SimpleNamespace(_slot=slot)


def test_the_engine_of_this_scrapy_can_be_told_to_ask_now() -> None:
    async def ask() -> None:
        slot = _Slot(False, CallLaterOnce(lambda: None), cast("Any", None))
        check_hooks(engine_with(slot))

    asyncio.run(ask())
    assert "self._slot = _Slot(" in inspect.getsource(ExecutionEngine)


@pytest.mark.parametrize(
    "engine",
    [
        SimpleNamespace(),
        engine_with(None),
        engine_with(SimpleNamespace()),
        engine_with(SimpleNamespace(nextcall=None)),
        engine_with(SimpleNamespace(nextcall=SimpleNamespace(schedule="soon"))),
    ],
    ids=["no slot", "an empty slot", "no nextcall", "nextcall is None", "schedule is no function"],
)
def test_an_engine_without_them_is_refused_by_name(engine: Any) -> None:
    with pytest.raises(EngineHookError, match=r"ExecutionEngine\._slot\.nextcall\.schedule is gone from Scrapy"):
        check_hooks(engine)


def test_asking_now_schedules_the_next_call_and_is_nothing_to_an_engine_that_has_closed() -> None:
    calls: list[str] = []
    engine = engine_with(SimpleNamespace(nextcall=SimpleNamespace(schedule=lambda: calls.append("asked"))))
    check_hooks(engine)
    ask_now(engine)
    ask_now(engine_with(None))
    assert calls == ["asked"]


def test_this_twisted_has_all_that_capture_rests_on() -> None:
    assert missing_hooks() == []


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        *((HTTP11ClientProtocol, name) for name in ("_finishResponse", "_disconnectParser")),
        *((Request, name) for name in REQUEST_HOOKS),
        (HTTPConnectionPool, "_factory"),
    ],
)
def test_a_hook_that_is_gone_is_named_and_no_crawl_starts(
    owner: type, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(owner, name)
    assert missing_hooks() == [f"{owner.__qualname__}.{name}"]
    with pytest.raises(PlanError, match=rf"capture needs {owner.__qualname__}\.{name}, not found in Scrapy"):
        refuse_what_hides_the_wire(get_crawler(settings_dict=OURS).settings)


OURS = {"DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.capture.handler.CaptureDownloadHandler")}
