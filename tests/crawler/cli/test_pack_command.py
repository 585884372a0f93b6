"""`briefs pack`, as a person uses it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from archive.collection import Collection, WriteLock
from archive.wacz import check_wacz
from crawler.cli.pack import parse_size
from tests.archive.wacz.packages import files_of
from tests.crawler.cli.conftest import briefs
from tests.judges import judge


@pytest.fixture(scope="module")
def collection(bundled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a collection of the bundled site."""
    return Path(shutil.copytree(bundled, tmp_path_factory.mktemp("pack") / "collection"))


def contents_of(root: Path) -> dict[str, bytes]:
    """Return every file of a collection but what SQLite and locks keep for themselves."""
    kept = {".lock"}
    files = (path for path in root.rglob("*") if path.is_file() and "sqlite" not in path.name)
    return {str(path.relative_to(root)): path.read_bytes() for path in files if path.name not in kept}


def test_a_package_is_made_and_the_judge_takes_it(collection: Path, tmp_path: Path) -> None:
    before = contents_of(collection)
    packed = briefs("pack", collection, "-o", tmp_path / "harbour.wacz")
    assert packed.returncode == 0, packed.stderr
    assert packed.stderr == ""
    assert "The Harbour Ledger, captured" in packed.stdout
    assert list(check_wacz(tmp_path / "harbour.wacz")) == []
    assert contents_of(collection) == before
    command = [str(judge("wacz")), "validate", "-f", str(tmp_path / "harbour.wacz")]
    validated = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "is valid" in validated.stdout
    files = files_of(tmp_path / "harbour.wacz")
    assert json.loads(files["briefs/brief.schema.json"])["title"] == "brief/1"
    run = next(collection.glob("runs/*/report.json"))
    assert files[f"runs/{run.parent.name}.json"] == run.read_bytes()


def test_json_tells_a_program(collection: Path, tmp_path: Path) -> None:
    packed = briefs("pack", collection, "-o", tmp_path / "a.wacz", "--title", "Mine", "--split-by-year", "--json")
    (made,) = json.loads(packed.stdout)
    assert made["title"] == "Mine"
    assert Path(made["path"]).stat().st_size == made["length"]
    assert made["path"].endswith(
        f"a-{json.loads(next(collection.glob('runs/*/report.json')).read_text())['run'][:4]}.wacz"
    )


def test_a_package_is_replaced_only_when_asked_to(collection: Path, tmp_path: Path) -> None:
    (tmp_path / "a.wacz").write_bytes(b"mine")
    refused = briefs("pack", collection, "-o", tmp_path / "a.wacz")
    assert refused.returncode == 2
    assert "exists already, expected a new name (--force replaces it)" in refused.stderr
    assert (tmp_path / "a.wacz").read_bytes() == b"mine"
    assert briefs("pack", collection, "-o", tmp_path / "a.wacz", "--force").returncode == 0


def test_what_is_being_written_is_said_to_stay_out(collection: Path, tmp_path: Path) -> None:
    (collection / "archive" / "demo-20991124000000-00099.warc.gz.open").write_bytes(b"begun")
    try:
        packed = briefs("pack", collection, "-o", tmp_path / "a.wacz")
    finally:
        (collection / "archive" / "demo-20991124000000-00099.warc.gz.open").unlink()
    assert packed.returncode == 0
    name = "demo-20991124000000-00099.warc.gz.open"
    sentence = "5 bytes that are still being written, or that a crash left and the next crawl finishes"
    assert packed.stderr == f"briefs: {name} stays out: {sentence}\n"


def test_a_collection_that_is_being_written_can_be_packed(collection: Path, tmp_path: Path) -> None:
    lock = WriteLock(Collection(collection))
    try:
        packed = briefs("pack", collection, "-o", tmp_path / "a.wacz")
    finally:
        lock.release()
    assert packed.returncode == 0, packed.stderr


def test_an_encrypted_key_takes_its_passphrase_from_the_environment(collection: Path, tmp_path: Path) -> None:
    encryption = BestAvailableEncryption(b"secret")
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    (tmp_path / "key.pem").write_bytes(pem)
    command = ("pack", collection, "-o", tmp_path / "a.wacz", "--sign", tmp_path / "key.pem")
    signed = briefs(*command, BRIEFS_KEY_PASSPHRASE="secret")
    assert signed.returncode == 0, signed.stderr
    assert ", signed" in signed.stdout
    wrong = briefs(*command, "--force", BRIEFS_KEY_PASSPHRASE="guess")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        f"briefs: {tmp_path / 'key.pem'}: cannot be decrypted with that passphrase\n",
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["-o", "a.zip"], "expected a name that ends in .wacz"),
        (["-o", "a.wacz", "--split-by-year", "--split-size", "2GB"], "exclude each other"),
        (["-o", "a.wacz", "--split-size", "much"], "expected a size such as 700MB or 2GB"),
        (["-o", "a.wacz", "--sign", "nowhere.pem"], "nowhere.pem: cannot be read"),
        (["-o", "no/such/folder/a.wacz"], "cannot be written: No such file or directory"),
        ([], "Missing option '-o'"),
    ],
)
def test_mistakes_are_said_in_one_sentence(options: list[str], sentence: str, collection: Path, tmp_path: Path) -> None:
    refused = briefs("pack", collection, *options, cwd=tmp_path)
    assert refused.returncode == 2
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_collection_is_said(tmp_path: Path) -> None:
    refused = briefs("pack", tmp_path, "-o", tmp_path / "a.wacz")
    assert refused.returncode == 2
    assert "no collection here" in refused.stderr


@pytest.mark.parametrize(
    ("text", "size"), [("700MB", 700_000_000), ("2GB", 2 * 10**9), ("1.5 GiB", 3 * 2**29), ("10k", 10_000), ("77", 77)]
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_size(text) == size


def test_a_package_among_the_warc_files_is_refused(collection: Path) -> None:
    refused = briefs("pack", collection, "-o", collection / "archive" / "a.wacz")
    assert refused.returncode == 2
    assert "where only WARC files belong, expected another folder" in refused.stderr
    assert not (collection / "archive" / "a.wacz").exists()


def test_a_main_page_that_was_not_captured_is_told(collection: Path, tmp_path: Path) -> None:
    packed = briefs("pack", collection, "-o", tmp_path / "a.wacz", "--main-page", "https://nowhere.example/")
    assert packed.returncode == 0
    sentence = "was not captured: a reader that begins there finds nothing"
    assert packed.stderr == f"briefs: https://nowhere.example/ {sentence}\n"


def test_a_package_is_no_file_to_be_imported(collection: Path, tmp_path: Path) -> None:
    briefs("pack", collection, "-o", tmp_path / "a.wacz")
    refused = briefs("import", collection, tmp_path / "a.wacz")
    assert refused.returncode == 2
    assert "expected a WARC file: `unzip` takes the WARC files out of a WACZ" in refused.stderr
