"""Addresses without end, told by their form."""

from __future__ import annotations

import pytest

from crawler.sites import get_site
from crawler.traps import LONGEST, find_trap

SCOPE = get_site("insightcrime").scope
HERE = "https://insightcrime.org/news/brief/a/"


@pytest.mark.parametrize(
    ("path", "query", "rule"),
    [
        ("/news/brief/" + "a" * LONGEST, "", "address too long"),
        ("/a", "b=" + "c" * LONGEST, "address too long"),
        ("/" + "/".join(map(str, range(17))), "", "path too deep"),
        ("/news/news/news/a", "", "repeated segments"),
        ("/es/a/es/b/es/c", "", "repeated segments"),
        ("/news/brief/news/brief/a", "", "repeated segments"),
        ("/events/2031-05/", "", "calendar"),
        ("/es/calendario/mes/2031/05/17/", "", "calendar"),
        ("/news/brief/a/", "month=5&year=2031", "calendar"),
        ("/news/brief/a/", "tribe-bar-date=2031-05-01", "calendar"),
        ("/news/brief/a/", "ical=1", "calendar"),
        ("/news/brief/a/", "&".join(f"p{n}=1" for n in range(9)), "too many parameters"),
        ("/news/brief/a/", "f=1&f=2&f=3&f=4", "too many parameters"),
    ],
)
def test_a_trap_is_told_by_its_rule(path: str, query: str, rule: str) -> None:
    found = find_trap(path, query)
    assert found is not None
    assert found[0] == rule
    assert found[1]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/news/brief/events-of-2014-05-in-guatemala/", ""),
        ("/news/news/a/", ""),
        ("/es/noticias/es-de-dia/", ""),
        ("/2024/05/2024/", ""),
        ("/2014/05/02/calendar-of-violence/", ""),
        ("/news/brief/a/", "page=2"),
        ("/news/brief/a/", "f=1&f=2&f=3"),
        ("/news/brief/a/", "yearly=1"),
        ("/", ""),
        ("", ""),
    ],
)
def test_its_neighbours_are_none(path: str, query: str) -> None:
    assert find_trap(path, query) is None


@pytest.mark.parametrize(
    "url",
    [
        f"{HERE}?PHPSESSID=4f2a9c0d1e8b7a6c5d4e3f2a1b0c9d8e",
        f"{HERE}?sid=0123456789abcdef0123",
        f"{HERE}?ASPSESSIONIDQQRSTUV=ABCDEFGHIJKLMNOPQRST",
        "https://insightcrime.org/news/brief/a;jsessionid=8F3A61B2C4D5E6F7/",
        "https://insightcrime.org/(S(lit3py55t21z5v55vlm25s55))/news/brief/a/",
    ],
)
def test_whose_visit_it_is_makes_no_other_address(url: str) -> None:
    assert SCOPE.canonical(url) == HERE
    assert SCOPE.judge(url).rule == "article"


@pytest.mark.parametrize("query", ["sid=5", "session=spring", "s=harbour", "presid=0123456789abcdef0123"])
def test_what_only_looks_like_a_visit_stays(query: str) -> None:
    assert SCOPE.canonical(f"{HERE}?{query}") == f"{HERE}?{query}"


def test_another_host_is_told_before_any_trap() -> None:
    assert SCOPE.judge("https://elsewhere.example/a/a/a/a").rule == "other host"
    assert SCOPE.judge("https://insightcrime.org/news/brief/a/a/a/").rule == "repeated segments"
