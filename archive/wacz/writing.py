"""Writes packages: streamed, read back, and only then given their names."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archive.catalog import Catalog
from archive.errors import PackageError
from archive.pages import Page, header, read_pages
from archive.problem import Level
from archive.timestamps import parse_timestamp
from archive.wacz.checking import check_package
from archive.wacz.compressed_index import CDX, IDX, compress_index
from archive.wacz.contents import Contents, Warc, lines_of
from archive.wacz.index import PackedIndex
from archive.wacz.manifest import DATAPACKAGE, DIGEST, About, datapackage, digest_file, labelled, rfc3339
from archive.wacz.package import PackageFile
from archive.wacz.parts import Part
from archive.wacz.signature import PrivateKey, sign

PAGES = "pages/pages.jsonl"
_NO_CAPTURE = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a package says of itself; what is empty is made from the contents."""

    site: str
    """Begins the title where none is given."""
    title: str = ""
    description: str = ""
    main_page: str = ""
    software: str
    at: datetime
    """When the package is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A package that was written."""

    path: Path
    sha256: str
    """Of the whole file."""
    length: int
    title: str
    warcs: int
    repeated: int
    """How many of the WARC files are those of another package too."""
    captures: int
    """Lines of its index."""
    pages: int
    signed: bool
    notes: tuple[str, ...] = ()
    """Sentences on what lies in other packages."""


@dataclass(slots=True)
class _PageList:
    """The pages of some WARC files; knows afterwards how many there were, and the first."""

    pages: Iterable[Page]
    names: frozenset[str]
    count: int = 0
    first: str = ""

    def lines(self) -> Iterator[bytes]:
        for page in self.pages:
            if page.warc in self.names:
                self.count += 1
                self.first = self.first or page.url
                yield page.line(with_text=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packer:
    """Writes parts of one collection as packages."""

    contents: Contents
    catalog: Catalog
    """Current with the WARC files."""
    label: Label
    extras: Mapping[str, bytes] = field(default_factory=dict)
    """Small files: name in the package -> content."""
    key: PrivateKey | None = None
    on_copied: Callable[[int], None] | None = None
    """Is told the bytes of each piece that was copied into a package."""

    def write_parts(self, parts: Sequence[Part], target: Path, *, force: bool) -> Iterator[Packed]:
        """Write each part beside `target`, its label in the name; raise PackageError, also when a file is there."""
        targets = {part.label: target_of(target, part.label) for part in parts}
        for path in targets.values():
            if path.exists() and not force:
                raise PackageError(path, "exists already, expected a new name (--force replaces it)")
        sums: dict[str, str] = {}
        for part in parts:
            needed = [
                {"filename": targets[label].name, **({"hash": f"sha256:{sums[label]}"} if label in sums else {})}
                for label in part.requires
            ]
            with _told(targets[part.label]):
                packed = self._write(part, targets[part.label], {"requires": needed} if needed else {})
            sums[part.label] = packed.sha256
            yield packed

    def _write(self, part: Part, target: Path, relation: Mapping[str, object]) -> Packed:
        index = PackedIndex(self.catalog.replayed(), {warc.name: warc.length for warc in part.warcs})
        names = frozenset(warc.name for warc in part.own)
        briefs = self.contents.collection.briefs
        pages = _PageList(read_pages(briefs, self.contents.lines[briefs.name]), names)
        with _spool(target) as cdx, _spool(target) as page_lines:
            idx = b"".join(compress_index(index.lines(), cdx))
            title = self.label.title or _title(self.label.site, index)
            page_lines.write(header(title, has_text=True))
            page_lines.writelines(pages.lines())
            about = replace(self._about(part, title, pages), relation=relation)
            with PackageFile(target, _moment(index.last), self.on_copied) as package:
                _add_spooled(package, CDX, cdx, is_stored=True)
                package.add_bytes(IDX, idx)
                _add_spooled(package, PAGES, page_lines)
                self._add_files(package, part, names, target)
                signed = self._seal(package, about)
                package.sync()
                _read_back(package.path, target)
                sha256, length = _sum(package.path)
                package.finish()
        return Packed(
            path=target,
            sha256=sha256,
            length=length,
            title=title,
            warcs=len(part.warcs),
            repeated=len(part.repeated),
            captures=index.count,
            pages=pages.count,
            signed=signed,
            notes=part.notes,
        )

    def _add_files(self, package: PackageFile, part: Part, names: frozenset[str], target: Path) -> None:
        """Copy the WARC files, the lines that are about them, and what explains them."""
        for warc in part.warcs:
            _add_warc(package, warc)
        for path in (self.contents.collection.briefs, self.contents.collection.rejects):
            if path.exists():
                with _spool(target) as lines:
                    lines.writelines(lines_of(path, self.contents.lines[path.name], names))
                    _add_spooled(package, f"briefs/{path.name}", lines)
        for name, content in sorted({**self.extras, **self.contents.explaining()}.items()):
            package.add_bytes(name, content)

    def _about(self, part: Part, title: str, pages: _PageList) -> About:
        return About(
            title=title,
            description=" ".join(text for text in (self.label.description, *part.notes) if text),
            software=self.label.software,
            created=self.label.at,
            main_page=self.label.main_page or pages.first,
        )

    def _seal(self, package: PackageFile, about: About) -> bool:
        """Write datapackage.json and the digest of it, signed when there is a key."""
        content = datapackage(about, package.resources)
        digest = labelled(content)
        created = rfc3339(about.created)
        signed = sign(self.key, digest, created=created, software=about.software) if self.key else None
        package.add_bytes(DATAPACKAGE, content)
        package.add_bytes(DIGEST, digest_file(digest, signed))
        return signed is not None


def target_of(target: Path, label: str) -> Path:
    """Return the name of a part's package: FILE-2024.wacz for FILE.wacz."""
    return target.with_name(f"{target.stem}-{label}{target.suffix}") if label else target


@contextmanager
def _told(target: Path) -> Iterator[None]:
    """Raise a PackageError for what the disk refuses."""
    try:
        yield
    except OSError as error:
        # What is read is opened here and has a name in the error; what is written is open already.
        what = "cannot be read" if error.filename else "cannot be written"
        raise PackageError(error.filename or target, f"{what}: {error.strerror}") from error


@contextmanager
def _spool(target: Path) -> Iterator[BinaryIO]:
    """Open a file without a name beside the package: a ZIP wants to know a file's length before its bytes."""
    try:
        stream = tempfile.TemporaryFile(dir=target.absolute().parent)  # noqa: SIM115 (closed below)
    except OSError as error:
        raise PackageError(target, f"cannot be written: {error.strerror}") from error
    with stream:
        yield stream


def _add_spooled(package: PackageFile, name: str, spool: BinaryIO, *, is_stored: bool = False) -> None:
    length = spool.tell()
    spool.seek(0)
    package.add_file(name, spool, length, is_stored=is_stored)


def _add_warc(package: PackageFile, warc: Warc) -> None:
    with warc.path.open("rb") as source:
        package.add_file(f"archive/{warc.name}", source, warc.length, is_stored=True)
        if not _is_still(warc.path, source):
            raise PackageError(warc.path, "was replaced while it was packed; pack the collection again")


def _is_still(path: Path, stream: BinaryIO) -> bool:
    """Say whether the file of that name is still the one that is open."""
    return path.exists() and os.path.samestat(os.fstat(stream.fileno()), path.stat())


def _read_back(path: Path, target: Path) -> None:
    """Raise PackageError for a package that is not as it was meant: a disk that lies, or a mistake of ours."""
    for problem in check_package(path):
        if problem.code.level is Level.ERROR:
            raise PackageError(target, f"was not written: read back, it is wrong ({problem.sentence})")


def _sum(path: Path) -> tuple[str, int]:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()


def _moment(timestamp: str) -> datetime:
    return parse_timestamp(timestamp) if timestamp else _NO_CAPTURE


def _title(site: str, index: PackedIndex) -> str:
    """Return the site's name and between which days it was captured."""
    days = [_moment(at).date().isoformat() for at in (index.first, index.last) if at]
    if not days:
        return site
    return f"{site}, captured {days[0]}" + (f" to {days[1]}" if days[1] != days[0] else "")
