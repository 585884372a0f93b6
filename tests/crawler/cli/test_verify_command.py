"""`briefs verify`, run as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import orjson
import pytest

from archive.collection import Collection, WriteLock
from archive.wacz import stored_warcs
from crawler.demo.server import DemoServer
from crawler.verify import CollectionCheck
from tests.archive.verify.broken import good, packed, warcinfo, with_resource
from tests.crawler.cli.conftest import briefs, command, crawl_of


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a collection that a crawl has finished."""
    root = tmp_path_factory.mktemp("verify") / "collection"
    with DemoServer() as server:
        briefs(*crawl_of(server, root, "--max-pages", 6))
    return root


@pytest.fixture
def collection(finished: Path, tmp_path: Path) -> Collection:
    """Return a copy of it."""
    return Collection(shutil.copytree(finished, tmp_path / "collection"))


def test_a_good_collection_has_nothing_on_standard_output(collection: Collection) -> None:
    for options in ((), ("--quick",), ("--strict",)):
        ended = briefs("verify", collection.root, *options)
        assert (ended.returncode, ended.stdout) == (0, "")
        assert ended.stderr.endswith("records checked, nothing is wrong\n")


def test_a_problem_is_a_line_and_exit_code_1(collection: Collection) -> None:
    collection.briefs.write_bytes(b"{}\n" + collection.briefs.read_bytes()[3:])
    ended = briefs("verify", collection.root, "--quick")
    assert ended.returncode == 1
    codes = [line.split("  ")[0] for line in ended.stdout.splitlines()]
    assert codes[0] == "sum-differs"
    assert f"  {collection.briefs} line 1  " in ended.stdout
    assert " errors: " in ended.stderr


def test_json_is_an_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    path.write_bytes(with_resource(WARC_Date="yesterday"))
    ended = briefs("verify", "--json", path)
    (line,) = [orjson.loads(line) for line in ended.stdout.splitlines()]
    sentence = line.pop("sentence")
    offset = len(packed(warcinfo()))
    assert line == {"code": "date-malformed", "level": "error", "file": str(path), "offset": offset, "line": None}
    assert sentence.startswith("WARC-Date is 'yesterday', expected")


def test_warnings_alone_are_exit_code_0_unless_strict(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    path.write_bytes(with_resource(Content_Type=None))
    assert briefs("verify", path).returncode == 0
    assert briefs("verify", path, "--strict").returncode == 1


def test_a_folder_s_files_are_checked_together(tmp_path: Path) -> None:
    for name in ("one.warc.gz", "two.warc.gz"):
        (tmp_path / name).write_bytes(good())
    ended = briefs("verify", tmp_path)
    assert {line.split("  ")[0] for line in ended.stdout.splitlines()} == {"id-repeated"}
    assert briefs("verify", tmp_path / "one.warc.gz", tmp_path / "one.warc.gz").returncode == 0


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_what_cannot_be_checked_is_exit_code_2(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = briefs("verify", tmp_path / name)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1


def test_a_key_without_a_package_is_a_mistake(collection: Collection, tmp_path: Path) -> None:
    assert briefs("verify", collection.root, "--key", tmp_path / "no.pem").returncode == 2


def test_while_a_crawl_writes_what_it_committed_is_checked(collection: Collection) -> None:
    with collection.briefs.open("ab") as stream:
        stream.write(b'{"schema":')
    lock = WriteLock(collection)
    try:
        ended = briefs("verify", collection.root)
    finally:
        lock.release()
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "a crawl is writing here" in ended.stderr
    assert briefs("verify", collection.root).stdout.startswith("file-tail  ")


def test_a_running_crawl_can_be_checked_and_a_killed_one_has_only_warnings(tmp_path: Path) -> None:
    root = tmp_path / "collection"
    with DemoServer() as server:
        crawl = subprocess.Popen(
            command(*crawl_of(server, root, "-s", "COMMIT_PAGES=2", "-s", "DOWNLOAD_DELAY=0.7")),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            server.wait_for(6)
            checked = briefs("verify", root)
            assert "a crawl is writing here" in checked.stderr
            assert checked.stdout == ""
        finally:
            crawl.send_signal(signal.SIGKILL)
            crawl.wait()
    problems = list(CollectionCheck(collection=Collection(root)).problems())
    assert {problem.code.name for problem in problems} <= {"ledger-unsealed", "file-tail", "index-behind"}
    assert "ledger-unsealed" in {problem.code.name for problem in problems}


def test_a_package_is_checked_with_the_records_in_it(collection: Collection, tmp_path: Path) -> None:
    package = tmp_path / "brief.wacz"
    assert briefs("pack", collection.root, "-o", package).returncode == 0
    ended = briefs("verify", package)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert int(ended.stderr.split()[0]) > 10
    _, start, _ = next(stored_warcs(package))
    content = bytearray(package.read_bytes())
    content[start + 40] ^= 1
    package.write_bytes(content)
    ended = briefs("verify", package)
    assert ended.returncode == 1
    assert "gzip-corrupt  " in ended.stdout
    assert "wacz-hash  " in ended.stdout or "wacz-entry  " in ended.stdout


def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "loop.warc.gz"
    path.mkdir()
    (path / "inner.warc").symlink_to(path / "inner.warc")
    ended = briefs("verify", path)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert os.path.sep in ended.stderr
