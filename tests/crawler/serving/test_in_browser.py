"""`briefs serve` in a real Chromium: with scripts and without, by the keyboard, in both schemes, judged by axe-core."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from archive.collection import Collection
from crawler.demo.server import DemoServer
from crawler.ledger.schema import ledger_file
from tests.crawler.cli.browser import Browser, chromium
from tests.crawler.cli.conftest import command, crawl_of
from tests.crawler.serving.conftest import EDITED, Served, serving
from tests.crawler.serving.test_serve import line_of
from tests.judges import CACHE, axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: {type: "tag", values: arguments[0]}}).then((found) => done(
  found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`)));"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def address(crawled: Path, browser: Browser) -> Iterator[str]:
    with serving(crawled, XDG_CACHE_HOME=str(CACHE)) as running:
        yield running.address.rstrip("/")


@pytest.fixture(scope="module")
def work(crawled: Path) -> str:
    return str(line_of(crawled, EDITED, "new")["id"])


def pages(work: str) -> list[str]:
    briefs = "/c/harbour/briefs"
    return [
        "/c/harbour/", briefs, f"{briefs}?q=fuel&tag=Fuel+Smuggling", f"{briefs}?page=2&per_page=5",
        f"{briefs}/{work}", f"{briefs}/{work}/evidence/published", f"{briefs}/{work}/captures", "/c/harbour/live",
    ]  # fmt: skip


def set_scheme(browser: Browser, scheme: str) -> None:
    wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)


def set_scripts(browser: Browser, *, disabled: bool) -> None:
    command: dict[str, Any] = {"value": disabled}
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", command)


def text_of(browser: Browser, selector: str = "main") -> str:
    return browser.driver.find_element(By.CSS_SELECTOR, selector).text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_keeps_anybody_out(scheme: str, address: str, work: str, browser: Browser) -> None:
    script = axe()
    set_scheme(browser, scheme)
    for path in (*pages(work), "/c/harbour/briefs?since=x", "/nothing"):
        browser.open(address + path)
        # Through the debugger: the pages' own policy lets no script in.
        browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": script})
        found = browser.driver.execute_async_script(_RUN, TAGS)
        assert found == [], path


def test_nothing_is_asked_of_another_host_and_nothing_complains(address: str, work: str, browser: Browser) -> None:
    browser.forget()
    for path in pages(work):
        browser.open(address + path)
    assert browser.complaints() == []
    assert browser.hosts_asked() == {"127.0.0.1"}


def test_a_maintainer_goes_from_the_list_to_the_place_without_scripts(address: str, browser: Browser) -> None:
    set_scripts(browser, disabled=True)
    try:
        browser.open(address)
        browser.driver.find_element(By.ID, "q").send_keys("pilot diesel", Keys.ENTER)
        browser.until(lambda: text_of(browser, "#found") == "1 brief")
        browser.driver.find_element(By.CSS_SELECTOR, "ol.lines h3 a").click()
        browser.until(lambda: "Ransom Paid in Diesel" in browser.driver.title)
        link = browser.driver.find_element(By.CSS_SELECTOR, 'a[href$="/evidence/published#place-1"]')
        link.click()
        mark = browser.until(lambda: browser.driver.find_element(By.CSS_SELECTOR, "mark#place-1"))
        assert mark.text.startswith("20")
        top = browser.until(lambda: in_view(browser, mark))
        assert top
    finally:
        set_scripts(browser, disabled=False)


def in_view(browser: Browser, element: Any) -> bool:
    """Say whether the window shows an element: by its place on the screen, since the page runs no script."""
    metrics = browser.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})
    view = metrics["cssVisualViewport"]
    return bool(view["pageY"] <= element.location["y"] <= view["pageY"] + view["clientHeight"])


def test_the_keyboard_alone_reaches_a_brief(address: str, browser: Browser) -> None:
    browser.open(f"{address}/c/harbour/briefs")
    active = browser.driver.switch_to.active_element
    active.send_keys(Keys.TAB)
    skip = browser.driver.switch_to.active_element
    assert (skip.text, skip.location["x"] >= 0) == ("Skip to the content", True)
    skip.send_keys(Keys.ENTER)
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.driver.switch_to.active_element.get_attribute("id") == "q"
    first = browser.driver.find_element(By.CSS_SELECTOR, "ol.lines h3 a")
    for _ in range(8):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        if browser.driver.switch_to.active_element == first:
            break
    focused = browser.driver.switch_to.active_element
    assert focused == first
    assert focused.value_of_css_property("outline-style") == "solid"
    title = focused.text
    focused.send_keys(Keys.ENTER)
    browser.until(lambda: browser.driver.title == title)


def test_a_screen_reader_is_told_what_everything_is(address: str, work: str, browser: Browser) -> None:
    for path in pages(work):
        browser.open(address + path)
        levels = [int(one.tag_name[1]) for one in browser.driver.find_elements(By.CSS_SELECTOR, "h1, h2, h3, h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        for table in browser.driver.find_elements(By.TAG_NAME, "table"):
            assert table.find_elements(By.TAG_NAME, "caption"), path
    browser.open(f"{address}/c/harbour/briefs")
    roles = {
        (one.aria_role, one.accessible_name) for one in browser.driver.find_elements(By.CSS_SELECTOR, "form, input")
    }
    assert {("search", "Briefs"), ("textbox", "Published since")} <= roles


def test_a_narrow_window_needs_no_scrolling_sideways(address: str, work: str, browser: Browser) -> None:
    size = browser.driver.get_window_size()
    browser.driver.set_window_size(360, 700)
    try:
        for path in pages(work):
            browser.open(address + path)
            wide = browser.driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, path
    finally:
        browser.driver.set_window_size(size["width"], size["height"])


def test_a_capture_opens_in_the_replay(address: str, work: str, browser: Browser) -> None:
    browser.open(f"{address}/c/harbour/briefs/{work}/captures")
    browser.driver.find_element(By.CSS_SELECTOR, "a.button").click()
    seen = browser.archived("h1", "img")
    assert "Ransom Paid in Diesel" in seen["text"]


def test_a_crawl_is_followed_while_it_runs_with_scripts_and_without(tmp_path: Path, browser: Browser) -> None:
    places = Collection(tmp_path / "c")
    with DemoServer() as server:
        slow = crawl_of(server, places.root, "-s", "DOWNLOAD_DELAY=0.1", "-s", "REPORT_INTERVAL=0.2")
        crawl = subprocess.Popen(command(*slow), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with crawl:
            browser.until(lambda: ledger_file(places).exists() and any(places.runs.glob("*/report.json")))
            with serving(places.root) as running:
                assert watched(running, browser)
                assert crawl.wait(120) in (0, 1)
                browser.until(lambda: text_of(browser, '[data-live="state"]') == "finished")
                assert text_of(browser, '[data-live="remaining"]') == "0"
                assert running.get("/api/collections/c").json["briefs"] == 27


def watched(running: Served, browser: Browser) -> bool:
    """Return whether the figures grow without a reload, and the page for no scripts asks itself again."""
    browser.open(f"{running.address}c/c/live")
    before = int(text_of(browser, '[data-live="pages"]'))
    assert text_of(browser, '[data-live="state"]') == "running"
    status = browser.driver.find_element(By.CSS_SELECTOR, '[role="status"]')
    assert status.get_attribute("aria-live") == "polite"
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in running.get("/c/c/live").text
    browser.until(lambda: int(text_of(browser, '[data-live="pages"]')) > before)
    return True
