"""The seal of a ledger at rest."""

from __future__ import annotations

import subprocess
from contextlib import closing
from pathlib import Path

from crawler.ledger.schema import open_ledger
from crawler.ledger.seal import seal, seal_file, unseal


def test_sha256sum_reads_the_seal(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    seal(path)
    checked = subprocess.run(["sha256sum", "-c", seal_file(path).name], cwd=tmp_path, capture_output=True, text=True)
    assert (checked.returncode, checked.stdout) == (0, "ledger.sqlite: OK\n")


def test_a_ledger_whose_changes_lie_in_its_log_gets_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(open_ledger(path)) as connection:
        connection.execute("INSERT INTO rejection VALUES ('https://a.example/', 'listing: ')")
        seal(path)
        assert not seal_file(path).exists()


def test_unsealing_twice_is_unsealing_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    open_ledger(path).close()
    seal(path)
    unseal(path)
    unseal(path)
    assert not seal_file(path).exists()
