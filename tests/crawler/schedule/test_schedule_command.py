"""`briefs schedule`: made, looked at, changed, taken away; and what is refused with one sentence."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import orjson
import pytest
import yaml
from click.testing import CliRunner, Result

from crawler.cli.main import main
from crawler.schedule.book import book_file, open_book
from crawler.schedule.schedule import Outcome
from tests.crawler.cli.conftest import CONTACT

GOOD = ("--site", "demo", "--cron", "0 6 * * *", "--contact", CONTACT)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFS_SCHEDULES", str(tmp_path / "s.sqlite"))
    monkeypatch.delenv("BRIEFS_CONTACT", raising=False)
    return tmp_path


def told(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["schedule", *map(str, arguments)])


def added(*options: object, name: str = "harbour") -> Result:
    result = told("add", name, *GOOD, "--collection", "c", *options)
    assert result.exit_code == 0, result.output
    return result


def test_what_was_added_is_listed_with_its_options_and_its_zone(folder: Path) -> None:
    (folder / "seeds.txt").write_text("https://harbour.example/news/brief/harbour-watch-fuel-smuggling/\n")
    output = added("--zone", "Europe/Berlin", "--seeds", "seeds.txt", "--recrawl", "-s", "RETRY_WAIT=2",
                   "--notify", "mail:desk@example.org", "--on", "finish", "--jitter", "10m").output  # fmt: skip
    assert "harbour: 0 6 * * * (Europe/Berlin), next " in output
    assert "06:00:00 +0" in output
    assert "(put off by " in output
    listed = told("list").output
    assert f"--contact {CONTACT} --seeds seeds.txt --recrawl -s RETRY_WAIT=2" in listed
    assert "tells  mail:desk@example.org on finish" in listed
    assert "last   never yet" in listed
    row = orjson.loads(told("list", "--json").output)
    assert (row["collection"], row["folder"], row["missed"]) == (str(folder / "c"), str(folder), "once")
    assert not (folder / "c").exists()


def test_the_contact_of_the_environment_is_kept_for_a_timer_that_has_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFS_CONTACT", "desk@example.org")
    told("add", "harbour", "--site", "demo", "--collection", "c", "--every", "6h")
    assert orjson.loads(told("list", "--json").output)["arguments"] == ["--contact", "desk@example.org"]


def test_next_gives_the_moments_to_come(folder: Path) -> None:
    added("--zone", "Europe/Berlin")
    lines = told("next", "harbour", "--count", 3).output.splitlines()
    assert len(lines) == 3
    assert all(" 06:00:00 +0" in line for line in lines)
    assert told("next").output.count("harbour") == 5


def test_a_name_is_taken_until_it_is_replaced_or_removed(folder: Path) -> None:
    added()
    again = told("add", "harbour", *GOOD, "--collection", "c")
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    assert "every 6h" in told("add", "harbour", "--site", "demo", "--collection", "c", "--every", "6h", "--contact",
                              CONTACT, "--replace").output  # fmt: skip
    assert "removed" in told("remove", "harbour").output
    assert told("list").output == ""
    assert told("remove", "harbour").exit_code == 2


def test_a_schedule_whose_crawl_is_under_way_is_not_removed(folder: Path) -> None:
    added()
    with open_book(folder / "s.sqlite") as book:
        book.insert("harbour", 0.0, Outcome.RUNNING)
    ended = told("remove", "harbour")
    assert (ended.exit_code, "is under way" in ended.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("x y", *GOOD), "name is 'x y'"),
        (("../x", *GOOD), "name is '../x'"),
        (("x", *GOOD, "--every", "6h"), "expected either --cron or --every"),
        (("x", *GOOD[:2], *GOOD[4:]), "expected either --cron or --every"),
        (("x", *GOOD[:4]), "contact is ''"),
        (("x", *GOOD[:3], "often", *GOOD[4:]), "cron is 'often'"),
        (("x", *GOOD[:3], "0 0 31 2 *", *GOOD[4:]), "cron is '0 0 31 2 *'"),
        (("x", *GOOD[:2], *GOOD[4:], "--every", "5s"), "every is 5s"),
        (("x", "--site", "nowhere", *GOOD[2:]), "'nowhere'"),
        (("x", *GOOD, "--zone", "Mars/Base"), "zone is 'Mars/Base'"),
        (("x", *GOOD, "--jitter", "1d"), "jitter is 86400s, expected less than lies between two crawls"),
        (("x", *GOOD, "--time-limit", "soon"), "age is 'soon'"),
        (("x", *GOOD, "--retry-on", "0"), "retry-on is '0'"),
        (("x", *GOOD, "--on", "rain"), "on is 'rain'"),
        (("x", *GOOD, "--notify", "pigeon:x"), "notify is 'pigeon:x'"),
        (("x", *GOOD, "-s", "retries=3"), "-s 'retries=3'"),
        (("x", *GOOD, "--seed", "https://elsewhere.example/a/"), "other host"),
        (("x", *GOOD, "--older-than", "x"), "age is 'x'"),
        (("x", *GOOD, "--ca-file", "none.pem"), "none.pem: cannot be read"),
        (("x", *GOOD, "--connect-to", "a:b"), "a:b"),
    ],
)
def test_what_cannot_be_is_refused_before_it_is_kept(options: tuple[str, ...], sentence: str, folder: Path) -> None:
    ended = told("add", *options, "--collection", "c")
    assert (ended.exit_code, sentence in ended.output) == (2, True), ended.output
    assert len(ended.output.strip().splitlines()) == 1
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("command", [("list",), ("next",), ("history",), ("export", "cron"), ("remove", "x")])
def test_a_file_that_is_not_there_is_said_and_not_made(command: tuple[str, ...], folder: Path) -> None:
    ended = told(*command)
    assert (ended.exit_code, "s.sqlite: is not there; `briefs schedule add` makes it" in ended.output) == (2, True)
    assert list(folder.iterdir()) == []


def test_a_file_that_is_none_of_schedules_is_refused(folder: Path) -> None:
    (folder / "s.sqlite").write_bytes(b"no database, but long enough to be looked at" * 20)
    assert (told("list").exit_code, "file is not a database" in told("list").output) == (2, True)
    (folder / "s.sqlite").unlink()
    with sqlite3.connect(folder / "s.sqlite") as other:
        other.execute("CREATE TABLE mine (x)")
    assert "is another program's database" in told("list").output


def test_a_file_of_a_later_version_is_refused(folder: Path) -> None:
    added()
    with sqlite3.connect(folder / "s.sqlite") as book:
        book.execute("PRAGMA user_version = 9")
    assert "is of version 9, expected 1" in told("list").output


def test_the_file_is_the_one_given_or_of_the_environment_or_of_the_users_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BRIEFS_SCHEDULES", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert book_file(None) == tmp_path / ".local/state/brief-archive/schedules.sqlite"
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert book_file(None) == tmp_path / "state/brief-archive/schedules.sqlite"
    monkeypatch.setenv("BRIEFS_SCHEDULES", str(tmp_path / "named"))
    assert book_file(None) == tmp_path / "named"
    assert book_file(str(tmp_path / "given")) == tmp_path / "given"


def test_the_units_of_systemd_are_ones_that_systemd_takes(folder: Path) -> None:
    added()
    output = told("export", "systemd").output
    assert "Persistent=true" in output
    assert "OnCalendar=minutely" in output
    written = told("export", "systemd", "-o", folder / "units").output.split()
    assert [Path(path).name for path in written] == ["briefs.service", "briefs.timer"]
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:
        ended = subprocess.run([analyze, "verify", *written], capture_output=True, text=True, check=False)
        assert [line for line in ended.stderr.splitlines() if "briefs." in line] == []


def test_the_line_of_cron_escapes_what_cron_would_cut(folder: Path) -> None:
    path = folder / "100% mine.sqlite"
    with open_book(path, make=True):
        pass
    (comment, line) = told("export", "cron", "--schedules", path).output.splitlines()
    assert comment.startswith("# ")
    assert line.startswith("* * * * * ")
    assert r"100\% mine.sqlite" in line
    assert "run-due" in line


def test_the_cron_job_is_one_that_kubernetes_takes(folder: Path) -> None:
    added()
    job = yaml.safe_load(told("export", "kubernetes", "--image", "example.org/briefs:1").output)
    spec = job["spec"]["jobTemplate"]["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert (job["kind"], job["spec"]["concurrencyPolicy"], spec["backoffLimit"]) == ("CronJob", "Forbid", 0)
    assert container["command"] == ["briefs", "run-due", "--schedules", str(folder / "s.sqlite")]
    assert container["image"] == "example.org/briefs:1"
    assert container["volumeMounts"][0]["mountPath"] == str(folder)
