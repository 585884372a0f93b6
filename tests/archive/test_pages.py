from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from archive.errors import CollectionError
from archive.pages import header, read_pages


def brief(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "id": "17c709e061fa0ed3",
        "version": 2,
        "change": "substantive",
        "captured_url": "https://example.com/caf\xe9",
        "title": "Café «news»",
        "text": "one\n\ntwo",
        "capture": {"warc": "demo-1.warc.gz", "timestamp": "20261124013200"},
    }
    return orjson.dumps(fields | changes, option=orjson.OPT_APPEND_NEWLINE)


def test_a_line_becomes_a_page(tmp_path: Path) -> None:
    briefs = tmp_path / "briefs.jsonl"
    briefs.write_bytes(brief())
    (page,) = read_pages(briefs)
    assert page.line().decode() == (
        '{"id":"17c709e061fa0ed3-2","url":"https://example.com/caf%C3%A9","title":"Café «news»",'
        '"ts":"2026-11-24T01:32:00Z"}\n'
    )
    assert orjson.loads(page.line(with_text=True))["text"] == "one\n\ntwo"


def test_a_tombstone_is_no_page_and_lines_past_the_end_do_not_count(tmp_path: Path) -> None:
    briefs = tmp_path / "briefs.jsonl"
    lines = [brief(), brief(version=3, change="gone"), brief(version=4), brief(version=5)]
    briefs.write_bytes(b"".join(lines))
    committed = sum(map(len, lines[:3]))
    assert [page.id[-1] for page in read_pages(briefs)] == ["2", "4", "5"]
    for length in (committed, committed + 5):
        assert [page.id[-1] for page in read_pages(briefs, length)] == ["2", "4"]


def test_no_lines_are_no_pages(tmp_path: Path) -> None:
    assert list(read_pages(tmp_path / "briefs.jsonl")) == []


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b"{}\n", brief(capture=None), brief(capture={"warc": "", "timestamp": "x"})]
)
def test_a_line_that_is_no_brief_is_named(line: bytes, tmp_path: Path) -> None:
    briefs = tmp_path / "briefs.jsonl"
    briefs.write_bytes(brief() + line)
    with pytest.raises(CollectionError, match=r"briefs\.jsonl: line 2 is no brief: "):
        list(read_pages(briefs))


def test_the_header_shares_a_name_with_the_lines() -> None:
    assert header("Briefs of demo") == b'{"format":"json-pages-1.0","id":"pages","title":"Briefs of demo"}\n'
    assert orjson.loads(header("Briefs of demo", has_text=True))["hasText"] is True
