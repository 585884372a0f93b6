"""Lines out of WARC files that other crawlers wrote."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from archive.collection import Collection
from archive.digest import digest
from archive.errors import RecordError
from archive.reader import scan
from crawler.demo.expected import expected_briefs
from crawler.demo.server import DemoServer
from crawler.items import Brief, Rejection
from crawler.rebuild import Reading
from crawler.rebuild.files import collection_files, foreign_files, imported_name, imported_run
from crawler.scope import Scope, Verdict
from crawler.sites import get_site
from crawler.works.fold import CapturedPage
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.rebuild.foreign import (
    DATE,
    HOST,
    IDENTICAL,
    OTHER,
    PAGE,
    URL,
    get,
    http,
    name_of,
    of,
    record,
    warcinfo,
    write,
)

SITE = get_site("demo")


def read(*paths: Path) -> tuple[list[CapturedPage], list[RecordError]]:
    """Return the pages of the files and what was complained of."""
    problems: list[RecordError] = []
    reading = Reading(files=foreign_files(paths), site=SITE, on_problem=problems.append)
    return list(reading.pages()), problems


def pages_of(*paths: Path) -> list[CapturedPage]:
    pages, problems = read(*paths)
    assert problems == []
    return pages


def title_of(page: CapturedPage) -> str:
    assert isinstance(page.reading, Brief), page.reading
    return page.reading.title


@pytest.mark.parametrize("name", ["wget.warc.gz", "wget.warc"])
def test_a_response_in_scope_is_a_page_that_nothing_says_how_it_was_met(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, warcinfo(), record("response", 2, http(), of(URL)))
    (page,) = pages_of(path)
    assert title_of(page) == "Copper on the quay"
    assert (page.hop, page.run, page.url) == (None, "foreign", URL)
    capture = page.capture
    assert (capture.warc, capture.record_id, capture.timestamp) == (name, name_of(2), "20240501120000")
    assert capture.payload_digest == digest("sha256", PAGE)
    assert capture.offset + capture.length == path.stat().st_size


def test_addresses_outside_of_the_scope_and_other_records_are_no_pages(tmp_path: Path) -> None:
    path = write(
        tmp_path / "mixed.warc.gz",
        warcinfo(),
        record("response", 2, http(), of("https://nota.example/news/brief/copper-on-the-quay/")),
        record("response", 3, http(), of(f"{HOST}/wp-content/style.css")),
        record("response", 4, b"\x00\x01", of("dns:harbour.example"), content_type="text/dns"),
        record("resource", 5, PAGE, of("urn:pageinfo:" + URL), content_type="application/json"),
        record("conversion", 6, PAGE, of(URL), content_type="text/plain"),
        record("metadata", 7, b"hopsFromSeed: L\r\n", of(URL), content_type="application/warc-fields"),
    )
    assert pages_of(path) == []


def test_a_file_needs_no_warcinfo(tmp_path: Path) -> None:
    path = write(tmp_path / "bare.warc.gz", record("response", 2, http(), of(URL)))
    assert [title_of(page) for page in pages_of(path)] == ["Copper on the quay"]


def test_answers_to_other_methods_than_get_are_no_pages(tmp_path: Path) -> None:
    after = record("request", 3, get(method="HEAD"), of(URL), ("WARC-Concurrent-To", f"<{name_of(2)}>"))
    before = record("request", 4, get(method="POST"), of(URL))
    path = write(
        tmp_path / "methods.warc.gz",
        record("response", 2, http(b""), of(URL)),
        after,
        before,
        record("response", 5, http(), of(URL), ("WARC-Concurrent-To", f"<{name_of(4)}>")),
        record("request", 6, get(), of(URL)),
        record("response", 7, http(), of(URL), ("WARC-Concurrent-To", f"<{name_of(6)}>")),
    )
    assert [page.capture.record_id for page in pages_of(path)] == [name_of(7)]


def test_redirects_and_missing_pages_are_told_by_their_status(tmp_path: Path) -> None:
    path = write(
        tmp_path / "statuses.warc.gz",
        record("response", 2, http(b"", f"Location: {OTHER}", status="301 Moved"), of(URL)),
        record("response", 3, http(status="404 Not Found"), of(URL)),
        record("response", 4, http(), of(URL), ("WARC-Truncated", "length")),
    )
    pages = pages_of(path)
    assert [(page.capture.http_status, page.location, page.truncated) for page in pages] == [
        (301, OTHER, None),
        (404, None, None),
        (200, None, "length"),
    ]
    assert [page.reading for page in pages] == [None, None, None]


def test_a_chunked_body_has_the_digest_of_its_entity_whatever_the_record_says(tmp_path: Path) -> None:
    chunked = http(b"%X\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE), "Transfer-Encoding: chunked")
    said = ("WARC-Payload-Digest", digest("sha1", b"with its framing"))
    path = write(
        tmp_path / "chunked.warc.gz",
        record("response", 2, chunked, of(URL), said),
        record("response", 3, http(), of(URL), ("WARC-Payload-Digest", digest("sha1", PAGE))),
    )
    assert [page.capture.payload_digest for page in pages_of(path)] == [digest("sha1", PAGE)] * 2


BY_ID = (("WARC-Refers-To", f"<{name_of(2)}>"),)
BY_ADDRESS = (("WARC-Refers-To-Target-URI", OTHER), ("WARC-Refers-To-Date", "2024-05-01T12:00:00.250Z"))
BY_DIGEST = (("WARC-Payload-Digest", digest("sha1", PAGE)),)


@pytest.mark.parametrize("named", [BY_ID, BY_ADDRESS, BY_DIGEST], ids=["record id", "address and date", "digest"])
@pytest.mark.parametrize("block", [http(b""), b""], ids=["with head", "without head"])
def test_a_revisit_has_the_payload_of_its_original(
    block: bytes, named: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    one = write(
        tmp_path / "one.warc.gz",
        record("response", 2, http(), of(OTHER), ("WARC-Payload-Digest", digest("sha1", PAGE))),
    )
    other = write(tmp_path / "other.warc.gz", record("revisit", 3, block, of(URL), ("WARC-Profile", IDENTICAL), *named))
    page = pages_of(one, other)[1]
    assert title_of(page) == "Copper on the quay"
    assert (page.url, page.capture.http_status, page.capture.record_id) == (URL, 200, name_of(3))


def test_a_revisit_whose_original_is_nowhere_is_rejected_or_told(tmp_path: Path) -> None:
    profile = ("WARC-Profile", IDENTICAL)
    path = write(
        tmp_path / "lone.warc.gz",
        record("revisit", 3, http(b""), of(URL), profile, *BY_ADDRESS),
        record("revisit", 4, b"", of(URL), profile, *BY_ID),
    )
    (page,), (problem,) = read(path)
    assert isinstance(page.reading, Rejection)
    assert page.reading.detail == f"repeats {OTHER} of 2024-05-01T12:00:00.250Z, which no earlier record is"
    assert "the revisit has no HTTP status: it is left out" in str(problem)


def test_what_is_damaged_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path / "damaged.warc.gz",
        record("response", 2, http(), of(URL)),
        record("response", 3, http(), of(URL)),
        record("response", 4, http(), of(URL), ("WARC-Date", "yesterday")),
        record("response", 5, http(), of(URL), ("WARC-Record-ID", "")),
        record("response", 6, b"no http at all", of(URL)),
        record("response", 7, http(), of(OTHER)),
    )
    content = bytearray(path.read_bytes())
    content[len(gzip.compress(record("response", 2, http(), of(URL)), mtime=0)) + 40] ^= 0xFF
    path.write_bytes(content)
    pages, problems = read(path)
    assert [page.capture.record_id for page in pages] == [name_of(2), name_of(7)]
    assert len(problems) == 4
    said = " ".join(map(str, problems))
    assert "gzip data is corrupt" in said
    assert "WARC-Date is 'yesterday'" in said
    assert "no WARC-Record-ID" in said
    assert "no HTTP status" in said


def test_several_records_in_one_member_are_told_with_what_mends_them(tmp_path: Path) -> None:
    path = tmp_path / "one.warc.gz"
    path.write_bytes(gzip.compress(warcinfo() + record("response", 2, http(), of(URL))))
    pages, problems = read(path)
    assert pages == []
    assert ["warcio recompress" in str(problem) for problem in problems] == [True]


def test_a_file_of_ours_is_read_as_one_of_ours(tmp_path: Path) -> None:
    with DemoServer() as server:
        briefs(*crawl_of(server, tmp_path / "c", "--max-pages", 4))
    collection = Collection(tmp_path / "c")
    own = [*Reading(files=collection_files(collection), site=SITE).pages()]
    assert len(own) == 4
    assert pages_of(*collection.warcs()) == own
    assert own[0].url in {brief.url for brief in expected_briefs()}


class _EveryAddress(Scope):
    """A scope that leaves nothing out."""

    def judge(self, url: str) -> Verdict:
        return Verdict(in_scope=True, rule="article")

    def kind_of(self, url: str) -> str:
        return "brief"


def test_no_file_of_others_makes_it_raise(real: Path) -> None:
    everything = replace(SITE, scope=_EveryAddress(hosts=("example.com",)))
    files = [path for path in sorted((real / "warc").rglob("*.warc*")) if _holds_warc(path)]
    assert len(files) > 20
    statuses = []
    for path in files:
        reading = Reading(files=foreign_files([path]), site=everything, on_problem=lambda problem: None)
        statuses += [page.capture.http_status for page in reading.pages()]
    assert len(statuses) > 50
    assert set(statuses) >= {200, 302}


def _holds_warc(path: Path) -> bool:
    return path.suffix != ".cdxj" and not isinstance(next(scan(path), None), RecordError | None)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.warc", None, "no file is there"),
        ("text.warc", b"hello\n", "holds no record that can be read"),
        ("empty.warc.gz", b"", "holds no record that can be read"),
        (
            "old.arc",
            b"filedesc://old.arc 0.0.0.0 20240501120000 text/plain 76\n1 0 Crawler\nURL IP-address Archive-date"
            b" Content-type Archive-length\n\n",
            "is an ARC file, expected WARC: `warcio recompress` makes one of it",
        ),
    ],
)
def test_what_is_no_warc_is_refused(name: str, content: bytes | None, sentence: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(RecordError, match=sentence.partition(":")[0]):
        foreign_files([tmp_path / name])


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    paths = [write(folder / "x.warc", warcinfo()) for folder in (tmp_path, tmp_path / "a")]
    with pytest.raises(RecordError, match="expected files of different names"):
        foreign_files(paths)


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("rec-2020.warc.gz", "import-rec_2020-20240501120000-0a1b-00007.warc.gz"),
        ("WEB-20110225183219005-00000-crawl.host.org~9443.warc.gz.open", None),
        ("héritage.warc", "import-h_ritage-20240501120000-0a1b-00007.warc.gz"),
        ("...", "import-warc-20240501120000-0a1b-00007.warc.gz"),
    ],
)
def test_an_imported_files_name_tells_original_run_and_serial(original: str, name: str | None) -> None:
    made = imported_name(original, "20240501120000-0a1b", 7)
    assert name in (None, made)
    assert imported_run(made) == "20240501120000-0a1b"
    assert "." not in made.removesuffix(".warc.gz")


def test_the_date_of_an_imported_file_is_not_its_run() -> None:
    assert imported_run("demo-20240501120000-00007.warc.gz") is None
    assert DATE.startswith("2024")
