"""The rules of blocked pages: each knows its page, none takes an article."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.message import parse_head
from crawler.blocking import RuleError, find_block, is_judged, parse_rules, rules
from crawler.demo.generated import GeneratedSite
from crawler.demo.site import DemoSite
from crawler.extract import parse
from crawler.items import Rejection
from crawler.reading import Captured, read_payload, read_refusal
from crawler.sites import get_site
from tests.crawler.blocking.pages import ANSWERS, WORDS, Answer, page
from tests.material import REAL

SITE = get_site("demo")
URL = "https://harbour.example/news/brief/copper-on-the-quay/"
OK = parse_head(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
NEWS = REAL / "news_html"


def read(answer: Answer) -> Rejection | None:
    """Return what is read of an answer, as a crawl and a rebuild read it."""
    captured = Captured(url=URL, head=parse_head(answer.head), at=datetime(2026, 11, 26, tzinfo=UTC))
    body = answer.body.encode()
    if answer.status >= 300:
        return read_refusal(body, captured, SITE, max_size=1 << 20)
    item = read_payload(body, captured, SITE, max_size=1 << 20)
    return item if isinstance(item, Rejection) else None


def test_every_rule_has_its_page_and_a_name_of_its_own() -> None:
    assert list(ANSWERS) == [rule.name for rule in rules()]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_rule_knows_its_page(name: str) -> None:
    read_of_it = read(ANSWERS[name])
    assert read_of_it is not None
    assert read_of_it.reason == f"blocked: {ANSWERS[name].reason}"
    assert (read_of_it.detail or "").startswith(f"rule {name}: status {ANSWERS[name].status}")


@pytest.mark.parametrize("name", [rule.name for rule in rules() if rule.most_text is not None])
def test_the_same_marks_around_an_article_are_no_block(name: str) -> None:
    rule = next(rule for rule in rules() if rule.name == name)
    answer = ANSWERS[name]
    paragraphs = f"<p>{WORDS}</p>" * (2 + (rule.most_text or 0) // len(WORDS))
    article = f"<article><h1>Copper on the quay</h1>{paragraphs}</article>"
    around = answer.body.replace("</body>", f"{article}</body>")
    block = find_block(parse_head(answer.head), parse(around.encode(), url=URL))
    assert block is None or block.rule != name


@pytest.mark.parametrize("status", [304, 404, 410, 500, 502, 520])
def test_other_statuses_tell_by_themselves(status: int) -> None:
    assert not is_judged(status)
    head = parse_head(f"HTTP/1.1 {status} X\r\n\r\n".encode())
    captured = Captured(url=URL, head=head, at=datetime(2026, 11, 26, tzinfo=UTC))
    assert read_refusal(ANSWERS["waiting page"].body.encode(), captured, SITE, max_size=1 << 20) is None


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_only_busy_blocks_nobody(status: int) -> None:
    body = page("Too busy", "<p>Come back in a minute.</p>").encode()
    assert find_block(parse_head(f"HTTP/1.1 {status} X\r\n\r\n".encode()), parse(body, url=URL)) is None


def test_a_refusal_whose_coding_nobody_can_remove_is_told_by_its_head() -> None:
    head = parse_head(b"HTTP/1.1 403 Forbidden\r\nContent-Encoding: zstd\r\n\r\n")
    captured = Captured(url=URL, head=head, at=datetime(2026, 11, 26, tzinfo=UTC))
    rejection = read_refusal(b"\x28\xb5\x2f\xfd\x00", captured, SITE, max_size=1 << 20)
    assert rejection is not None
    assert (rejection.reason, rejection.detail) == ("blocked: refused", "rule status: status 403")


HEADLINES = """Just a Moment of Calm on the Border
Un momento decisivo para la frontera
Please Wait for the Dead: Families of the Missing
Security Checkpoint Attacked in Esmeraldas
Verificación de seguridad falsa en los puertos
Captcha Farms Hire Prisoners
Blocked at the Bar: Pilots Strike Again
Forbidden Fruit: Smuggled Mangoes
Access Denied to Mediators, Says Bishop
Consent Decree Ends Port Inquiry
Antes de continuar la guerra, una tregua
Before You Continue Reading the Tide Tables, Ask Who Prints Them
Your Privacy Is for Sale in Calder Quay
Not Found Guilty: Customs Chief Walks Free
500 Gone Missing Since the Storm
404 Days in Captivity
500 Service Members Leave the Islands
Something Went Wrong at Pier 12, Divers Say
Error of Judgement Costs a Tug
Under Construction: Prisons for the Provinces
Content Moderators Are Not Alone
Maintenance of Buoys Sold to a Cartel
Sign In Blood: The Pact of the Pilots
This Domain Belongs to the Smugglers""".splitlines()


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_headline_that_sounds_like_a_wall_makes_no_block_of_a_short_article(headline: str) -> None:
    short = page(headline, f"<article><h1>{headline}</h1><p>{WORDS}</p><p>{WORDS * 2}</p></article>")
    assert find_block(OK, parse(short.encode(), url=URL)) is None
    assert find_block(OK, parse(page(f"{headline} - The Harbour Ledger", short).encode(), url=URL)) is None


def test_no_page_of_the_bundled_site_is_blocked() -> None:
    site = DemoSite()
    bodies = [site.resource(article.path).body for article in site.articles.values()]
    assert len(bodies) > 20
    bodies += [GeneratedSite(3).page(number) for number in range(3)]
    for body in bodies:
        assert find_block(OK, parse(body, url=URL)) is None


def real_pages() -> list[Path]:
    return sorted(path for path in NEWS.rglob("*") if re.search(r"\.html?(\.gz)?$", path.name))


@pytest.mark.skipif(not NEWS.is_dir(), reason="no shared/real beside the checkout")
@pytest.mark.parametrize("path", real_pages(), ids=lambda path: path.name)
def test_no_real_article_is_blocked(path: Path) -> None:
    body = gzip.decompress(path.read_bytes()) if path.name.endswith(".gz") else path.read_bytes()
    blocks = [find_block(OK, parse(body, url=URL), is_article=is_article) for is_article in (None, False)]
    assert blocks == [None, None]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("[[rule]\n", "is not TOML"),
        ('[[rule]]\nname = "a"\nreason = "b"\n', "rule a: has ['name', 'reason'], expected name, reason, statuses"),
        ('[[rule]]\nname = "a"\nreason = "b"\nstatuses = "page"\ntitel = "x"\n', "titel"),
        ('[[rule]]\nname = "a"\nreason = "b"\nstatuses = "all"\n', "statuses are 'all', expected"),
        ('[[rule]]\nname = "a"\nreason = "b"\nstatuses = [200]\ntext = "("\n', "rule a: '(' is no pattern"),
        ('[[rule]]\nname = "a"\nreason = "b"\nstatuses = [200]\nselect = ["a > b"]\n', "rule a: selector 'a > b'"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(table: str, sentence: str) -> None:
    with pytest.raises(RuleError, match=re.escape(sentence)):
        parse_rules(table)
