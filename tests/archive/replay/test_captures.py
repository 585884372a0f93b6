"""The captures of a work."""

from __future__ import annotations

import shutil
from pathlib import Path

from archive.collection import Collection
from archive.openfile import OPEN
from archive.replay.captures import Captures, Shown
from archive.replay.shelf import Shelf
from tests.archive.replay.made import ALIAS, PAGE, REPEAT, WORK, unexpected


def captures_of(collection: Collection, work: str) -> list[Shown]:
    shelf = Shelf(collection, lambda: None)
    found = shelf.work(work)
    assert found is not None
    return Captures(collection, lambda: None, unexpected).of(shelf.versions(found))


def test_they_stand_in_the_order_of_time_and_say_what_they_are(made: Collection) -> None:
    shown = captures_of(made, WORK)
    assert [(one.capture.url, one.capture.status, one.meaning) for one in shown] == [
        (PAGE, "200", "version 1 (new)"),
        (ALIAS, "301", "redirect"),
        (PAGE, "200", "version 2 (substantive)"),
        (REPEAT, "200", "revisit: the bytes of an earlier capture"),
        (PAGE, "304", "revisit: the server said that nothing had changed"),
    ]


def test_an_engine_opens_all_but_the_304(made: Collection) -> None:
    assert [one.is_opened for one in captures_of(made, WORK)] == [True, True, True, True, False]


def test_a_work_without_captures_has_none(made: Collection) -> None:
    assert captures_of(made, f"{7:016x}") == []


def test_no_engine_opens_what_is_still_being_written(made: Collection, tmp_path: Path) -> None:
    copy = Collection(shutil.copytree(made.root, tmp_path / "c"))
    (warc,) = copy.warcs()
    warc.rename(warc.with_name(warc.name + OPEN))
    shown = captures_of(copy, WORK)
    assert [one.is_opened for one in shown] == [False] * 5
    assert shown[0].meaning == "version 1 (new); its file is still being written: no engine opens it yet"
