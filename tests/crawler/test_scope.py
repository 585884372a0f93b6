"""Which addresses are inside, and the one spelling of each."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.sites import get_site
from tests.material import REAL

SCOPE = get_site("insightcrime").scope
PAGES = REAL / "insightcrime" / "pages.jsonl"
URL_CASES = REAL / "http" / "urlcanon" / "testdata" / "urltestdata.json"
HERE = "https://insightcrime.org/news/brief/a/"


@pytest.mark.parametrize(
    "url",
    [
        "http://insightcrime.org/news/brief/a/",
        "https://www.insightcrime.org/news/brief/a",
        "HTTPS://WWW.InsightCrime.ORG:443/news/brief/a/",
        "http://insightcrime.org:80/news/brief/a/#comments",
        "http://insightcrime.org./news/brief/a/",
        "https://insightcrime.org/news/brief/a/?utm_source=x&utm_medium=y&fbclid=z",
        "https://insightcrime.org/news/brief/a?gclid=1&mc_cid=2",
        "https://insightcrime.org/news/./brief/b/../a/",
        "https://insightcrime.org/news/brief/%61/",
        "https://insightcrime.org/news/%62rief/a/?",
        " https://insightcrime.org/news/brief/a/\n",
        "https://insightcrime.org/news/brief/a/?relatedposts_hit=1&relatedposts_position=0",
        "https://user:secret@insightcrime.org/news/brief/a/",
        "https://insightcrime.org/news/brief/a/?%75tm_source=x",
    ],
)
def test_every_spelling_has_one_canonical_form(url: str) -> None:
    assert SCOPE.canonical(url) == HERE


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.insightcrime.org/news-briefs/SLUG", "https://insightcrime.org/news-briefs/SLUG"),
        ("http://www.insightcrime.org/news-briefs/SLUG/", "https://insightcrime.org/news-briefs/SLUG/"),
        ("https://insightcrime.org/news/briefs/a", "https://insightcrime.org/news/briefs/a"),
        ("http://es.insightcrime.org/noticias/analisis/a", "https://es.insightcrime.org/noticias/analisis/a/"),
        (
            "https://insightcrime.org/es/noticias/noticias-del-dia/a",
            "https://insightcrime.org/es/noticias/noticias-del-dia/a/",
        ),
        ("https://insightcrime.org/news/a?b=2&utm_term=x&a=1", "https://insightcrime.org/news/a/?b=2&a=1"),
        ("https://insightcrime.org/news/urabeños", "https://insightcrime.org/news/urabe%C3%B1os/"),
        ("https://insightcrime.org/news/a%2fb%7e/", "https://insightcrime.org/news/a%2Fb~/"),
        ("https://insightcrime.org", "https://insightcrime.org/"),
        ("https://insightcrime.org/wp-content/a.jpg", "https://insightcrime.org/wp-content/a.jpg"),
        ("http://Elsewhere.example:80/A?utm_id=1&b=C#d", "http://elsewhere.example/A?b=C"),
        ("https://insightcrime.org:8443/news/a", "https://insightcrime.org:8443/news/a"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("http://[2001:DB8::0:1]:8080/", "http://[2001:db8::1]:8080/"),
        ("https://notinsightcrime.org/news/a", "https://notinsightcrime.org/news/a"),
    ],
)
def test_forms_are_fixed_by_rule_and_never_guessed(url: str, canonical: str) -> None:
    assert SCOPE.canonical(url) == canonical


@pytest.mark.parametrize(
    "url",
    ["", "x", "/news/a", "//insightcrime.org/a", "mailto:a@b.c", "javascript:void(0)", "ftp://a.b/", "https://", "https:///a",
     "http://[::1", "http://a b/", "http://a..b/", "http://[v1.x]/", "http://a:99999/", "http://a:x/", "http://%zz/",
     "https:insightcrime.org/a", "data:text/html,x"],
)  # fmt: skip
def test_what_is_no_http_address_is_none(url: str) -> None:
    assert SCOPE.canonical(url) is None
    assert SCOPE.judge(url).rule == "malformed address"
    assert SCOPE.kind_of(url) is None


@given(st.text() | st.from_regex(r"https?://[ -~]{0,40}", fullmatch=True))
@example("http://a/%4%31")
@example("http://a/%%34 1")
@example("https://insightcrime.org/news/..%2F./%2e%2E/a")
@example("http://a/?&&a=1&&utm_x")
@example("http://\udcff/")
@example("http://a/\udcff")
def test_canonical_never_raises_and_is_idempotent(url: str) -> None:
    canonical = SCOPE.canonical(url)
    SCOPE.judge(url)
    if canonical is not None:
        assert SCOPE.canonical(canonical) == canonical
        assert canonical.isascii()
        assert "#" not in canonical


@given(st.lists(st.sampled_from(["a", "..", ".", "%2e", "", "%2F", "news", "brief", "b c", "ñ"]), max_size=8))
def test_canonical_is_idempotent_for_any_path(segments: list[str]) -> None:
    canonical = SCOPE.canonical("http://www.insightcrime.org/" + "/".join(segments))
    assert canonical is not None
    assert SCOPE.canonical(canonical) == canonical


@pytest.mark.skipif(not URL_CASES.exists(), reason="the address cases are not here")
def test_canonical_is_idempotent_for_the_whatwg_cases() -> None:
    cases = [case for case in json.loads(URL_CASES.read_text()) if isinstance(case, dict)]
    for case in cases:
        canonical = SCOPE.canonical(case["input"])
        assert canonical is None or SCOPE.canonical(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        (HERE, "article"),
        ("http://www.insightcrime.org/news-briefs/a", "article"),
        ("https://insightcrime.org/mexico-organized-crime-news/zetas/", "article"),
        ("https://insightcrime.org/investigations/a/", "article"),
        ("https://nota.insightcrime.org/news/brief/a/", "other host"),
        ("https://insightcrime.org.example/news/brief/a/", "other host"),
        ("https://insightcrime.org:8443/news/brief/a/", "other host"),
        ("https://insightcrime.org/", "listing"),
        ("https://insightcrime.org/news/", "listing"),
        ("https://insightcrime.org/news/brief/", "listing"),
        ("https://insightcrime.org/news/brief/page/2/", "listing"),
        ("https://insightcrime.org/news/brief/a/feed/", "listing"),
        ("https://insightcrime.org/category/news/page/3", "listing"),
        ("https://insightcrime.org/es/noticias/series-especiales/a/", "listing"),
        ("https://insightcrime.org/author/a/", "listing"),
        ("https://insightcrime.org/tag/extortion/", "tag page"),
        ("https://insightcrime.org/es/etiqueta/a/", "tag page"),
        ("https://insightcrime.org/wp-content/uploads/a.jpg", "media file"),
        ("https://insightcrime.org/news/brief/report.pdf", "media file"),
        ("https://insightcrime.org/about-us/", "not an article"),
        ("https://insightcrime.org/donate", "not an article"),
        ("https://insightcrime.org/news/brief/a/b/", "not an article"),
    ],
)
def test_an_address_is_judged_by_rule(url: str, rule: str) -> None:
    verdict = SCOPE.judge(url)
    assert (verdict.in_scope, verdict.rule) == (rule == "article", rule)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (HERE, "brief"),
        ("https://insightcrime.org/news/briefs/a", "brief"),
        ("https://insightcrime.org/news/analysis/a/", "analysis"),
        ("https://insightcrime.org/news/a/", "news"),
        ("http://www.insightcrime.org/news-analysis/a", "analysis"),
        ("https://insightcrime.org/es/noticias/noticias-del-dia/a/", "brief"),
        ("https://es.insightcrime.org/noticias/analisis/a/", "analysis"),
        ("https://insightcrime.org/es/noticias/a/", "news"),
        ("https://insightcrime.org/es/investigaciones/a/", "investigation"),
        ("https://insightcrime.org/peru-organized-crime-news/pulpos-criminal-profile/", "profile"),
        ("https://insightcrime.org/tag/a/", None),
    ],
)
def test_the_kind_is_told_by_the_address(url: str, kind: str | None) -> None:
    assert SCOPE.kind_of(url) == kind


def real_pages() -> list[dict[str, object]]:
    return [json.loads(line) for line in PAGES.read_text().splitlines()] if PAGES.exists() else []


@pytest.mark.parametrize("page", real_pages(), ids=lambda page: str(page["url"])[-30:])
def test_real_pages_are_judged_right(page: dict[str, object]) -> None:
    url, kind = str(page["url"]), page["kind"]
    if kind == "list_or_other":
        assert SCOPE.judge(url).rule in ("listing", "tag page") or SCOPE.kind_of(url) == "investigation"
    else:
        assert SCOPE.kind_of(url) == kind
    assert (SCOPE.language_of(url) or "en") == page["lang"]
