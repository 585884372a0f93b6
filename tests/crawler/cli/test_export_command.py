"""`briefs export`, as a researcher uses it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from archive.collection import Collection
from archive.export import Format
from crawler.cli.main import main
from tests.archive.export.made import SCHEMA, brief, collection_of
from tests.crawler.cli.conftest import briefs, command
from tests.judges import loader


@pytest.fixture(scope="module")
def collection(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a collection of the bundled site."""
    return Path(shutil.copytree(bundled, tmp_path_factory.mktemp("export") / "collection"))


@pytest.fixture(scope="module")
def package(collection: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a package of it, with the other formats beside."""
    folder = tmp_path_factory.mktemp("made") / "harbour"
    made = briefs("export", collection, "--package", folder)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == (
        f"{folder}: 27 of 27 lines\n  links: 160, 92 of them to works of the package\n"
    )  # fmt: skip
    for kind in Format:
        assert told(collection, "-o", folder.parent / f"b.{kind.value}").exit_code == 0
    return folder


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's folder."""
    monkeypatch.chdir(tmp_path)


def lines_of(collection: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (collection / "briefs.jsonl").read_bytes().splitlines()]


def loaded(script: str, where: Path, *, cwd: Path) -> Any:
    """Run a script with the loaders, and return the JSON in its last line."""
    done = subprocess.run(
        [str(loader("python")), "-c", script],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=cwd,
        env={**os.environ, "HF_HOME": str(where / "hf"), "HF_HUB_OFFLINE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_each_program_loads_it_with_the_line_that_the_readme_gives(package: Path, tmp_path: Path) -> None:
    readme = (package / "README.md").read_text(encoding="utf-8")
    ways = re.findall(r"^    ((?:pandas|polars|duckdb|datasets)\..*)$", readme, re.MULTILINE)
    assert len(ways) == 4
    script = f"""import json, pandas, polars, duckdb, datasets
counts = [len({ways[0]}), len({ways[1]}), len({ways[2]}), {ways[3]}.num_rows["train"]]
counts += [datasets.load_dataset("../harbour", name).num_rows["train"] for name in ("briefs", "links")]
print(json.dumps(counts))"""
    assert loaded(script, tmp_path, cwd=package) == [27, 27, 27, 27, 27, 160]


def test_every_format_counts_the_same_in_every_program(package: Path, tmp_path: Path) -> None:
    script = """import json, pandas, polars, duckdb, sqlite3
def words(texts): return sum(len(text.split()) for text in texts)
tables = [
    pandas.read_json("b.jsonl", lines=True), pandas.read_csv("b.csv"), pandas.read_parquet("b.parquet"),
    pandas.read_sql("SELECT * FROM briefs", sqlite3.connect("b.sqlite")),
    polars.read_ndjson("b.jsonl"), polars.read_csv("b.csv"), polars.read_parquet("b.parquet"),
    *(duckdb.sql(f"SELECT * FROM 'b.{kind}'").df() for kind in ("jsonl", "csv", "parquet")),
]
print(json.dumps([[len(table), words(table["text"]), len(set(table["id"]))] for table in tables]))"""
    found = loaded(script, tmp_path, cwd=package.parent)
    assert len(found) == 10
    assert {tuple(each) for each in found} == {tuple(found[0])}
    assert found[0][0] == found[0][2] == 27


def test_tags_are_counted_alike_in_every_program(collection: Path, package: Path, tmp_path: Path) -> None:
    tags = sum(len(line["tags"]) for line in lines_of(collection))
    script = """import json, pandas, polars, duckdb
path = "b.parquet"
print(json.dumps([
    int(pandas.read_parquet(path)["tags"].explode().count()),
    polars.read_parquet(path)["tags"].explode().count(),
    duckdb.sql("SELECT count(*) FROM (SELECT unnest(tags) FROM 'b.parquet')").fetchall()[0][0],
    duckdb.sql("SELECT count(*) FROM (SELECT unnest(tags::JSON::VARCHAR[]) FROM 'b.csv')").fetchall()[0][0],
]))"""
    assert loaded(script, tmp_path, cwd=package.parent) == [tags] * 4


def test_sqlite_utils_finds_the_index(package: Path) -> None:
    asked = ("search", str(package.parent / "b.sqlite"), "briefs", "smuggl*", "-c", "title", "--limit", "3")
    found = subprocess.run(
        [str(loader("sqlite-utils")), *asked], capture_output=True, text=True, timeout=60, check=True
    )
    assert len(json.loads(found.stdout)) == 3


def test_the_citation_is_yaml_with_what_the_format_asks_for(package: Path) -> None:
    script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open('CITATION.cff', encoding='utf-8'))))"
    citation = loaded(script, package, cwd=package)
    assert citation.keys() >= {"cff-version", "message", "title", "authors"}
    assert citation["authors"] == [{"name": "The Harbour Ledger", "website": "https://harbour.example/"}]
    assert "The Harbour Ledger named in the byline" in citation["message"]


def told(*arguments: object) -> Result:
    """Return what `briefs export` says; run in this process."""
    return CliRunner().invoke(main, ["export", *map(str, arguments)], catch_exceptions=False)


@pytest.mark.usefixtures("in_folder")
def test_the_command_line_takes_what_fits_and_says_what_it_left_out(tmp_path: Path) -> None:
    collection_of(
        tmp_path / "c",
        brief("a", tags=("Gold",)),
        brief("b", published=None),
        brief("c", rights={"tdm_reservation": "1"}),
        brief("d"),
        brief("a", version=2, change="substantive", tags=("Gold",)),
        brief("d", version=2, change="gone"),
        brief("e"),
        brief("e", version=2, change="taken down", title="", text="", body=(), published=None),
    )
    made = told("c", "-o", "-", "--format", "jsonl", "--since", "2014-03", "--latest")
    assert [orjson.loads(line)["id"].lstrip("0") for line in made.stdout.splitlines()] == ["a"]
    assert made.stderr.splitlines() == [
        "standard output: 1 of 8 lines",
        "  left out, a newer version of the work is taken: 3",
        "  left out, the work is gone (--all-versions takes its last text): 1",
        "  left out, the work was taken down: 1",
        "  left out by no date of publication: 1",
        "  left out for its rights, by --rights text-mining: 1",
        "    tdm_reservation 1: text and data mining is reserved: 1",
    ]
    whole = told("c", "-o", "b.csv", "--rights", "any", "--all-versions", "--json")
    assert (json.loads(whole.stdout)["taken"], whole.stderr) == (8, "")
    as_json = json.loads(told("c", "--package", "p", "--json").stdout)
    assert (as_json["taken"], as_json["taken_down"], as_json["kinds"]) == (2, 1, {"brief": 2})
    assert as_json["signals"] == {"tdm_reservation 1: text and data mining is reserved": 1}


@pytest.mark.usefixtures("in_folder")
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "expected -o PATH for one file, or --package OUT for a data set"),
        (["-o", "a.csv", "--package", "p"], "expected -o PATH for one file, or --package OUT for a data set"),
        (["-o", "a.xlsx"], "-o is 'a.xlsx', expected --format, or a name that ends in .jsonl, .ndjson, .csv"),
        (["-o", "a", "--format", "xlsx"], "'xlsx' is not one of 'jsonl', 'csv', 'parquet', 'sqlite'"),
        (["-o", "-", "--format", "sqlite"], "sqlite is no text for standard output"),
        (["-o", "-"], "-o is '-', expected --format"),
        (["-o", "a.csv", "--since", "1999-13"], "--since is '1999-13', expected a day, month or year such as"),
        (["-o", "a.csv", "--since", "2015", "--until", "2014-12"], "--since 2015 is after --until 2014-12"),
        (["-o", "a.csv", "--captured-since", "2027", "--captured-until", "2026"], "is after --captured-until"),
        (["-o", "a.csv", "--captured-until", "soon"], "time is 'soon', expected a date such as"),
        (["-o", "a.csv", "--kind", "essay"], "--kind is 'essay', expected one of the kinds here: brief"),
        (["-o", "a.csv", "--rights", "all"], "'all' is not one of 'text-mining', 'research', 'any'"),
        (["-o", "a.csv", "--latest", "--all-versions"], "--latest and --all-versions exclude each other"),
        (["-o", "a.csv", "--date", "2026-11-26"], "--previous and --date are of a package: expected --package"),
        (["--package", "p", "--format", "csv"], "--package holds JSON lines and Parquet: --format is for -o"),
        (["--package", "p", "--date", "2026"], "--date is '2026', expected a day such as 2014-03-25"),
        (["--package", "p", "--previous", "c"], "c: is no package, expected a folder with data/briefs.jsonl"),
        (["--package", "c"], "c: lies in the collection, expected a place outside of it"),
        (["-o", "c/briefs.jsonl", "--force"], "c/briefs.jsonl: lies in the collection"),
        (["-o", "no/a.csv"], "no/a.csv: cannot be written: there is no folder no"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_said_in_one_sentence(options: list[str], sentence: str, tmp_path: Path) -> None:
    before = collection_of(tmp_path / "c", brief("a")).briefs.read_bytes()
    refused = told("c", *options)
    assert refused.exit_code == 2
    assert sentence in refused.stderr
    assert refused.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["c"]
    assert (tmp_path / "c" / "briefs.jsonl").read_bytes() == before


def test_a_folder_that_is_no_collection_is_said(tmp_path: Path) -> None:
    refused = told(tmp_path, "-o", tmp_path / "a.csv")
    assert (refused.exit_code, "no collection here" in refused.stderr) == (2, True)


def test_without_pyarrow_parquet_is_refused_and_the_rest_works(collection: Path, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not installed')\n")
    refused = briefs("export", collection, "-o", tmp_path / "a.parquet", PYTHONPATH=str(tmp_path))
    sentence = "Parquet needs pyarrow, which is not installed: pip install 'brief-archive[parquet]' brings it"
    assert (refused.returncode, refused.stderr) == (2, f"briefs: {sentence}\n")
    assert briefs("export", collection, "-o", tmp_path / "a.csv", PYTHONPATH=str(tmp_path)).returncode == 0


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    collection_of(tmp_path / "c", *(brief(f"w{number}", text="long " * 999) for number in range(300)))
    export = command("export", tmp_path / "c", "-o", "-", "--format", "csv")
    with subprocess.Popen(export, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert (process.wait(60), process.stderr.read()) == (128 + signal.SIGPIPE, b"")


def test_an_export_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    lines = [brief(f"w{number}", text="long " * 999) for number in range(300)]
    collection_of(tmp_path / "c", *lines)
    (tmp_path / "b.csv").write_bytes(b"old")
    export = command("export", tmp_path / "c", "-o", tmp_path / "b.csv", "--force")
    killing = f"""import os, signal, sys
import archive.export.csv_file as file
from crawler.__main__ import main
count, add = 0, file.CsvWriter.add
def counted(self, row):
    global count
    count += 1
    if count == 200: os.kill(os.getpid(), signal.SIGKILL)
    add(self, row)
file.CsvWriter.add = counted
sys.argv = {export[2:]!r}
main()"""
    killed = subprocess.run([sys.executable, "-c", killing], capture_output=True, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "b.csv").read_bytes() == b"old"
    assert told(*export[4:]).exit_code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "b.csv").read_text(encoding="utf-8"), newline="")))
    assert len(rows) == 300


def test_a_collection_without_its_ledger_is_exported_whole(collection: Path, tmp_path: Path) -> None:
    shutil.copytree(collection, tmp_path / "c")
    for file in (tmp_path / "c").glob("ledger.sqlite*"):
        file.unlink()
    made = told(tmp_path / "c", "-o", tmp_path / "a.jsonl")
    assert made.exit_code == 0
    assert (tmp_path / "a.jsonl").read_bytes() == (collection / "briefs.jsonl").read_bytes()


def test_an_export_leaves_the_collection_as_it_was(collection: Path, package: Path) -> None:
    assert Collection(collection).settings()["site"] == "demo"
    assert (package / "data" / "briefs.jsonl").read_bytes() == (collection / "briefs.jsonl").read_bytes()
    assert orjson.loads((package / "brief.schema.json").read_bytes()) == SCHEMA
