"""The seal of a ledger at rest: `ledger.sqlite.sha256`, as `sha256sum -c` reads it.

SQLite notices a changed bit only where it happens to make no sense. The seal is written when the last writer closes the
ledger, and removed before the next one writes: a ledger without one is being written, or its writer was killed.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from archive.collection import replace_file
from archive.openfile import sync_folder


def seal_file(ledger: Path) -> Path:
    """Return where a ledger's seal lies."""
    return ledger.with_name(f"{ledger.name}.sha256")


def seal(ledger: Path) -> None:
    """Write the seal, unless changes still lie in the write-ahead log."""
    log = ledger.with_name(f"{ledger.name}-wal")
    if not log.exists() or not log.stat().st_size:
        replace_file(seal_file(ledger), f"{digest_of(ledger)}  {ledger.name}\n".encode())


def unseal(ledger: Path) -> None:
    """Remove the seal, before anything is written."""
    if seal_file(ledger).exists():
        seal_file(ledger).unlink()
        sync_folder(ledger.parent)


def digest_of(path: Path) -> str:
    """Return the hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
