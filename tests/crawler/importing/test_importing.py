"""Files of other crawlers in a collection: all of them or none, and a rebuild finds the same."""

from __future__ import annotations

import gzip
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.collection import Collection, WriteLock
from archive.reader import read_record, read_records
from crawler.demo.server import DemoServer
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.rebuild.foreign import IDENTICAL, OTHER, PAGE, URL, get, http, name_of, of, record, warcinfo, write

NEWER = PAGE.replace(b"forty", b"fifty")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


@pytest.fixture(scope="module")
def crawled(server: DemoServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("crawled") / "c"
    briefs(*crawl_of(server, root, "--max-pages", 6))
    return root


@pytest.fixture
def collection(crawled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "c"))


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A file of one page, a member a record."""
    request = record("request", 3, get(), of(URL))
    return write(tmp_path / "first.warc.gz", warcinfo(), record("response", 2, http(), of(URL)), request)


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A plain file: another version of the page, and the first one again, as a revisit of the other file."""
    again = record(
        "revisit", 13, http(b""), of(OTHER), ("WARC-Profile", IDENTICAL), ("WARC-Refers-To", f"<{name_of(2)}>")
    )
    return write(tmp_path / "second.host.warc", record("response", 12, http(NEWER), of(URL)), again)


def imported(collection: Path, *files: Path, fault: str = "") -> subprocess.CompletedProcess[str]:
    return briefs("import", collection, *files, BRIEFS_FAULT=fault)


def state_of(collection: Path) -> dict[str, bytes]:
    """Return every file that counts: the ledger is bytes that SQLite orders."""
    names = ("archive/*", "*.jsonl", "pages/*", "indexes/*", "runs/*/*.json")
    return {str(path.relative_to(collection)): path.read_bytes() for name in names for path in collection.glob(name)}


def new_lines(collection: Path, crawled: Path) -> list[dict[str, Any]]:
    old = (crawled / "briefs.jsonl").read_bytes()
    content = (collection / "briefs.jsonl").read_bytes()
    assert content.startswith(old)
    return [orjson.loads(line) for line in content[len(old) :].splitlines()]


def test_what_comes_in_is_lines_captures_and_a_run(collection: Path, crawled: Path, first: Path) -> None:
    before = first.read_bytes()
    ended = imported(collection, first)
    assert (ended.returncode, ended.stderr) == (0, "")
    (line,) = new_lines(collection, crawled)
    assert (line["title"], line["seed"], line["via"], line["hops"]) == ("Copper on the quay", None, None, "")
    warc = collection / "archive" / line["capture"]["warc"]
    assert warc.name == f"import-first-{line['run']}-00002.warc.gz"
    assert warc.read_bytes() == first.read_bytes() == before
    with read_record(warc, line["capture"]["offset"]) as found:
        assert found.record_id == line["capture"]["record_id"]
    report = orjson.loads((collection / "runs" / line["run"] / "report.json").read_bytes())
    assert (report["state"], report["captures"], report["briefs"]) == ("imported", 1, {"new": 1})
    assert [(file["original"], file["records"]) for file in report["imported"]] == [("first.warc.gz", 3)]
    assert report["merkle"]["records"] == 3
    assert report["merkle"]["previous"] is not None


def test_a_rebuild_gives_the_same_bytes_also_after_another_crawl(
    collection: Path, first: Path, second: Path, server: DemoServer
) -> None:
    assert imported(collection, first).returncode == 0
    assert imported(collection, second).returncode == 0
    assert briefs("rebuild", collection).returncode == 0
    briefs(*crawl_of(server, collection, "--max-pages", 4))
    ended = briefs("rebuild", collection)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_versions_and_revisits_go_on_from_what_is_there(
    collection: Path, crawled: Path, first: Path, second: Path
) -> None:
    imported(collection, first)
    imported(collection, second)
    lines = new_lines(collection, crawled)
    assert [(line["version"], line["change"], line["url"]) for line in lines] == [
        (1, "new", URL),
        (2, "substantive", URL),
        (3, "substantive", URL),
    ]
    assert lines[2]["captured_url"] == OTHER
    assert lines[2]["text"] == lines[0]["text"]


def test_several_files_come_in_as_one_run_in_their_order(
    collection: Path, crawled: Path, first: Path, second: Path
) -> None:
    imported(collection, first, second)
    lines = new_lines(collection, crawled)
    assert [line["version"] for line in lines] == [1, 2, 3]
    assert len({line["run"] for line in lines}) == 1
    assert briefs("rebuild", collection).returncode == 0


@pytest.mark.parametrize("kind", ["plain", "one member"])
def test_a_file_that_is_no_member_a_record_is_written_anew(kind: str, collection: Path, tmp_path: Path) -> None:
    records = [warcinfo(), record("response", 2, http(), of(URL)), record("response", 4, http(NEWER), of(OTHER))]
    if kind == "plain":
        source = write(tmp_path / "odd.warc", *records)
    else:
        source = tmp_path / "odd.warc.gz"
        source.write_bytes(gzip.compress(b"".join(records)))
    ended = imported(collection, source)
    assert ended.returncode == 0, ended.stderr
    assert "3 records" in ended.stdout
    assert "written anew as one gzip member a record" in ended.stdout
    kept = Collection(collection).warcs()[-1]
    content = kept.read_bytes()
    found = [(one.offset, one.length) for one in read_records(kept)]
    assert [gzip.decompress(content[at : at + length]) for at, length in found] == records
    assert briefs("rebuild", collection).returncode == 0


def test_the_same_file_is_not_taken_in_twice(collection: Path, first: Path, tmp_path: Path) -> None:
    imported(collection, first)
    before = state_of(collection)
    plain = write(tmp_path / "renamed.warc", gzip.decompress(first.read_bytes()))
    other = write(tmp_path / "other.warc.gz", record("response", 2, http(NEWER), of(URL)))
    for again, sentence in (
        (first, "holds a record that import-first-"),
        (plain, "holds a record that import-first-"),
        (other, f"has record {name_of(2)}, which archive/import-first-"),
    ):
        refused = imported(collection, again)
        assert refused.returncode == 2
        assert sentence in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    assert state_of(collection) == before
    assert not (collection / ".importing").exists()


def test_two_files_with_a_record_in_common_are_refused(collection: Path, first: Path, tmp_path: Path) -> None:
    before = state_of(collection)
    refused = imported(collection, first, Path(shutil.copy(first, tmp_path / "copy.warc.gz")))
    assert refused.returncode == 2
    assert "copy.warc.gz: holds a record that" in refused.stderr
    assert state_of(collection) == before


def test_what_is_damaged_or_no_warc_is_refused_with_its_place(collection: Path, first: Path, tmp_path: Path) -> None:
    content = first.read_bytes()
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0xFF
    damaged = {
        "cut.warc.gz": (content[:-9], "the file ends inside this gzip member"),
        "flipped.warc.gz": (bytes(flipped), "gzip data is corrupt"),
        "old.arc": (b"filedesc://o 0.0.0.0 20240501120000 text/plain 9\n1 0 C\nURL IP\n\n", "is an ARC file"),
        "notes.warc": (b"hello", "holds no record that can be read"),
    }
    before = state_of(collection)
    for name, (spoiled, sentence) in damaged.items():
        (tmp_path / name).write_bytes(spoiled)
        refused = imported(collection, first, tmp_path / name)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1), refused.stderr
        assert f"{name} at byte " in refused.stderr
        assert sentence in refused.stderr
    assert state_of(collection) == before
    assert not (collection / ".importing").exists()


def test_killed_before_the_commit_nothing_came_in(collection: Path, first: Path, server: DemoServer) -> None:
    before = state_of(collection)
    assert imported(collection, first, fault="before commit:1").returncode == -signal.SIGKILL
    assert sorted(set(state_of(collection)) - set(before)) == []
    briefs(*crawl_of(server, collection, "--max-pages", 1))  # cuts the lines back
    assert not any("import-" in name for name in state_of(collection))
    assert briefs("rebuild", collection).returncode == 0
    assert imported(collection, first).returncode == 0
    assert briefs("rebuild", collection).returncode == 0
    assert not (collection / ".importing").exists()


def test_killed_after_the_commit_the_next_opening_puts_the_files_in_place(
    collection: Path, crawled: Path, first: Path, second: Path
) -> None:
    assert imported(collection, first, fault="before renames:1").returncode == -signal.SIGKILL
    assert len(Collection(collection).warcs()) == 1
    assert imported(collection, second).returncode == 0
    assert [line["version"] for line in new_lines(collection, crawled)] == [1, 2, 3]
    assert len(Collection(collection).warcs()) == 3
    assert len(list((collection / "runs").glob("*/report.json"))) == 3
    assert briefs("rebuild", collection).returncode == 0


def test_a_lost_ledger_is_recovered_with_what_was_imported(collection: Path, first: Path, second: Path) -> None:
    imported(collection, first, second)
    before = state_of(collection)
    for path in collection.glob("ledger.sqlite*"):
        path.unlink()
    recovered = briefs("recover", collection)
    assert recovered.returncode == 0, recovered.stderr
    assert "briefs.jsonl: as it was" in recovered.stdout
    assert state_of(collection) == before
    assert imported(collection, first).returncode == 2


def test_files_of_our_own_crawls_keep_their_runs_and_hops(collection: Path, crawled: Path, bundled: Path) -> None:
    (own,) = Collection(bundled).warcs()
    assert imported(collection, own).returncode == 0
    lines = new_lines(collection, crawled)
    theirs = [orjson.loads(line) for line in (bundled / "briefs.jsonl").read_bytes().splitlines()]
    assert {line["run"] for line in lines} == {theirs[0]["run"]}
    assert {line["seed"] for line in lines} <= {line["seed"] for line in theirs}
    assert briefs("rebuild", collection).returncode == 0


def test_nothing_is_taken_in_while_another_process_writes(collection: Path, first: Path) -> None:
    lock = WriteLock(Collection(collection))
    refused = imported(collection, first)
    lock.release()
    assert refused.returncode == 3
    assert "is writing here, expected no other writer" in refused.stderr


def test_status_tells_of_the_newest_crawl_not_of_an_import(collection: Path, first: Path) -> None:
    before = briefs("status", collection).stdout.splitlines()[0]
    imported(collection, first)
    ended = briefs("status", collection)
    assert (ended.returncode, ended.stdout.splitlines()[0]) == (0, before)


def test_json_is_the_report(collection: Path, first: Path) -> None:
    ended = briefs("import", collection, first, "--json")
    report = orjson.loads(ended.stdout)
    assert (report["schema"], report["state"]) == ("report/1", "imported")


def test_two_records_with_one_id_are_refused(collection: Path, tmp_path: Path) -> None:
    twice = [record("response", 2, http(body), of(url)) for body, url in ((PAGE, URL), (NEWER, OTHER))]
    refused = imported(collection, write(tmp_path / "twice.warc.gz", warcinfo(), *twice))
    assert refused.returncode == 2
    assert f"has record {name_of(2)}, which the file itself holds already" in refused.stderr
    assert briefs("verify", "--quick", collection).returncode == 0
