"""JSON-LD as sites write it."""

from __future__ import annotations

import pytest

from crawler.extract.json_ld import read_nodes, read_path

DATE = "$.@graph[?@type=Article].datePublished"


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ('{"@type": "NewsArticle", "datePublished": "d"}', "$.datePublished"),
        (
            '{"@graph": [{"@type": "WebPage"}, {"@type": ["Article", "X"], "datePublished": "d"}]}',
            "$.@graph[1].datePublished",
        ),
        ('[{"@type": "Person"}, {"@type": "BlogPosting", "datePublished": "d"}]', "$[1].datePublished"),
        ('{"@type": "NewsArticle", "headline": "a\nb\x01", "datePublished": "d"}', "$.datePublished"),
        ('{"@type": "NewsArticle", "datePublished": "d", "x": [1, 2,],}', "$.datePublished"),
        ('<!-- {"@type": "NewsArticle", "datePublished": "d"} -->', "$.datePublished"),
        ('//<![CDATA[\n{"@type": "NewsArticle", "datePublished": "d"}\n//]]>', "$.datePublished"),
        ('{"@type": "NewsArticle", "datePublished": "d"};', "$.datePublished"),
        ("{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;datePublished&quot;: &quot;d&quot;}", "$.datePublished"),
        ('{"@type": "NewsArticle", "dateCreated": "c", "datePublished": "d"}', "$.datePublished"),
        ('{"@type": "NewsArticle", "datePublished": "d", "dateCreated": "c"}', "$.datePublished"),
    ],
)
def test_the_date_is_found(script: str, path: str) -> None:
    assert read_path(read_nodes([script]), DATE) == (path, ["d"])


def test_a_comma_in_a_text_stays() -> None:
    nodes = read_nodes(['{"@type": "Article", "headline": "one, ]two,}", }'])
    assert read_path(nodes, "$.@graph[?@type=Article].headline") == ("$.headline", ["one, ]two,}"])


def test_a_second_script_is_read_and_named() -> None:
    nodes = read_nodes(['{"@type": "Organization"}', '{"@type": "Article", "datePublished": "d"}'])
    assert read_path(nodes, DATE) == ("script 2 $.datePublished", ["d"])


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('{"name": "A B"}', ["A B"]),
        ('[{"name": "A B"}, {"name": "C D"}]', ["A B", "C D"]),
        ('"A B"', ["A B"]),
        ('["A B", "C D"]', ["A B", "C D"]),
        ('{"@id": "#a"}', ["E F"]),
        ('{"name": "A B", "@id": "#a"}', ["A B"]),
    ],
)
def test_authors_are_found_whatever_their_shape(author: str, names: list[str]) -> None:
    script = (
        f'{{"@graph": [{{"@type": "Article", "author": {author}}}, {{"@type": "Person", "@id": "#a", "name": "E F"}}]}}'
    )
    found = read_path(read_nodes([script]), "$.@graph[?@type=Article].author[*].name")
    assert found == ("$.@graph[0].author[*].name", names)


@pytest.mark.parametrize(
    "script", ["", "x", "[" * 5000, "{}", "null", "3", '{"@graph": 7}', '{"@graph": [null, 3]}', '{"@type": 5}']
)
def test_what_is_broken_beyond_mending_is_left_out(script: str) -> None:
    assert read_path(read_nodes([script]), DATE) is None


def test_a_rule_that_is_no_path_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="datePublished"):
        read_path([], "$..date")
