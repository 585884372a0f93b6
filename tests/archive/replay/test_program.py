"""Programs in the cache folder: whole or not at all, once, and the way a person agreed to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ReplayError
from archive.replay.program import Program, last_lines, run
from archive.replay.pywb import LOCK, PywbProgram
from archive.replay.replayweb import ReplayWebProgram

HALF = """
import os, signal, sys
from pathlib import Path
from tests.archive.replay.test_program import Toy

class Dying(Toy):
    def _fetch(self) -> None:
        super()._fetch()
        os.kill(os.getpid(), signal.SIGKILL)

Dying(Path(sys.argv[1])).install()
"""


class Toy(Program):
    """A program of one file."""

    name = "Toy 1.0"
    licence = "none"
    source = "here"
    contents = "one file"

    def _folder_name(self) -> str:
        return "toy-1.0"

    def _is_sound(self) -> bool:
        return (self.folder / "file").is_file()

    def _fetch(self) -> None:
        with (self.folder / "file").open("a") as stream:
            stream.write("fetched\n")


def test_it_is_ready_once_installed_and_not_fetched_again(tmp_path: Path) -> None:
    toy = Toy(tmp_path / "cache")
    assert not toy.is_ready
    toy.install()
    toy.install()
    assert toy.is_ready
    assert (toy.folder / "file").read_text() == "fetched\n"


def test_what_a_killed_process_left_is_made_anew(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", HALF, tmp_path], check=False, cwd=Path(__file__).parents[3])
    toy = Toy(tmp_path)
    assert ended.returncode == -signal.SIGKILL
    assert ((toy.folder / "file").exists(), toy.is_ready) == (True, False)
    toy.install()
    assert (toy.is_ready, (toy.folder / "file").read_text()) == (True, "fetched\n")


def test_what_was_whole_and_lost_a_part_is_made_anew(tmp_path: Path) -> None:
    toy = Toy(tmp_path)
    toy.install()
    (toy.folder / "file").unlink()
    assert not toy.is_ready
    toy.install()
    assert toy.is_ready


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(ReplayError, match=r"toy-1.0.lock: cannot be written: "):
        Toy(tmp_path / "cache").install()


def test_the_offer_says_what_from_where_into_where_and_by_which_licence(tmp_path: Path) -> None:
    pywb, replayweb = PywbProgram(tmp_path), ReplayWebProgram(tmp_path)
    for program, words in ((pywb, ("PyPI", "pip", "GPL-3")), (replayweb, ("npm", "AGPL-3"))):
        offer = program.offer()
        assert all(word in offer for word in (program.name, str(program.folder), *words))


def test_every_package_of_pywb_has_one_exact_version() -> None:
    pins = [line for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    assert [pin for pin in pins if pin.partition(";")[0].count("==") != 1] == []
    assert "pywb==2.10.0" in pins


def test_a_program_that_fails_is_told_with_its_last_lines() -> None:
    script = "import sys; sys.exit('first line\\n\\n  second line')"
    with pytest.raises(ReplayError, match=r"trying failed, .* ended with 1: first line \| second line"):
        run([sys.executable, "-c", script], "trying")
    with pytest.raises(ReplayError, match="trying: /nowhere cannot be run: No such file"):
        run(["/nowhere"], "trying")


def test_the_last_lines_are_those_that_say_something() -> None:
    assert last_lines("one\ntwo\n\n three \n", 2) == "two | three"
    assert last_lines(" \n") == "it said nothing"


def test_replayweb_without_npm_names_the_other_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    with pytest.raises(ReplayError, match="npm is not installed; `--engine pywb` does without"):
        ReplayWebProgram(tmp_path / "cache").install()
