"""What other people's tools say of the files that a crawl leaves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from crawler.demo.expected import expected_briefs
from crawler.demo.server import DemoServer
from tests.crawler.capture.conftest import read_with_warcio
from tests.crawler.cli.conftest import briefs, crawl_of

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def warcs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("tools")
    ended = briefs("demo", "--collection", "demo", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return sorted((folder / "demo" / "archive").glob("*.warc.gz"))


@pytest.mark.parametrize(
    "tool",
    [(BIN / "warcio", "check"), (BIN / "warcio", "index"), ("gzip", "-t"), (BIN / "fastwarc", "check")],
    ids=lambda tool: f"{Path(tool[0]).name} {tool[1]}",
)
def test_every_tool_takes_every_file(tool: tuple[str | Path, str], warcs: list[Path]) -> None:
    assert warcs
    for path in warcs:
        ended = subprocess.run([*map(str, tool), str(path)], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr


def test_brotli_is_captured_and_read_when_it_is_asked_for(tmp_path: Path, server: DemoServer) -> None:
    accept = 'DEFAULT_REQUEST_HEADERS={"Accept-Encoding": "br"}'
    ended = briefs(*crawl_of(server, tmp_path / "c", "-s", accept))
    lines = (tmp_path / "c" / "briefs.jsonl").read_bytes().splitlines()
    assert {orjson.loads(line)["url"] for line in lines} == {brief.url for brief in expected_briefs()}, ended.stderr
    heads = [record.block.partition(b"\r\n\r\n")[0] for record in read_with_warcio(tmp_path / "c" / "archive")]
    assert [head for head in heads if b"\r\nContent-Encoding: br" in head]
