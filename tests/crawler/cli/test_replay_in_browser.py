"""`briefs replay` in a real Chromium, the origin down: the list, and captures in both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from crawler.demo.server import DemoServer
from tests.archive.replay.made import COLOUR, HOSTILE, NEW_WORDS, OLD_WORDS, TITLES, WORK, make_collection
from tests.crawler.cli.browser import Browser, chromium
from tests.crawler.cli.conftest import briefs, crawl_of
from tests.crawler.cli.replaying import replay
from tests.judges import installed

OTHERS = 120


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_collection(tmp_path_factory.mktemp("made") / "c", others=OTHERS).root


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    collection = tmp_path_factory.mktemp("crawled") / "c"
    with DemoServer() as server:
        briefs(*crawl_of(server, collection, "--max-pages", 3, "--requisites"))
    return collection


@pytest.fixture(scope="module")
def pywb(browser: Browser, made: Path) -> Iterator[str]:
    with replay(made, "--no-open") as (_, address):
        yield address


@pytest.fixture(scope="module")
def replayweb(browser: Browser, made: Path) -> Iterator[str]:
    installed("npm", "npm")
    with replay(made, "--no-open", "--engine", "replayweb") as (_, address):
        yield address


@pytest.fixture(scope="module", params=["pywb", "replayweb"])
def engine(request: pytest.FixtureRequest) -> tuple[str, str]:
    return request.param, request.getfixturevalue(request.param)


def links(browser: Browser, selector: str) -> list[WebElement]:
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def titles(browser: Browser) -> list[str]:
    return [link.text for link in links(browser, ".works a")]


def click_capture(browser: Browser, meaning: str) -> None:
    """Follow the link of the capture whose row says that."""
    rows = [row for row in links(browser, "tbody tr") if meaning in row.text]
    rows[0].find_element(By.TAG_NAME, "a").click()


@pytest.mark.parametrize(
    ("meaning", "words"),
    [
        ("version 1 (new)", OLD_WORDS),
        ("version 2 (substantive)", NEW_WORDS),
        ("the bytes of an earlier capture", OLD_WORDS),
        ("redirect", NEW_WORDS),
    ],
)
def test_a_capture_shows_its_text_its_style_and_its_picture(
    meaning: str, words: str, engine: tuple[str, str], browser: Browser
) -> None:
    browser.open(f"{engine[1]}brief/{WORK}")
    browser.forget()
    click_capture(browser, meaning)
    seen = browser.archived()
    if meaning != "redirect":  # which of two captures stands nearest to it is the engine's choice
        assert seen["text"] == words
    assert seen["colour"] == COLOUR
    assert seen["picture"] > 0
    assert browser.hosts_asked() == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["pywb", "replayweb"])
def test_a_crawl_with_requisites_looks_as_it_did(name: str, crawled: Path, browser: Browser) -> None:
    with replay(crawled, "--no-open", "--engine", name) as (_, address):
        browser.open(address)
        title = titles(browser)[0]
        links(browser, ".works a")[0].click()
        browser.until(lambda: browser.driver.title == f"{title}: captures")
        browser.forget()
        click_capture(browser, "version 1 (new)")
        seen = browser.archived("main h1", "main img")
    assert seen["text"] == title
    assert seen["font"] == "serif"  # of the style sheet that the page's own imports
    assert seen["picture"] > 0
    assert browser.hosts_asked() == {"127.0.0.1"}


def test_nothing_complains_on_the_console(engine: tuple[str, str], browser: Browser) -> None:
    browser.forget()
    for path in ("", "?q=tide", f"brief/{WORK}"):
        browser.open(engine[1] + path)
    assert browser.complaints() == []
    click_capture(browser, "version 1 (new)")
    browser.archived()
    # ReplayWeb.page asks its service worker for the collection before it loads it.
    own = "/replay/w/api/c/" if engine[0] == "replayweb" else "nothing"
    assert [complaint for complaint in browser.complaints() if own not in complaint] == []


def test_a_link_above_a_capture_leads_back_to_the_list(engine: tuple[str, str], browser: Browser) -> None:
    browser.open(f"{engine[1]}brief/{WORK}")
    click_capture(browser, "version 1 (new)")
    browser.archived()
    browser.until(lambda: links(browser, f'a[href="{engine[1]}"]'))[0].click()
    browser.until(lambda: browser.driver.title.startswith("Briefs of demo"))


def test_an_archived_script_asks_nothing_of_the_living_web(engine: tuple[str, str], browser: Browser) -> None:
    browser.open(f"{engine[1]}brief/{'b' * 16}")
    browser.forget()
    click_capture(browser, "version 1")
    assert browser.archived()["text"] == "The sons."
    asked = "https://outside.example/y.png"
    browser.until(lambda: any(asked in complaint for complaint in browser.complaints()))
    assert browser.hosts_asked() == {"127.0.0.1"}


def test_the_list_is_found_by_words_without_their_accents_and_by_days(pywb: str, browser: Browser) -> None:
    browser.open(pywb)
    browser.driver.find_element(By.ID, "q").send_keys("PLATANOS", Keys.ENTER)
    browser.until(lambda: titles(browser) == [TITLES[0]])
    assert browser.driver.find_element(By.ID, "q").get_attribute("value") == "PLATANOS"
    browser.open(f"{pywb}?from=2019-01-25&to=2019-01-25")
    assert titles(browser) == [TITLES[1]]
    assert browser.driver.find_element(By.ID, "from").get_attribute("value") == "2019-01-25"


def test_a_long_list_comes_in_pages(pywb: str, browser: Browser) -> None:
    browser.open(pywb)
    first = titles(browser)
    assert (len(first), first[0]) == (50, TITLES[0])
    seen = set(first)
    while following := links(browser, "a[rel=next]"):
        following[0].click()
        seen |= set(titles(browser))
    assert len(seen) == OTHERS + 3
    assert titles(browser)[-1] == HOSTILE  # it has no date
    assert links(browser, "a[rel=prev]")


def test_the_keyboard_alone_reaches_a_capture(pywb: str, browser: Browser) -> None:
    browser.open(pywb)
    active = browser.driver.switch_to.active_element
    active.send_keys(Keys.TAB)
    skip = browser.driver.switch_to.active_element
    assert (skip.text, skip.is_displayed(), skip.location["x"] >= 0) == ("Skip to the briefs", True, True)
    skip.send_keys(Keys.ENTER)
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.driver.switch_to.active_element.text == TITLES[0]
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.until(lambda: browser.driver.title == f"{TITLES[0]}: captures")


def test_a_screen_reader_is_told_what_everything_is(pywb: str, browser: Browser) -> None:
    browser.open(pywb)
    named = {(element.aria_role, element.accessible_name) for element in links(browser, "form, input, button, nav")}
    assert {
        ("search", "Briefs"),
        ("searchbox", "Title contains"),
        ("Date", "Published from"),
        ("Date", "Published to"),
        ("button", "Search"),
        ("navigation", "Pages of the list"),
    } <= named
    assert [element.text for element in links(browser, "h1")] == ["Briefs of demo"]
    assert len(links(browser, "main")) == len(links(browser, "header")) == len(links(browser, "html[lang=en]")) == 1
    assert [element.text for element in links(browser, "[lang=es-ES]")] == [TITLES[0]]


def test_a_title_from_the_network_is_text_and_nothing_else(pywb: str, browser: Browser) -> None:
    browser.open(f"{pywb}brief/{'b' * 16}")
    assert browser.driver.find_element(By.TAG_NAME, "h1").text == HOSTILE
    assert browser.driver.title == f"{HOSTILE}: captures"
    assert links(browser, "script") == []


def test_a_narrow_window_needs_no_scrolling_sideways(pywb: str, browser: Browser) -> None:
    size = browser.driver.get_window_size()
    browser.driver.set_window_size(360, 700)
    try:
        for path in ("", f"brief/{WORK}"):
            browser.open(pywb + path)
            wide = browser.driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0
    finally:
        browser.driver.set_window_size(size["width"], size["height"])
