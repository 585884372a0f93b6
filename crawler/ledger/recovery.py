"""What a start finds after a crash, and puts right: files longer than the ledger says are cut back, loudly."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from archive.collection import Collection
from archive.errors import CollectionError
from archive.openfile import OPEN, finish_left


@dataclass(frozen=True, slots=True)
class Cut:
    """Bytes past the committed end of a file, moved to a file of their own."""

    name: str
    committed: int
    cut: int
    kept_in: Path | None

    def __str__(self) -> str:
        """Say it in a sentence."""
        place = f", kept in {self.kept_in}" if self.kept_in else ""
        return f"{self.name}: cut {self.cut} bytes after byte {self.committed}, past the last commit{place}"


def recover_files(collection: Collection, committed: dict[str, int], torn: Path) -> list[Cut]:
    """Cut every file back to its committed length and seal every WARC; raise CollectionError for one that is short.

    All lengths are checked before the first file is touched.
    """
    places = {name: _place(collection, name, length) for name, length in committed.items()}
    strangers = [path for path in collection.archive.glob(f"*{OPEN}") if _name(path) not in committed]
    cuts = [_cut_back(name, path, committed[name], torn) for name, path in places.items() if path is not None]
    cuts += [_cut_back(_name(path), path, 0, torn) for path in strangers]
    for name in ("briefs.jsonl", "rejects.jsonl"):
        if name not in committed and (collection.root / name).exists():
            cuts.append(_cut_back(name, collection.root / name, 0, torn))
    return [cut for cut in cuts if cut.cut]


def _name(path: Path) -> str:
    return f"archive/{path.name.removesuffix(OPEN)}"


def _place(collection: Collection, name: str, length: int) -> Path | None:
    path = collection.root / name
    if not path.exists() and name.startswith("archive/"):
        path = path.with_name(path.name + OPEN)
    if not path.exists():
        if length == 0:
            return None
        raise CollectionError(collection.root / name, f"is missing, expected {length} committed bytes")
    if path.stat().st_size < length:
        sentence = f"is {path.stat().st_size} bytes long, expected at least the {length} that were committed"
        raise CollectionError(path, sentence)
    return path


def _cut_back(name: str, path: Path, committed: int, torn: Path) -> Cut:
    cut = path.stat().st_size - committed
    kept_in = save_tail(path, committed, torn) if cut else None
    if name.startswith("archive/"):
        if cut or path.name.endswith(OPEN):
            finish_left(path, committed)
    elif cut:
        with path.open("r+b") as stream:
            stream.truncate(committed)
    return Cut(name, committed, cut, kept_in)


def save_tail(path: Path, committed: int, torn: Path) -> Path:
    """Copy what lies past the committed end to a file whose name says from where it is."""
    torn.mkdir(parents=True, exist_ok=True)
    kept = torn / f"{path.name.removesuffix(OPEN)}@{committed}"
    with path.open("rb") as source, kept.open("wb") as target:
        source.seek(committed)
        shutil.copyfileobj(source, target)
    return kept
