"""The exceptions of this project.

    ArchiveError
    ├── RecordError            a record in a file is not what the standard demands
    │   └── TornTail           the file ends inside a record: a crash, or a cut copy
    ├── MessageError           bytes that should be an HTTP message or entity are not
    ├── RevisitError           an exchange that may not be stored as the revisit it claims to be
    ├── TimestampError         a text that should be a date or timestamp is not
    ├── CaptureNotFound        no capture of that address or record id
    ├── ReplayError            a program that shows captures cannot be had, or does not run
    ├── CollectionError        a folder cannot be used as asked
    │   └── CollectionLocked   another process is writing there
    ├── PackageError           a WACZ file, or a key to sign or check one with, cannot be used as asked
    └── ExportError            an export cannot be made as asked

A message is place, fact, expectation.
"""

from __future__ import annotations

from pathlib import Path


class ArchiveError(Exception):
    """Base of every error that this project raises on purpose."""


class RecordError(ArchiveError):
    """A record is not what the standard demands."""

    def __init__(self, path: Path | str, offset: int, sentence: str, *, code: str = "") -> None:
        """`code` is the name by which `archive.verify` knows what the reader met."""
        super().__init__(f"{path} at byte {offset}: {sentence}")
        self.code = code
        self.path = path
        self.offset = offset
        self.sentence = sentence


class TornTail(RecordError):
    """The file ends inside the record that begins at `offset`."""


class MessageError(ArchiveError):
    """An HTTP message or entity that cannot be read."""


class RevisitError(ArchiveError, ValueError):
    """A revisit that is none: writing it would lose a body that is stored nowhere else."""


class TimestampError(ArchiveError):
    """A text that is no date."""


class CaptureNotFound(ArchiveError):
    """Nothing is stored under that address or record id."""


class ReplayError(ArchiveError):
    """A program that shows captures, and cannot be had or does not run."""


class CollectionError(ArchiveError):
    """A folder that cannot be used as asked."""

    def __init__(self, path: Path | str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path
        self.sentence = sentence


class CollectionLocked(CollectionError):
    """Another process is writing to the collection."""


class PackageError(ArchiveError):
    """A WACZ file, or a key to sign or check one with, that cannot be used as asked."""

    def __init__(self, path: Path | str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path
        self.sentence = sentence


class ExportError(ArchiveError):
    """An export that cannot be made as asked."""
