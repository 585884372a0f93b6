"""`briefs replay` as a process: what it says, what it asks, how it ends."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.openfile import OPEN
from archive.replay.child import free_port
from archive.replay.places import cache_folder
from archive.replay.pywb import PywbProgram
from tests.archive.replay.made import OLD_WORDS, WORK, make_collection
from tests.crawler.cli.conftest import briefs, command
from tests.crawler.cli.replaying import children, replay, text_at


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_collection(tmp_path_factory.mktemp("made") / "c").root


def said(ended: subprocess.CompletedProcess[str]) -> str:
    """Return the one sentence of a refusal."""
    assert (ended.returncode, ended.stdout) == (2, "")
    (sentence,) = ended.stderr.splitlines()
    return sentence


def test_without_an_index_it_names_the_command_that_makes_it(made: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(made, tmp_path / "c")
    (copy / "indexes" / "index.cdxj").unlink()
    assert "index.cdxj: is missing: a crawl writes it at its end, and `briefs index`" in said(briefs("replay", copy))
    assert "no collection here" in said(briefs("replay", tmp_path / "none"))


@pytest.mark.parametrize("engine", ["pywb", "replayweb"])
def test_where_nobody_can_be_asked_nothing_is_installed(engine: str, made: Path, tmp_path: Path) -> None:
    ended = briefs("replay", made, "--engine", engine, XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert "is not installed, and nobody is here to be asked; --yes installs it" in said(ended)
    assert not (tmp_path / "cache").exists()


def test_a_person_is_asked_and_may_decline(made: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    ended = subprocess.run(
        command("replay", made),
        stdin=theirs,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path)},
    )
    os.close(ours)
    os.close(theirs)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert PywbProgram(cache_folder({"XDG_CACHE_HOME": str(tmp_path)})).offer() in ended.stderr
    assert ended.stderr.endswith("pywb 2.10.0 was not installed, and nothing else shows the captures\n")
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_told_before_anything_is_installed(made: Path, tmp_path: Path) -> None:
    with replay(made, "--no-open") as (_, address):
        port = address.rstrip("/").rpartition(":")[2]
        ended = briefs("replay", made, "--yes", "--port", port, XDG_CACHE_HOME=str(tmp_path))
    assert f"port {port} of 127.0.0.1 cannot be used: Address already in use" in said(ended)
    assert list(tmp_path.iterdir()) == []


def test_a_proxy_has_no_part_in_it(made: Path) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    with replay(made, "--no-open", http_proxy=nobody, HTTP_PROXY=nobody, all_proxy=nobody) as (_, address):
        opened = text_at(f"{address}brief/{WORK}")
        captured = opened.partition('<th scope="row"><a href="')[2].partition('"')[0]
        timestamp = captured.split("/")[4]
        assert OLD_WORDS in text_at(captured.replace(timestamp, f"{timestamp}id_", 1))


def test_the_browser_is_given_the_address(made: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "told")
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/told\n')
    script.chmod(0o755)
    with replay(made, BROWSER=str(script)) as (_, address):
        assert (tmp_path / "told").read_text() == f"{address}\n"


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_it_and_its_engine_and_leaves_nothing(
    signum: signal.Signals, code: int, made: Path, tmp_path: Path
) -> None:
    before = sorted(path for path in made.rglob("*") if "catalog" not in path.name)
    with replay(made, "--no-open", TMPDIR=str(tmp_path)) as (process, address):
        (engine,) = children(process.pid)
        assert f"brief/{WORK}" in text_at(address)
        assert list(tmp_path.iterdir())
        process.send_signal(signum)
        process.wait(60)
        assert not Path(f"/proc/{engine}").exists()
    assert (process.returncode, list(tmp_path.iterdir())) == (code, [])
    assert sorted(path for path in made.rglob("*") if "catalog" not in path.name) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's (prctl 2)")
def test_the_engine_dies_with_a_killed_command(made: Path) -> None:
    with replay(made, "--no-open") as (process, _):
        (engine,) = children(process.pid)
        watched = os.pidfd_open(engine)
        process.kill()
        assert select.select([watched], [], [], 60)[0] == [watched]
        os.close(watched)


def test_an_engine_that_ends_is_told(made: Path) -> None:
    with replay(made, "--no-open") as (process, _):
        (engine,) = children(process.pid)
        os.kill(engine, signal.SIGKILL)
        process.wait(60)
        assert process.stderr is not None
        assert process.stderr.read().splitlines()[-1].startswith("briefs: pywb 2.10.0 ended with -9: ")
    assert process.returncode == 2


def test_a_file_that_is_still_being_written_is_named(made: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(made, tmp_path / "c")
    (warc,) = (copy / "archive").iterdir()
    warc.rename(warc.with_name(warc.name + OPEN))
    with replay(copy, "--no-open") as (process, address):
        assert "its file is still being written: no engine opens it yet" in text_at(f"{address}brief/{WORK}")
        process.terminate()
        assert process.stderr is not None
        assert f"{warc}{OPEN}: is still being written; what only it holds" in process.stderr.read()
