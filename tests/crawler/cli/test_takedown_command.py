"""`briefs takedown`: what it asks, what it says, what it refuses."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import orjson
import pytest

from archive.collection import Collection, WriteLock
from crawler.demo.server import DemoServer
from crawler.exit_codes import LOCKED
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.cli.crawls import Crawls

SCANNER = "https://harbour.example/news/brief/customs-scanner-port-verrin/"
OLD_SCANNER = "https://harbour.example/news-briefs/customs-scanner-port-verrin"
PICTURE = "https://harbour.example/wp-content/uploads/2017/06/customs-scanner-port-verrin.png"
LISTING = "https://harbour.example/news/brief/harbour-round-up/"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("crawled") / "c"
    with DemoServer() as server:
        briefs(*crawl_of(server, root, "--requisites", "-s", "RETRY_WAIT=0.01"))
    return root


@pytest.fixture
def collection(crawled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(crawled, tmp_path / "c"))


def told(collection: Path, name: str, *arguments: object) -> tuple[int, str]:
    ended = Crawls(None, collection).told(name, *arguments)  # type: ignore[arg-type]
    return ended.exit_code, ended.output


def sums_of(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix not in (".lock",))
    stable = (path for path in files if not path.name.endswith(("-wal", "-shm")))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in stable}


def test_a_dry_run_lists_what_would_go_and_changes_nothing_also_while_a_crawl_writes(collection: Path) -> None:
    before = sums_of(collection)
    lock = WriteLock(Collection(collection))
    code, output = told(collection, "takedown", OLD_SCANNER, "--dry-run")
    lock.release()
    assert code == 0, output
    assert f"address: {OLD_SCANNER}" in output
    assert f"address: {SCANNER}" in output
    assert "line:    version 1 (new): Idle Customs Scanner Opens a Door at Port Verrin" in output
    assert output.count("capture: ") == 2
    assert "nothing was changed: this is a dry run" in output
    changed = {name for name, content in sums_of(collection).items() if before.get(name) != content}
    assert changed <= {str(collection / ".lock")}


def test_a_collection_that_is_written_to_is_left_alone(collection: Path) -> None:
    lock = WriteLock(Collection(collection))
    code, output = told(collection, "takedown", SCANNER, "--reason", "asked", "--yes")
    lock.release()
    assert (code, "is writing here, expected no other writer" in output) == (LOCKED, True), output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((SCANNER,), "--reason is missing"),
        ((SCANNER, "--reason", " "), "--reason is missing"),
        ((SCANNER, "--reason", "x" * 1001), "has 1001 letters"),
        ((SCANNER, "--reason", "asked"), "expected --yes"),
        (("https://harbour.example/no/such/page/", "--reason", "asked", "--yes"), "nothing is captured of"),
        (("abcd", "--reason", "asked", "--yes"), "nothing is captured of 'abcd'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(arguments: tuple[str, ...], sentence: str, collection: Path) -> None:
    before = (collection / "briefs.jsonl").read_bytes()
    code, output = told(collection, "takedown", *arguments)
    assert (code, sentence in output) == (2, True), output
    assert (collection / "briefs.jsonl").read_bytes() == before


def test_what_is_no_work_leaves_a_line_among_the_rejects(collection: Path) -> None:
    code, output = told(collection, "takedown", LISTING, "--reason", "asked", "--yes")
    assert (code, f"no work: {LISTING}" in output) == (0, True), output
    lines = [orjson.loads(line) for line in (collection / "rejects.jsonl").read_bytes().splitlines()]
    (line,) = [line for line in lines if line["url"] == LISTING]
    assert (line["reason"], line["detail"]) == ("taken down", None)
    assert told(collection, "verify")[0] == 0
    assert told(collection, "retry", "--state", "refused: takedown")[0] == 2
    assert LISTING in told(collection, "status", "--urls", "refused: takedown")[1]


def test_pictures_that_only_its_pages_need_go_with_it_when_asked(collection: Path) -> None:
    code, output = told(collection, "takedown", SCANNER, "--requisites", "--reason", "asked", "--yes", "--json")
    assert code == 0, output
    printed = orjson.loads(output)
    urls = [target["url"] for target in printed["targets"]]
    assert urls[0] == SCANNER
    assert PICTURE in urls
    assert not [url for url in urls if url.endswith((".css", ".woff2", ".js"))], "other pages need them too"
    assert told(collection, "get", PICTURE)[0] == 2
    for path in collection.glob("ledger.sqlite*"):
        path.unlink()
    assert told(collection, "recover")[0] == 0
    assert PICTURE in told(collection, "status", "--urls", "refused: takedown")[1]
    assert told(collection, "verify")[0] == 0
