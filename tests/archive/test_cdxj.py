"""The index of a WARC file, held against cdxj-indexer's."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from archive.cdxj import IndexedCapture, read_captures
from archive.digest import digest
from archive.errors import RecordError
from archive.model import NOT_MODIFIED
from tests.archive.exchanges import CHUNKED, ODD_RESPONSES, exchange, writer
from tests.archive.test_revisits import captured, revisit_of, write_both
from tests.judges import judge
from tests.material import REAL

WARCS = sorted(path for path in (REAL / "warc").rglob("*") if path.is_file() and {".warc", ".arc"} & {*path.suffixes})

REFUSED = {"example-bad-non-chunked.warc.gz", "example-bad.warc.gz.bad", "example-wrong-chunks.warc.gz"}
"""cdxj-indexer ends with an error; there is no record that could be read at an offset of its own."""

CUT = {"example-space-in-url.arc"}
"""The file ends 11 bytes before the record does: cdxj-indexer takes what there is for the payload."""


def lines_of(path: Path) -> list[str]:
    """Return the lines that our index has for a file."""
    found = read_captures(path)
    return sorted(one.line for one in found if isinstance(one, IndexedCapture) and one.is_replayed)


def problems_of(path: Path) -> list[RecordError]:
    return [one for one in read_captures(path) if isinstance(one, RecordError)]


def judged(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [judge("cdxj-indexer"), "-s", path], capture_output=True, text=True, timeout=120, check=False, env=os.environ
    )


@pytest.mark.parametrize("path", WARCS, ids=lambda path: f"{path.parts[-2]}/{path.name}")
def test_the_lines_are_those_of_cdxj_indexer(path: Path) -> None:
    theirs = judged(path)
    assert (theirs.returncode != 0) == (path.name in REFUSED), theirs.stderr
    if path.name in REFUSED | CUT:
        assert lines_of(path) == []
        assert problems_of(path)
    else:
        assert lines_of(path) == theirs.stdout.splitlines()


def test_a_file_of_ours_differs_in_chunked_digests_and_in_what_a_304_would_hide(tmp_path: Path) -> None:
    *_, not_modified = write_both(tmp_path)
    (path,) = tmp_path.iterdir()
    theirs = judged(path).stdout.splitlines()
    hidden = [line for line in theirs if f'"offset": "{captured(not_modified).offset}"' in line]
    assert len(hidden) == 1
    assert lines_of(path) == [line for line in theirs if line not in hidden]
    assert [json.loads(line.split(" ", 2)[2])["mime"] for line in lines_of(path)] == ["text/html", "warc/revisit"]


def test_the_line_is_spelt_as_this(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        stored = warc.write(exchange(url="https://www.example.com/News/caf\xe9?b=1&A=2#top"))
    (path,) = tmp_path.iterdir()
    place = captured(stored)
    assert lines_of(path) == [
        'com,example)/news/caf%c3%a9?a=2&b=1 20261124013200 {"url": "https://www.example.com/News/caf%C3%A9?b=1&A=2", '
        f'"mime": "text/html", "status": "200", "digest": "{digest("sha256", b"<p>" + bytes([10]))}", '
        f'"length": "{place.length}", "offset": "{place.offset}", "filename": "demo-20261124013200-00001.warc.gz"}}'
    ]


def test_a_chunked_message_has_the_digest_of_its_metadata_record(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        stored = warc.write(exchange(CHUNKED + b"4\r\nbody\r\n0\r\n\r\n"))
    (path,) = tmp_path.iterdir()
    (found,) = [one for one in read_captures(path) if isinstance(one, IndexedCapture)]
    assert found.digest == captured(stored).payload_digest == digest("sha256", b"body")


@pytest.mark.parametrize("tie", ["", "WARC-Concurrent-To: <urn:uuid:nowhere>\r\n"], ids=["alone", "tied to nothing"])
def test_a_foreign_chunked_message_without_a_digest_gets_that_of_its_entity(tie: str, tmp_path: Path) -> None:
    block = CHUNKED + b"4\r\nbody\r\n0\r\n\r\n"
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.com/\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:a>\r\n{tie}Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    (line,) = lines_of(path)
    assert json.loads(line.split(" ", 2)[2])["digest"] == digest("sha1", b"body")
    assert digest("sha1", b"body") not in judged(path).stdout


@pytest.mark.parametrize("name", [*ODD_RESPONSES])
def test_an_odd_response_is_indexed_as_cdxj_indexer_does(name: str, tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange(ODD_RESPONSES[name]))
    (path,) = tmp_path.iterdir()
    theirs = judged(path)
    # Any second word of a first line is a status to it, and framing is payload.
    loose = ("status", "digest")
    ours = [json.loads(line.split(" ", 2)[2]) for line in lines_of(path)]
    other = [json.loads(line.split(" ", 2)[2]) for line in theirs.stdout.splitlines()]
    assert [{**line, **dict.fromkeys(loose)} for line in ours] == [{**line, **dict.fromkeys(loose)} for line in other]
    statuses = [line.get("status", "") for line in other]
    assert [line.get("status") for line in ours] == [
        status if re.fullmatch(r"\d{3}", status) else None for status in statuses
    ]


def test_what_is_damaged_is_a_problem_and_the_rest_is_indexed(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        first, second = warc.write(exchange()), warc.write(exchange(url="https://example.com/second"))
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[captured(first).offset + 40] ^= 0xFF
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert problem.offset == captured(first).offset
    (line,) = lines_of(path)
    assert f'"offset": "{captured(second).offset}"' in line


def test_a_stretch_of_a_file_is_read_by_itself(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        stored = [warc.write(exchange(url=f"https://example.com/{number}")) for number in range(3)]
    (path,) = tmp_path.iterdir()
    begins = [captured(one).offset for one in stored]
    found = [
        one.offset for one in read_captures(path, offset=begins[1], limit=begins[2]) if not isinstance(one, RecordError)
    ]
    assert found == [begins[1]]


@pytest.mark.parametrize(
    ("field", "value"),
    [("WARC-Date: 2020-01-01T00:00:00Z", "WARC-Date: yesterday"), ("WARC-Date: 2020-01-01T00:00:00Z", "X: y")],
)
def test_a_capture_without_a_date_is_a_problem(field: str, value: str, tmp_path: Path) -> None:
    head = (
        "WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://example.com/\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nbody\r\n\r\n"
    )
    path = tmp_path / "foreign.warc"
    path.write_bytes(head.replace(field, value).encode() + head.encode())
    assert len(lines_of(path)) == 1
    (problem,) = problems_of(path)
    assert "WARC-Date is" in str(problem)


def test_a_304_is_no_line_and_a_capture_all_the_same(tmp_path: Path) -> None:
    original, _, not_modified = write_both(tmp_path)
    (path,) = tmp_path.iterdir()
    found = [one for one in read_captures(path) if isinstance(one, IndexedCapture)]
    assert [one.is_replayed for one in found] == [True, True, False]
    assert found[2].refers_to == captured(original).record_id
    assert found[2].profile == NOT_MODIFIED
    assert replace(found[2], profile="identical-payload-digest").is_replayed
    assert revisit_of(original).date == found[2].refers_to_date
    assert found[2].offset == captured(not_modified).offset
