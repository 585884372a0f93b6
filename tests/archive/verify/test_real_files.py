"""The samples of warcio and pywb: what is wrong with the odd ones is found, and of the good ones nothing is made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.problem import Level
from archive.verify import verify_files
from tests.material import REAL

WARC = REAL / "warc"
pytestmark = pytest.mark.skipif(not WARC.exists(), reason="the real material is not beside this checkout")

# Of each file the codes of level error; every other WARC or ARC there has none.
ERRORS = {
    # --- odd on purpose (ODD_FILES.json)
    "warcio/example-trunc.warc": "length-wrong block-digest payload-digest",
    "warcio/example-bad.warc.gz.bad": "gzip-several-records revisit-truncated",
    "warcio/example-bad-non-chunked.warc.gz": "gzip-several-records block-digest",
    "warcio/example-digest.warc": "digest-malformed id-repeated concurrent-unknown",
    "warcio/example-wrong-chunks.warc.gz": "record-cut record-expected",
    "warcio/example-space-in-target-uri.warc.gz": "uri-illegal",
    "warcio/example-space-in-url.arc": "arc-line record-torn",
    "warcio/bad.arc": "arc-line",
    "pywb/warcs/bad.arc": "arc-line",
    "pywb/warcs/missing-status-text.warc": "head-line-ends record-end",
    # --- good to readers, and yet: a copy of the one above
    "pywb/warcs/example-bad.warc.gz.bad": "gzip-several-records revisit-truncated",
    # a hand edited it: blank lines too many and too few, ids copied, a payload changed
    "pywb/warcs/example-extra.warc": "record-end payload-digest id-repeated revisit-truncated",
    # Content-Length one byte short of what stands there
    "pywb/warcs/example.warc": "length-wrong revisit-truncated",
    # revisits as warcio and pywb wrote them, without WARC-Truncated; some of http originals that are in other files
    "pywb/warcs/example.warc.gz": "revisit-truncated",
    "pywb/warcs/dupes.warc.gz": "revisit-truncated revisit-dangling",
    "pywb/warcs/iana.warc.gz": "revisit-truncated revisit-dangling",
    # a warcinfo without a block and the line ends after it; WARC/1.0 with milliseconds; the original in the other file
    "pywb/warcs/example-url-agnostic-orig.warc.gz": "record-end date-malformed",
    "pywb/warcs/example-url-agnostic-revisit.warc.gz": "record-end date-malformed revisit-dangling",
    # wget 1.14 gave two records one id; wpull dated a response after its request, and the warcinfo names itself
    "pywb/warcs/example-wget-1-14.warc.gz": "id-repeated",
    "pywb/warcs/example-wpull.warc.gz": "field-forbidden concurrent-date",
}
WARNINGS = {
    "warcio/example-wget-bad-target-uri.warc.gz": "uri-brackets-1-0",
    "warcio/example-iana.org-chunked.warc": "payload-digest-chunked",
    "pywb/warcs/missing-status-text.warc": "http-head-cut",
    "pywb/warcs/iana.warc.gz": "transfer-encoding-stale",  # the writer took the chunks off and left the header
}
FILES = sorted(path for path in WARC.glob("*/**/*") if {".warc", ".arc"} & set(path.suffixes))


def name_of(path: Path) -> str:
    return str(path.relative_to(WARC))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_what_is_found_in_a_real_file(path: Path) -> None:
    found = list(verify_files(path))
    errors = {one.code.name for one in found if one.code.level is Level.ERROR}
    assert errors == set(ERRORS.get(name_of(path), "").split())
    assert set(WARNINGS.get(name_of(path), "").split()) <= {one.code.name for one in found}


def test_a_revisit_finds_its_original_in_another_file() -> None:
    orig, revisit = (WARC / "pywb" / "warcs" / f"example-url-agnostic-{part}.warc.gz" for part in ("orig", "revisit"))
    for order in ((orig, revisit), (revisit, orig)):
        codes = [problem.code.name for problem in verify_files(*order)]
        assert "revisit-dangling" not in codes
