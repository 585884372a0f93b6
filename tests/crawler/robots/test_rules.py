"""What one robots.txt says to one agent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.robots import MOST_BYTES, Robots, readable_rules

CASES = Path(__file__).parents[4] / "shared" / "real" / "robots" / "google_cases.json"
US = "brief-archive"
PAGE = "https://a.example/closed/1"
CLOSED = b"User-agent: *\nDisallow: /closed/\n"

DIFFERENCES = {
    "ID_Encoding#6": "RFC 9309 2.2.2: an escaped octet that needs no escape is compared without it, so "
    "`/foo/bar/%62%61%7A` is `/foo/bar/baz`. Google compares them as they are spelled.",
    "GoogleOnly_LineTooLong#5": "Google cuts lines after 16,664 bytes. RFC 9309 knows no longest line, and a rule that "
    "is cut would mean another path.",
}
"""Where the verdict is another one than that of Google's parser, and why."""


@pytest.mark.skipif(not CASES.exists(), reason="the cases of Google's parser are not here")
def test_googles_cases_have_googles_verdict_but_for_the_differences_that_are_explained() -> None:
    cases = json.loads(CASES.read_bytes())["cases"]
    differing = {
        case["id"]
        for case in cases
        if Robots(case["robots_txt"].encode(), case["user_agent"]).allows(case["url"]) is not case["allowed"]
    }
    print(f"\nrobots.txt: {len(cases) - len(differing)} of {len(cases)} cases agree with Google's parser")
    for name in sorted(differing):
        print(f"  {name}: {DIFFERENCES.get(name, 'not explained')}")
    assert differing == set(DIFFERENCES)


@pytest.mark.parametrize(
    "rules",
    [
        b"\xef\xbb\xbf" + CLOSED,
        CLOSED.replace(b"\n", b"\r"),
        CLOSED.replace(b"\n", b"\r\n"),
        b"\0" + CLOSED.replace(b" ", b" \0") + b"\0\0",
        CLOSED.decode().encode("utf-16"),
        b"\xff\xfe\x80 nonsense\n" + CLOSED,
        b"<!doctype html>\n<p>sorry</p>\n" + CLOSED,
        b"# no rules yet\n\n\n" + CLOSED,
        CLOSED.replace(b"*", b"*  # everyone"),
    ],
    ids=["bom", "cr", "crlf", "nul", "utf-16", "bytes", "html", "comment", "comment behind"],
)
def test_however_it_is_written_it_is_understood(rules: bytes) -> None:
    robots = Robots(rules, US)
    assert (robots.allows(PAGE), robots.allows("https://a.example/open/1")) == (False, True)


@pytest.mark.parametrize("rules", [b"", b"\0" * 99, b"<html>Not found</html>", b"Disallow: /", b"\xff" * 9])
def test_what_has_no_rules_allows_everything(rules: bytes) -> None:
    assert Robots(rules, US).allows(PAGE)


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [
        ("brief-archive", True),
        ("Brief-Archive/1.0", True),
        ("brief-archive (+https://example.org)", True),
        ("brief", False),
        ("brief-archive-news", False),
        ("archive", False),
        ("not-a-brief-archive", False),
    ],
)
def test_a_group_is_ours_when_the_product_token_is(name: str, is_ours: bool) -> None:
    rules = f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nDisallow:\n".encode()
    assert Robots(rules, US).allows(PAGE) is not is_ours


def test_our_group_outweighs_that_of_everyone() -> None:
    robots = Robots(b"User-agent: *\nDisallow: /\nUser-agent: BRIEF-ARCHIVE\nDisallow: /x\n", US)
    assert robots.allows(PAGE)


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        ("Crawl-delay: 10", 10.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 2,5", 0.0),
        ("Crawl-delay: -1", 0.0),
        ("Crawl-delay: nan", 0.0),
        ("Crawl-delay: inf", 0.0),
        ("Crawl-delay: 1e300", 1e300),
        ("Request-rate: 1/5", 5.0),
        ("Request-rate: 30/1m", 2.0),
        ("Request-rate: 1/5 0600-0845", 5.0),
        ("Request-rate: 1/0", 0.0),
        ("Request-rate: fast", 0.0),
        ("Crawl-delay: 3\nRequest-rate: 1/5", 5.0),
        ("Crawl-delay: 7\nRequest-rate: 1/5", 7.0),
    ],
)
def test_the_slower_of_crawl_delay_and_request_rate_counts(line: str, delay: float) -> None:
    assert Robots(f"User-agent: *\n{line}\n".encode(), US).delay == delay
    assert Robots(f"User-agent: other\n{line}\n".encode(), US).delay == 0.0


def test_ai_crawlers_that_are_turned_away_by_name_are_told() -> None:
    named = b"User-agent: GPTBot\nUser-agent: CCBot/2.0\nUser-agent: SomeBot\nDisallow: /closed/\n"
    rules = named + b"\nUser-agent: ClaudeBot\nDisallow:\n"
    robots = Robots(rules, US)
    assert robots.disallowed_ai(PAGE) == ("CCBot", "GPTBot")
    assert robots.disallowed_ai("https://a.example/open") == ()


def test_no_more_than_500_kib_are_read_and_no_half_line() -> None:
    filler = b"# " + b"x" * 97 + b"\n"
    body = filler * (MOST_BYTES // 100) + b"User-agent: *\nDisallow: /closed/\n"
    assert len(body) > MOST_BYTES
    kept = readable_rules(body)
    assert len(kept) <= MOST_BYTES
    assert kept.endswith(b"\n")
    assert readable_rules(CLOSED) == CLOSED
    assert readable_rules(b"x" * (MOST_BYTES + 1)) == b""
