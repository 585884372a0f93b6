"""Bad input: one clear sentence, exit code 2, nothing half made."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from archive.collection import Collection, WriteLock
from tests.crawler.cli.conftest import CONTACT, briefs

ROOT = Path(__file__).parents[3]
GOOD = ("--contact", CONTACT)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("crawl", "nowhere", "--collection", "c", *GOOD), "'nowhere'"),
        (("crawl", "demo", "--collection", "c"), "contact is ''"),
        (("crawl", "demo", "--collection", "c", "--contact", "me"), "contact is 'me'"),
        (("crawl", "demo", "--collection", "c", "--contact", "a@b.example) (x"), "contact is"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seed", "https://elsewhere.example/a/"), "other host"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seed", "not an address"), "malformed address"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seeds", "missing.txt"), "missing.txt: seed file cannot be"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seeds", "odd.txt"), "odd.txt line 3: found 'ftp://x'"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seeds", "empty.txt"), "empty.txt: holds no address"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seeds", "binary.txt"), "binary.txt at byte 0: seed"),
        (("crawl", "demo", "--collection", "odd.txt", *GOOD), "odd.txt: is a file"),
        (("crawl", "demo", "--collection", "full", *GOOD), "full: is neither empty nor a collection"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--max-pages", "-1"), "max-pages is -1"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--connect-to", "a:b"), "expected HOST1:PORT1:HOST2:PORT2"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--connect-to", "a:99999:b:1"), "port is '99999'"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--ca-file", "missing.pem"), "missing.pem: cannot be read"),
        (("crawl", "demo", "--collection", "c", *GOOD, "-s", "delay"), "-s 'delay': expected NAME=VALUE"),
        (("crawl", "demo", "--collection", "c", *GOOD, "-s", "HTTPCACHE_ENABLED=1"), "HTTPCACHE_ENABLED is on"),
        (("crawl", "demo", "--collection", "c", *GOOD, "-s", "WARC_DIGEST=md4"), "WARC_DIGEST is 'md4'"),
        (("crawl", "demo", "--collection", "c", *GOOD, "-s", "WARC_LEVEL=12"), "WARC_LEVEL is 12"),
        (
            ("crawl", "demo", "--collection", "c", *GOOD, "-s", 'DOWNLOAD_HANDLERS={"https": '
             '"scrapy.core.downloader.handlers.http2.H2DownloadHandler"}'),
            "DOWNLOAD_HANDLERS",
        ),
        *((("crawl", "demo", "--collection", "c", *GOOD, "-s", setting), sentence) for setting, sentence in (
            ("USER_AGENT=Mozilla/5.0", "USER_AGENT cannot be set: the name is brief-archive/"),
            ('DEFAULT_REQUEST_HEADERS={"user-agent": "x"}', "with a User-Agent cannot be set"),
            ("DOWNLOAD_DELAY=abc", "DOWNLOAD_DELAY is 'abc', expected a number"),
            ("DOWNLOAD_TIMEOUT=abc", "DOWNLOAD_TIMEOUT is 'abc', expected a number"),
            ("LOG_LEVEL=LOUD", "LOG_LEVEL is 'LOUD', expected one of DEBUG, INFO"),
            ("TWISTED_REACTOR=nope", "TWISTED_REACTOR is 'nope', expected the path"),
            ("CONCURRENT_REQUESTS=x", "CONCURRENT_REQUESTS is 'x', expected a whole number"),
            ("ITEM_PIPELINES={}", "ITEM_PIPELINES is without crawler.pipelines.works.WorksPipeline"),
            ("CONNECT_TO=a:b", "expected HOST1:PORT1:HOST2:PORT2"),
        )),
        (("crawl", "demo", "--collection", "c", *GOOD, "--seeds", "far.txt"), "far.txt line 2: 'https://far.example/'"),
        (("crawl", "demo", "--collection", "c", *GOOD, "--ca-file", "odd.txt"), "odd.txt: holds no certificate"),
        (("crawl", "demo", "--collection", "", *GOOD), "collection is '', expected the path of a folder"),
        (("demo", "--collection", ""), "collection is '', expected the path of a folder"),
        (("show", ""), "collection is '', expected the path of a folder"),
        (("show", "nothing-here"), "no collection here"),
        (("status", "full"), "no collection here"),
        (("retry", "full", "--state", "out of scope: other host"), "state is 'out of scope: other host'"),
        (("retry", "full", "--state", "leased"), "state is 'leased'"),
    ],
)  # fmt: skip
def test_is_refused_with_one_sentence(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("# seeds\n\nftp://x\n")
    (tmp_path / "far.txt").write_text("# far\nhttps://far.example/\n")
    (tmp_path / "empty.txt").write_text("# nothing\n")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    before = sorted(tmp_path.rglob("*"))
    ended = briefs(*arguments, cwd=tmp_path)
    assert ended.returncode == 2, ended.stderr
    assert sentence in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert ended.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("arguments", [(), ("crawl",), ("fly",), ("crawl", "demo"), ("crawl", "demo", "--collection")])
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...]) -> None:
    assert briefs(*arguments).returncode == 2


def test_a_collection_that_is_being_written_is_refused_by_pid(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "c")
    collection.create({"site": "demo"})
    lock = WriteLock(collection)
    try:
        ended = briefs("crawl", "demo", "--collection", tmp_path / "c", *GOOD)
    finally:
        lock.release()
    assert ended.returncode == 3
    assert "is writing here, expected no other writer" in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_a_site_that_cannot_be_reached_is_a_problem_with_a_cause(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        where = ("--connect-to", f"harbour.example::127.0.0.1:{port}", "-s", "RETRY_ENABLED=False")
        ended = briefs("crawl", "demo", "--collection", tmp_path / "c", *GOOD, *where)
    assert ended.returncode == 5
    assert "robots.txt could not be had, the pages wait: harbour.example" in ended.stdout
    assert "Traceback" not in ended.stderr


def test_scrapys_own_command_takes_no_other_name_either(tmp_path: Path) -> None:
    where = ["-a", "site=demo", "-a", f"collection={tmp_path / 'c'}", "-s", f"CONTACT={CONTACT}"]
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "briefs", *where, "-s", "USER_AGENT=x"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "USER_AGENT cannot be set" in ended.stderr
    assert not (tmp_path / "c").exists()
