"""A work that was taken down: nothing of it is left, all else is as it was, and it does not come back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.collection import Collection
from archive.errors import RecordError
from archive.reader import scan
from tests.crawler.cli.changed import EDITED, MOVED
from tests.crawler.cli.crawls import Crawls
from tests.crawler.rebuild.foreign import http, of, record, warcinfo, write
from tests.crawler.takedown.traces import traces_of


def lines_of(root: Path, name: str = "briefs") -> list[bytes]:
    return (root / f"{name}.jsonl").read_bytes().splitlines(keepends=True)


def records_of(root: Path) -> dict[str, tuple[str, int, int]]:
    """Return where each record lies."""
    found = {}
    for path in Collection(root).warcs():
        for one in scan(path):
            assert not isinstance(one, RecordError)
            found[one.record_id] = (path.name, one.offset, one.length)
    return found


def tombstone(root: Path) -> dict[str, Any]:
    line: dict[str, Any] = orjson.loads(lines_of(root)[-1])
    return line


def test_the_text_was_there(crawls: Crawls, passages: list[bytes]) -> None:
    assert len(passages) > 5
    where = traces_of(passages, crawls.root)
    assert "briefs.jsonl" in where
    assert sum(name.startswith("archive/") for name in where) >= 2


def test_nothing_of_the_text_is_left_anywhere(taken: Crawls, passages: list[bytes]) -> None:
    assert traces_of(passages, taken.root) == []


def test_the_collection_verifies_and_rebuilds_to_the_same_bytes(taken: Crawls) -> None:
    verified = taken.told("verify")
    assert (verified.exit_code, "nothing is wrong" in verified.stderr) == (0, True), verified.output
    rebuilt = taken.told("rebuild")
    assert rebuilt.exit_code == 0, rebuilt.output


def test_other_tools_read_the_files(taken: Crawls) -> None:
    for path in Collection(taken.root).warcs():
        for tool in (["gzip", "-t"], [beside("warcio"), "check"], [beside("fastwarc"), "check"]):
            said = subprocess.run([*tool, str(path)], capture_output=True, text=True, check=False)
            assert said.returncode == 0, (tool, said.stdout, said.stderr)


def beside(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_one_line_says_that_it_was_taken_down(taken: Crawls, work: str) -> None:
    line = tombstone(taken.root)
    assert (line["id"], line["version"], line["change"]) == (work, 4, "taken down")
    assert (line["title"], line["text"], line["body"], line["diff"]) == ("", "", [], None)
    assert taken.server.site.address(EDITED) == line["url"]
    assert any(alias.endswith(MOVED) for alias in line["aliases"])
    assert "(taken down)" in taken.told("show", work).stdout
    assert "version 4 (taken down), captured" in taken.told("history", work).stdout


def test_every_other_line_stands_as_it_was(crawls: Crawls, taken: Crawls, work: str) -> None:
    before = [line for line in lines_of(crawls.root) if orjson.loads(line)["id"] != work]
    assert len(before) < len(lines_of(crawls.root))
    assert lines_of(taken.root)[:-1] == before
    assert lines_of(taken.root, "rejects") == lines_of(crawls.root, "rejects")


def test_every_other_record_lies_where_it_lay(crawls: Crawls, taken: Crawls) -> None:
    before, after = records_of(crawls.root), records_of(taken.root)
    kept = before.keys() & after.keys()
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    assert len(before.keys() - kept) == 3 * 6, "four captures of the article, two of the redirect to it"
    for path in Collection(crawls.root).warcs():
        assert (taken.root / "archive" / path.name).stat().st_size == path.stat().st_size


def test_the_roots_of_earlier_runs_stand(crawls: Crawls, taken: Crawls) -> None:
    for path in crawls.root.glob("runs/*/report.json"):
        assert (taken.root / path.relative_to(crawls.root)).read_bytes() == path.read_bytes()


def test_leftovers_that_hold_none_of_it_are_left_alone(taken: Crawls) -> None:
    torn = sorted(path.name for path in taken.root.glob("runs/*/torn/*"))
    assert torn == ["rejects.jsonl@0"]
    (log,) = [path.read_text() for path in taken.root.glob("runs/*/crawl.log") if "another line" in path.read_text()]
    assert "one line\n[a line that was taken down]\nanother line\n" in log
    assert not list(taken.root.glob("*.new"))


def test_a_package_holds_no_trace(taken: Crawls, passages: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "packed").mkdir()
    packed = taken.told("pack", "-o", tmp_path / "packed" / "c.wacz")
    assert packed.exit_code == 0, packed.output
    assert traces_of(passages, tmp_path / "packed") == []


def test_a_recovered_ledger_knows_it(taken: Crawls, tmp_path: Path) -> None:
    recovered = Crawls(taken.server, Path(shutil.copytree(taken.root, tmp_path / "c")))
    for path in recovered.root.glob("ledger.sqlite*"):
        path.unlink()
    ended = recovered.told("recover")
    assert ended.exit_code == 0, ended.output
    assert "briefs.jsonl: as it was" in ended.stdout
    assert refused(recovered) == refused(taken)
    assert recovered.told("verify").exit_code == 0


def refused(crawls: Crawls) -> set[str]:
    return set(crawls.told("status", "--urls", "refused: takedown").stdout.split())


def test_it_is_never_asked_again(taken: Crawls, passages: list[bytes], tmp_path: Path) -> None:
    later = Crawls(taken.server, Path(shutil.copytree(taken.root, tmp_path / "c")))
    addresses = refused(later)
    assert len(addresses) == 2
    told = later.told("retry", "--state", "refused")
    assert "addresses are asked again" in told.stdout
    crawl = later("--recrawl")
    assert crawl.ended.returncode in (0, 1), crawl.ended.stderr
    assert len(crawl.asked()) > 20
    assert addresses.isdisjoint(crawl.asked())
    assert refused(later) == addresses
    assert traces_of(passages, later.root) == []
    assert later.told("verify").exit_code == 0


def test_it_does_not_come_back_with_a_file_from_elsewhere(taken: Crawls, tmp_path: Path) -> None:
    url = taken.server.site.address(EDITED)
    file = write(tmp_path / "other.warc.gz", warcinfo(), record("response", 2, http(), of(url)))
    before = lines_of(taken.root)
    ended = subprocess.run(
        [sys.executable, "-m", "crawler", "import", str(taken.root), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, f"{url}, which was taken down here" in ended.stderr) == (2, True), ended.stderr
    assert lines_of(taken.root) == before


@pytest.mark.parametrize("wanted", ["id", "alias"])
def test_what_was_taken_down_is_said_to_be(wanted: str, taken: Crawls, work: str) -> None:
    name = work if wanted == "id" else f"https://harbour.example{MOVED}"
    ended = subprocess.run(
        [sys.executable, "-m", "crawler", "takedown", str(taken.root), name, "--reason", "again", "--yes"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "was taken down already" in ended.stderr) == (2, True), ended.stderr
