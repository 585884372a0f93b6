"""A real Chromium without a window, that reaches this machine alone, and what a person would see in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.support.ui import WebDriverWait

from tests.judges import installed

PATIENCE = 30
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # Chromium's own sandbox refuses root, whom CI often is
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--window-size=1100,900",
    "--lang=en-US",
    # The origin is down, and so is everything else.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
# An engine nests frames and shadow trees as it likes: the archived page is the document that has its story.
_LOOK = """
const walk = (root) => {
  for (const element of root.querySelectorAll("*")) {
    const inside = element.shadowRoot || (element.tagName === "IFRAME" && element.contentDocument);
    if (!inside) continue;
    const story = inside.querySelector(arguments[0]);
    const found = story ? inside : walk(inside);
    if (found) return found;
  }
  return null;
};
const page = walk(document);
if (!page || page.readyState !== "complete") return null;
const story = page.querySelector(arguments[0]), picture = page.querySelector(arguments[1]);
return {
  text: story.innerText,
  colour: page.defaultView.getComputedStyle(story).color,
  font: page.defaultView.getComputedStyle(story).fontFamily,
  picture: picture ? picture.naturalWidth : 0,
};
"""


class Browser:
    """One window."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        """Go there, and forget what earlier pages said and asked."""
        self.driver.get(address)

    def forget(self) -> None:
        """Forget what was said and asked so far."""
        self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        self.driver.get_log("performance")  # type: ignore[no-untyped-call]

    def archived(self, story: str = "#story", picture: str = "#picture") -> dict[str, Any]:
        """Return text, colour and font of an archived page's story, and its picture's width, once it is loaded."""
        seen: dict[str, Any] = self.until(lambda: self.driver.execute_script(_LOOK, story, picture))
        return seen

    def until(self, seen: Callable[[], Any]) -> Any:
        """Return the first true answer."""
        return WebDriverWait(
            self.driver, PATIENCE, 0.05, (NoSuchElementException, StaleElementReferenceException)
        ).until(lambda _: seen())

    def complaints(self) -> list[str]:
        """Return the errors on the console since they were read last."""
        entries: list[dict[str, str]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def hosts_asked(self) -> set[str]:
        """Return the hosts that were asked by any page since this was read last."""
        entries: list[dict[str, str]] = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        addresses = [urlsplit(params["request"]["url"]) for params in sent]
        return {parts.hostname or "" for parts in addresses if parts.scheme in ("http", "https", "ws", "wss")}


def _service(profile: Path) -> ChromeService:
    # What it keeps beside its profile goes there too, not into the home folder of who runs the tests.
    places = {name: str(profile / name) for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME")}
    return ChromeService(installed("chromedriver", "chromium-driver"), env={**os.environ, **places})


@contextmanager
def chromium(profile: Path) -> Iterator[Browser]:
    """Run a browser with a fresh profile."""
    options = ChromeOptions()
    options.binary_location = installed("chromium", "chromium")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=_service(profile))
    try:
        driver.set_page_load_timeout(PATIENCE)
        yield Browser(driver)
    finally:
        driver.quit()
