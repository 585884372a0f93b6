from __future__ import annotations

import pytest

from archive.catalog import catalog_file
from archive.collection import Collection
from crawler.verify import CODES, CollectionCheck
from tests.crawler.verify import broken

ALSO = {"index-behind": ["ledger-unsealed"]}
"""What cannot be without another code."""


def codes_of(collection: Collection, *, quick: bool) -> list[str]:
    """Return the codes that are fired, each once, in their order."""
    problems = CollectionCheck(collection=collection, quick=quick).problems()
    return list(dict.fromkeys(problem.code.name for problem in problems))


def test_a_finished_collection_has_no_problem(collection: Collection) -> None:
    check = CollectionCheck(collection=collection)
    assert list(check.problems()) == []
    assert check.records > 20
    assert not check.is_running


@pytest.mark.parametrize("name", broken.CASES)
def test_what_is_broken_fires_its_code_and_no_other(name: str, collection: Collection) -> None:
    broken.CASES[name](collection)
    # A changed line is none that the fold gives: what else is wrong with it shows without the fold.
    is_quick = name not in ("line-fold", "line-rules")
    assert codes_of(collection, quick=is_quick) == [*ALSO.get(name, ()), name]


def test_bytes_behind_the_end_of_the_catalogue_are_found(collection: Collection) -> None:
    with catalog_file(collection).open("ab") as stream:
        stream.write(b"x" * 10)
    (problem,) = CollectionCheck(collection=collection, quick=True).problems()
    assert (problem.code.name, problem.sentence) == ("catalog-differs", "10 bytes lie behind its end")


def test_every_code_has_a_broken_collection() -> None:
    assert set(CODES) == set(broken.CASES)
