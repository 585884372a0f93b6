"""Whatever answers for a robots.txt: which pages are asked then. One crawl, a host for each answer."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator

import pytest

from crawler.demo.addresses import APEX
from crawler.demo.pieces import CLOSE, RESET
from crawler.demo.server import SiteServer
from tests.crawler.cli.crawls import Crawls
from tests.crawler.politeness.hosts import Hosts, Said, answer, in_turn, targets

RULES = b"User-agent: *\nDisallow: /closed/\n"
OBEYED, ALLOWED, SHUT = {"/open/"}, {"/open/", "/closed/"}, set[str]()
BUSY = "busy.example"
"""Has pages enough for the crawl to outlast the waits of the others."""


def moved(target: str, status: str = "301 Moved Permanently") -> tuple[bytes]:
    return answer(status, b"", f"Location: {target}")


def long_rules() -> bytes:
    """Return rules of which half a path stands at the limit of 500 KiB, and another one behind it."""
    start = RULES + b"Disallow: /open/behind"
    return RULES + b"#" * (500 * 1024 - len(start) - 1) + b"\nDisallow: /open/behind\nDisallow: /\n"


HOSTS: dict[str, tuple[Said, set[str]]] = {
    "plain": (answer(body=RULES), OBEYED),
    "bom": (answer(body=b"\xef\xbb\xbf" + RULES), OBEYED),
    "cr-only": (answer(body=RULES.replace(b"\n", b"\r")), OBEYED),
    "nul": (answer(body=b"\0" + RULES + b"\0" * 99), OBEYED),
    "html": (answer(body=b"<!doctype html><title>Sorry</title>"), ALLOWED),
    "empty": (answer(body=b""), ALLOWED),
    "long": (answer(body=long_rules()), OBEYED),
    "gzip": (answer("200 OK", gzip.compress(RULES), "Content-Encoding: gzip"), OBEYED),
    "false-gzip": (answer("200 OK", RULES, "Content-Encoding: gzip"), OBEYED),
    "status-401": (answer("401 Unauthorized", RULES), ALLOWED),
    "status-403": (answer("403 Forbidden", RULES), ALLOWED),
    "status-404": (answer("404 Not Found", RULES), ALLOWED),
    "status-410": (answer("410 Gone", RULES), ALLOWED),
    "status-500": (answer("500 Internal Server Error", RULES), SHUT),
    "status-503": (answer("503 Service Unavailable", RULES), SHUT),
    "reset": ((RESET,), SHUT),
    "cut": ((b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *", CLOSE), SHUT),
    "garbage": ((b"\x16\x03\x01 what\r\n\r\n", CLOSE), SHUT),
    "retried": (in_turn(answer("503 Service Unavailable"), answer(body=RULES)), OBEYED),
    "not-now": (in_turn(answer("429 Too Many Requests"), answer(body=RULES)), OBEYED),
    "late": (in_turn(*[answer("500 Internal Server Error")] * 3, answer(body=RULES)), OBEYED),
    "five-deep": (moved("/1"), OBEYED),
    "six-deep": (moved("/0"), ALLOWED),
    "round": (moved("/robots.txt"), ALLOWED),
    "nowhere": (moved("http://]/"), ALLOWED),
    "elsewhere": (moved("https://plain.example/robots.txt"), OBEYED),
}
PICTURES = [f"https://{name}.example/{path}/1" for name in HOSTS for path in ("open", "closed")]


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawls]:
    """Crawl one page with a picture or two on each host, which the site's scope does not keep away."""
    busy = [f"https://{BUSY}/open/{number}" for number in range(20)]
    site = Hosts((APEX, BUSY, *(f"{name}.example" for name in HOSTS)), pictures=(*busy, *PICTURES))
    for name, (said, _) in HOSTS.items():
        site.answers[f"{name}.example", "/robots.txt"] = said
    for name in ("five-deep", "six-deep"):
        steps = [moved(f"/{step + 1}", "302 Found") for step in range(5)]
        for step, said in enumerate([*steps, answer(body=RULES)]):
            site.answers[f"{name}.example", f"/{step}"] = said
    site.answers[BUSY, "/robots.txt"] = answer(body=b"User-agent: *\nCrawl-delay: 0.25\n")
    with SiteServer(site) as server:
        crawls = Crawls(server, tmp_path_factory.mktemp("robots") / "c")
        waits = ("-s", "RETRY_TIMES=1", "-s", "ROBOTSTXT_RETRY_WAIT=0.2", "-s", "RETRY_WAIT_MAX=0.1")
        crawls("--requisites", "--seed", site.seed, *waits, "-s", "HOST_MAX_FAILURES=0")
        yield crawls


@pytest.mark.parametrize("name", HOSTS)
def test_only_what_robots_txt_allows_is_asked(name: str, crawls: Crawls) -> None:
    asked = {target[:-1] for target in targets(crawls.server, f"{name}.example") if target.endswith("/1")}
    assert asked - {"/"} == HOSTS[name][1]


def test_robots_txt_is_asked_before_any_page(crawls: Crawls) -> None:
    for name in HOSTS:
        assert targets(crawls.server, f"{name}.example")[0] == "/robots.txt"


def test_every_answer_is_archived_also_where_it_redirects(crawls: Crawls) -> None:
    asked = Counter(entry.url for entry in crawls.server.log if entry.response)
    kept = Counter(record.url for record in crawls.records() if record.type in ("response", "revisit"))
    assert asked == kept
    assert targets(crawls.server, "five-deep.example")[:6] == ["/robots.txt", "/1", "/2", "/3", "/4", "/5"]


def test_five_redirects_are_followed_and_no_sixth(crawls: Crawls) -> None:
    assert targets(crawls.server, "six-deep.example")[:6] == ["/robots.txt", "/0", "/1", "/2", "/3", "/4"]
    assert "/5" not in targets(crawls.server, "six-deep.example")


def test_one_that_could_not_be_had_is_asked_again_in_the_same_run(crawls: Crawls) -> None:
    assert targets(crawls.server, "late.example").count("/robots.txt") == 4
    assert targets(crawls.server, "status-500.example").count("/robots.txt") > 2


def test_what_stays_shut_is_told_and_its_pages_wait(crawls: Crawls) -> None:
    report = crawls.done[0].report
    shut = {f"{name}.example" for name, (_, asked) in HOSTS.items() if not asked}
    assert set(report["requisites"]["waiting_for_robots"]) == shut
    assert report["remaining"] == 2 * len(shut)


def test_a_delay_that_robots_txt_asks_for_is_kept_and_receipted(crawls: Crawls) -> None:
    (receipt,) = [each for each in crawls.done[0].report["politeness"] if each["host"] == BUSY]
    assert (receipt["delay"], receipt["delay_by"]) == (0.25, "robots.txt")
    assert receipt["smallest_gap"] >= 0.24
    assert receipt["requests"] == 21
