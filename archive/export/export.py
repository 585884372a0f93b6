"""One file of the lines that a survey wants."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from archive.export.formats import Format, new_writer
from archive.export.place import new_file
from archive.export.shape import shape_of
from archive.export.survey import Survey


def write_file(survey: Survey, kind: Format, path: Path, schema: Mapping[str, Any]) -> None:
    """Make a file, in place of one that is there; raise ExportError."""
    with new_file(path) as stream:
        write_stream(survey, kind, stream, schema)


def write_stream(survey: Survey, kind: Format, stream: IO[bytes], schema: Mapping[str, Any]) -> None:
    """Write the lines to an open file."""
    with closing(new_writer(kind, stream, shape_of(schema))) as writer:
        for line in survey.wanted():
            writer.write(line)
        writer.end()
