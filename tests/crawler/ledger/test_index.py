"""The works in the ledger give the same lines as the works in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.frontier.transaction import transaction
from crawler.items import Brief
from crawler.ledger.index import SqliteIndex
from crawler.ledger.schema import open_ledger
from crawler.sites import get_site
from crawler.works.fold import CapturedPage, Fold
from crawler.works.index import WorkIndex
from tests.crawler.works.memory_index import MemoryIndex
from tests.crawler.works.test_fold import HOME, OTHER, TEXT, a_brief, page

SITE = get_site("insightcrime")
ADDRESSES = [f"{HOME}/news/brief/{name}/" for name in ("fuel", "fish", "salt")]
addresses = st.sampled_from(ADDRESSES)
Drawn = tuple[str, str, object]
drawn_pages = st.one_of(
    st.tuples(st.just("brief"), addresses, st.tuples(addresses, st.sampled_from([TEXT, OTHER, TEXT.upper()]))),
    st.tuples(st.just("moved"), addresses, addresses),
    st.tuples(st.just("status"), addresses, st.sampled_from([304, 404, 410, 500])),
)


def page_of(drawn: Drawn) -> CapturedPage:
    kind, url, what = drawn
    if kind == "moved":
        return page(url, location=str(what))
    if kind == "status":
        return page(url, status=int(str(what)))
    assert isinstance(what, tuple)
    declared, text = what
    return page(url, a_brief(declared, text=text, title=text[:20], captured_url=url))


def fold_over(index: WorkIndex) -> Fold:
    return Fold(index, SITE.scope.canonical, SITE.name)


def in_memory(pages: list[CapturedPage]) -> Iterator[bytes]:
    fold = fold_over(MemoryIndex())
    for captured in pages:
        yield from (orjson.dumps(line) for line in fold.add(captured))


def in_ledger(pages: list[CapturedPage], group: int, folder: Path) -> Iterator[bytes]:
    """Yield the lines of commits of that many pages, each of which a rolled-back one comes before."""
    path = folder / "briefs.jsonl"
    path.touch()
    with closing(open_ledger(folder / "ledger.sqlite")) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # no power is cut here
        index = SqliteIndex(connection, path)
        fold = fold_over(index)
        for start in range(0, len(pages), group):
            connection.execute("BEGIN")
            lines = [line for captured in pages[start : start + group] for line in fold.add(captured)]
            connection.execute("ROLLBACK")
            index.forget_changes()
            with transaction(connection):
                lines = [line for captured in pages[start : start + group] for line in fold.add(captured)]
                index.write_changes(append(path, [line for line in lines if isinstance(line, Brief)]))
            yield from map(orjson.dumps, lines)


def append(path: Path, lines: list[Brief]) -> dict[str, tuple[int, int]]:
    places = {}
    with path.open("ab") as stream:
        for line in lines:
            written = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            places[line.id] = (stream.tell(), len(written))
            stream.write(written)
    return places


@settings(max_examples=80, deadline=None)
@given(drawn=st.lists(drawn_pages, max_size=12), group=st.integers(1, 4))
@example(drawn=[("brief", ADDRESSES[0], (ADDRESSES[0], TEXT)), ("status", ADDRESSES[0], 410)] * 2, group=2)
@example(drawn=[("status", ADDRESSES[0], 404)] * 3 + [("status", ADDRESSES[0], 410)] * 2, group=2)
def test_both_indexes_make_the_same_lines(drawn: list[Drawn], group: int) -> None:
    pages = [page_of(each) for each in drawn]
    with tempfile.TemporaryDirectory() as folder:
        assert list(in_ledger(pages, group, Path(folder))) == list(in_memory(pages))
