from __future__ import annotations

import hashlib
import resource
import signal
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path

import pytest

from archive.errors import CollectionError
from archive.model import Stored, field
from archive.reader import read_record, read_records
from archive.writer import next_serial
from tests.archive.exchanges import AT, CERTIFICATES, CHUNKED, ODD_RESPONSES, PAGE, REQUEST, exchange, failure, writer

BIN = Path(sys.executable).parent
FIRST = "demo-20261124013200-00001.warc.gz"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=False)


def assert_every_tool_passes(path: Path, records: int) -> None:
    """Run what WARC.md section 9 asks of every file we write."""
    for command in (("gzip", "-t"), (BIN / "warcio", "check"), (BIN / "fastwarc", "check")):
        result = run(*command, path)
        assert result.returncode == 0, (command, result.stdout, result.stderr)
    assert len(run(BIN / "warcio", "index", path).stdout.splitlines()) == records


def types(path: Path) -> list[str]:
    return [record.type for record in read_records(path)]


def test_every_odd_message_is_stored_byte_for_byte_and_passes_every_tool(tmp_path: Path) -> None:
    assert len(ODD_RESPONSES) >= 50
    stored: dict[str, Stored] = {}
    with writer(tmp_path) as warc:
        for name, response in ODD_RESPONSES.items():
            stored[name] = warc.write(exchange(response))
    assert_every_tool_passes(tmp_path / FIRST, 1 + 3 * len(ODD_RESPONSES))
    for name, response in ODD_RESPONSES.items():
        capture = stored[name].capture
        assert capture is not None
        record = read_record(tmp_path / capture.warc, capture.offset)
        assert hashlib.sha256(record.read_block()).digest() == hashlib.sha256(response).digest(), name
        assert (record.record_id, record.length) == (capture.record_id, capture.length)
        request = read_record(tmp_path / FIRST, capture.offset + capture.length)
        assert (request.type, request.read_block()) == ("request", REQUEST)
        request.finish()


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
@pytest.mark.parametrize("level", [0, 3, 6])
def test_every_kind_of_exchange_passes_every_tool(tmp_path: Path, algorithm: str, level: int) -> None:
    tls = {"protocol": ("http/1.1", "tls/1.3"), "cipher_suite": "TLS_AES_128_GCM_SHA256", "certificates": CERTIFICATES}
    with writer(tmp_path, algorithm=algorithm, level=level) as warc, tempfile.TemporaryFile() as spooled:
        spooled.write(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 20_000)
        warc.write(exchange(spooled, **tls))
        warc.write(exchange(None, truncated="disconnect"))
        warc.write(exchange(CHUNKED + b"9999\r\ncut", truncated="time", **tls))
        warc.write(exchange(url="http://münchen.example/é ü?q=ñ#x", peer_ip=None))
        warc.write(
            exchange(url="https://example.com/robots.txt", peer_ip="2001:db8::1", interim=(b"HTTP/1.1 103\r\n\r\n",))
        )
        warc.write_failure(failure(detail="ünreachable\n"))
    assert_every_tool_passes(tmp_path / FIRST, 1 + 1 + 3 + 2 + 3 + 3 + 3 + 1)


def test_a_large_response_is_streamed_from_its_file(tmp_path: Path) -> None:
    with writer(tmp_path) as warc, tempfile.TemporaryFile() as spooled:
        spooled.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(64):
            spooled.write(bytes(1_000_000))
        tracemalloc.start()
        warc.write(exchange(spooled))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 2_000_000


def test_a_file_starts_with_what_made_it(tmp_path: Path) -> None:
    with writer(tmp_path, serial=7) as warc:
        stored = warc.write(exchange())
    assert stored.warc == "demo-20261124013200-00007.warc.gz"
    record = next(iter(read_records(tmp_path / stored.warc)))
    assert record.type == "warcinfo"
    assert field(record.headers, "WARC-Filename") == stored.warc
    assert record.read_block().decode() == (
        "software: brief-archive/test\r\n"
        "format: WARC File Format 1.1\r\n"
        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
        "operator: someone@example.com\r\nrobots: obey\r\nserial: 7\r\n"
    )


def test_every_other_record_names_the_warcinfo(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange(certificates=CERTIFICATES))
        warc.write_failure(failure())
    info, *others = list(read_records(tmp_path / FIRST))
    assert {field(record.headers, "WARC-Warcinfo-ID") for record in others} == {f"<{info.record_id}>"}
    assert field(info.headers, "WARC-Warcinfo-ID") is None


def test_stored_tells_where_each_member_lies_and_its_digest(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange())
        stored = warc.write(exchange(certificates=CERTIFICATES))
        length = warc.length
    content = (tmp_path / FIRST).read_bytes()
    assert stored.offset == stored.members[0].offset
    assert [read_record(tmp_path / FIRST, member.offset).length for member in stored.members] == [
        member.length for member in stored.members
    ]
    for member in stored.members:
        piece = content[member.offset : member.offset + member.length]
        assert hashlib.sha256(piece).hexdigest() == member.sha256
    assert stored.members[-1].offset + stored.members[-1].length == length == len(content)
    assert stored.capture is not None
    assert (stored.capture.offset, stored.capture.http_status) == (stored.members[1].offset, 200)
    assert (stored.capture.timestamp, stored.capture.warc) == ("20261124013200", FIRST)


def test_the_same_exchanges_give_the_same_file(tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        with writer(folder) as warc:
            for response in ODD_RESPONSES.values():
                warc.write(exchange(response))
        contents.append((folder / FIRST).read_bytes())
    assert contents[0] == contents[1]


def test_a_chain_is_written_once_a_file_before_its_first_exchange(tmp_path: Path) -> None:
    with writer(tmp_path, max_size=10_000) as warc:
        while warc.serial == 1:
            warc.write(exchange(certificates=CERTIFICATES))
        warc.write(exchange(certificates=CERTIFICATES[:1]))
    first, second = sorted(tmp_path.iterdir())
    assert types(first)[:3] == types(second)[:3] == ["warcinfo", "resource", "response"]
    assert (types(first).count("resource"), types(second).count("resource")) == (1, 2)


def test_a_file_is_rotated_between_exchanges_once_it_is_full(tmp_path: Path) -> None:
    with writer(tmp_path, max_size=3000) as warc:
        stored = [warc.write(exchange()) for _ in range(20)]
    files = sorted(tmp_path.iterdir())
    assert [int(path.name[-13:-8]) for path in files] == list(range(1, len(files) + 1))
    assert len(files) > 3
    assert sorted({(one.warc, one.serial) for one in stored}) == [(path.name, n) for n, path in enumerate(files, 1)]
    for path in files:
        assert_every_tool_passes(path, len(types(path)))
        assert types(path)[-3:] == ["response", "request", "metadata"]
        last = [one for one in stored if one.warc == path.name][-1]
        assert last.offset < 3000  # it began before the limit


def test_a_writer_that_wrote_nothing_leaves_no_file(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        assert (warc.length, warc.warc) == (0, None)
        warc.sync()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_which_all_exchanges_were_cut_back_is_removed(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.cut_back(warc.write(exchange()).offset)
    assert list(tmp_path.iterdir()) == []


def test_serials_grow_over_writers(tmp_path: Path) -> None:
    assert next_serial(tmp_path) == 1
    for expected in (1, 2, 3):
        with writer(tmp_path) as warc:
            assert warc.write(exchange()).serial == expected
    (tmp_path / "other-20261124013200-00041.warc.gz.open").touch()
    (tmp_path / "notes.txt").touch()
    assert next_serial(tmp_path) == 42


def test_a_file_that_exists_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FIRST).write_bytes(b"precious")
    with writer(tmp_path, serial=1) as warc, pytest.raises(CollectionError, match="exists already"):
        warc.write(exchange())
    assert (tmp_path / FIRST).read_bytes() == b"precious"


def test_a_prefix_with_a_slash_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prefix"):
        writer(tmp_path, prefix="../x")


def test_a_file_cut_back_reads_well_after_more_was_written(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange(url="https://example.com/1"))
        kept = warc.length
        warc.write(exchange(url="https://example.com/2", certificates=CERTIFICATES))
        warc.cut_back(kept)
        assert warc.length == kept
        warc.write(exchange(url="https://example.com/3", certificates=CERTIFICATES))
        warc.sync()
    assert_every_tool_passes(tmp_path / FIRST, 8)
    targets = [record.target_uri for record in read_records(tmp_path / FIRST) if record.type == "response"]
    assert targets == ["https://example.com/1", "https://example.com/3"]
    assert types(tmp_path / FIRST)[4] == "resource"  # the chain that was cut off is written again


@pytest.mark.parametrize("length", [0, 10**9])
def test_a_length_that_the_file_never_had_is_a_mistake(tmp_path: Path, length: int) -> None:
    with writer(tmp_path) as warc:
        warc.write(exchange())
        with pytest.raises(ValueError, match="cannot cut"):
            warc.cut_back(length)


def test_a_response_that_cannot_be_read_leaves_no_half_record(tmp_path: Path) -> None:
    spooled = (tmp_path / "spool").open("w+b")
    with writer(tmp_path) as warc:
        warc.write(exchange())
        before = warc.length
        spooled.close()
        with pytest.raises(ValueError, match="closed file"):
            warc.write(exchange(spooled))
        assert warc.length == before
    assert types(tmp_path / FIRST) == ["warcinfo", "response", "request", "metadata"]


LIMIT = 200_000
FULL_DISK = f"""
import os, resource, signal, sys
from pathlib import Path
from tests.archive.exchanges import exchange, writer
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))
noise = b"HTTP/1.1 200 OK\\r\\n\\r\\n" + os.urandom(70_000)
with writer(Path(sys.argv[1])) as warc:
    lengths = []
    try:
        while True:
            warc.write(exchange(noise))
            lengths.append(warc.length)
    except OSError as error:
        print(error.strerror, len(lengths), warc.length == lengths[-1])
    warc.write(exchange())
"""


def test_after_a_full_disk_the_file_is_whole_and_takes_what_fits(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert result.stdout == "File too large 2 True\n", result.stderr
    path = next(tmp_path.iterdir())
    assert path.name == FIRST
    assert path.stat().st_size < LIMIT
    assert_every_tool_passes(path, 10)


def test_a_disk_too_full_for_the_warcinfo_leaves_no_file(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
        with writer(tmp_path) as warc, pytest.raises(OSError, match="too large"):
            warc.write(exchange())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_dates_are_those_of_the_exchange_not_of_the_writing(tmp_path: Path) -> None:
    with writer(tmp_path) as warc:
        stored = warc.write(exchange(PAGE, began=AT.replace(year=2020)))
    assert stored.capture is not None
    assert stored.capture.timestamp == "20201124013200"
    record = read_record(tmp_path / FIRST, stored.capture.offset)
    assert record.date == "2020-11-24T01:32:00.123456Z"
    record.close()
