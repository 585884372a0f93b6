"""The commands are there by their names, and what does not crawl does not wait for Scrapy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crawler.cli import main

CRAWLING = {"crawl", "demo", "discover", "import", "recover", "schedule"}
"""Commands that crawl, or use a part of what does."""


@pytest.mark.parametrize("name", list(main.commands))
def test_a_command_has_the_name_that_it_is_called_by(name: str) -> None:
    assert main.commands[name].name == name


def test_an_unknown_command_is_no_command() -> None:
    assert "scrape" not in main.commands
    with pytest.raises(KeyError):
        main.commands["scrape"]


@pytest.mark.parametrize("name", sorted({*main.commands} - CRAWLING))
def test_what_does_not_crawl_does_not_import_scrapy(name: str) -> None:
    asked = f"import sys; from crawler.cli import main; main.commands[{name!r}]; sys.exit('scrapy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
