"""`-s NAME=VALUE`, value by value."""

from __future__ import annotations

import pytest

from crawler.cli.overrides import scrapy_settings
from crawler.plan import PlanError


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("DOWNLOAD_DELAY=abc", "DOWNLOAD_DELAY is 'abc', expected a number"),
        ("DOWNLOAD_DELAY=nan", "DOWNLOAD_DELAY is 'nan', expected a number, 0 or more"),
        ("DOWNLOAD_DELAY=-1", "DOWNLOAD_DELAY is '-1', expected a number, 0 or more"),
        ("CONCURRENT_REQUESTS=0", "CONCURRENT_REQUESTS is '0', expected a number, 1 or more"),
        ("RETRY_TIMES=1.5", "RETRY_TIMES is '1.5', expected a whole number"),
        ("COOKIES_ENABLED=maybe", "COOKIES_ENABLED is 'maybe', expected True or False"),
        ("RETRY_HTTP_CODES=500,often", "RETRY_HTTP_CODES is '500,often', expected whole numbers, parted by commas"),
        ("EXTENSIONS=[]", "EXTENSIONS is '[]', expected a JSON object"),
        ("DEFAULT_REQUEST_HEADERS={", "DEFAULT_REQUEST_HEADERS is '{', expected a JSON object: "),
        ('EXTENSIONS={"no.such.Thing": 1}', "found none at 'no.such.Thing'"),
        ('EXTENSIONS={"logging.Handler": "first"}', "expected a whole number or null for logging.Handler"),
        ("DUPEFILTER_CLASS=nope", "DUPEFILTER_CLASS is 'nope', expected the path of something"),
        ("LOG_FORMAT=abc", "LOG_FORMAT is 'abc', expected a format of Python's logging"),
        (
            "TWISTED_REACTOR=logging.Handler",
            "TWISTED_REACTOR is 'logging.Handler', expected the path of a Twisted reactor",
        ),
        ("TWISTED_REACTOR_ENABLED=0", "TWISTED_REACTOR_ENABLED is '0', expected True"),
        ("MAX_PAGES=some", "MAX_PAGES is 'some', expected a whole number"),
        ("lower=1", "-s 'lower=1': expected NAME=VALUE"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(pair: str, sentence: str) -> None:
    with pytest.raises(PlanError) as refused:
        scrapy_settings([pair])
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "pair",
    [
        "DOWNLOAD_DELAY=0.5",
        "DOWNLOAD_TIMEOUT=1.5",
        "DEPTH_PRIORITY=-1",
        "COOKIES_ENABLED=true",
        "ROBOTSTXT_OBEY=0",
        "RETRY_HTTP_CODES=500,502",
        "LOG_LEVEL=DEBUG",
        'EXTENSIONS={"scrapy.extensions.telnet.TelnetConsole": null}',
        "TWISTED_REACTOR=twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "LOG_FILE=any.log",
        "SOMEBODYS_OWN=whatever=it,is",
    ],
)
def test_any_other_value_is_taken_as_it_stands(pair: str) -> None:
    name, _, value = pair.partition("=")
    assert scrapy_settings([pair]) == {name: value}
