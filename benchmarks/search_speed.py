"""How long the search index of `briefs serve` takes to make, and to answer.

usage: python benchmarks/search_speed.py [--lines N]

Lines are those of the bundled site's articles with other ids, titles and words; each question is asked ten times.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

import orjson

from archive.collection import Collection
from crawler.serving.search import Asked, SearchIndex

QUESTIONS = {
    "all, newest first": [],
    "one common word": [("q", "harbour")],
    "two words": [("q", "fuel smuggling")],
    "one rare word": [("q", "word4321")],
    "a tag and a year": [("tag", "Tag 7"), ("since", "2015"), ("until", "2015")],
    "the last page": [("page", "100")],
}


def main() -> None:
    """Make the lines, then the index, then ask."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=50_000)
    count = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        places = Collection(Path(folder))
        places.create({"site": "demo"})
        write_lines(places.briefs, count)
        index = SearchIndex(places, lambda: None)
        began = time.perf_counter()
        index.count()
        took = time.perf_counter() - began
        lines, made = places.briefs.stat().st_size / 1e6, places.search.stat().st_size / 1e6
        print(f"{count} lines of {lines:.0f} MB: read in {took:.1f} s, index of {made:.0f} MB")
        for name, parameters in QUESTIONS.items():
            print(f"  {name:<20}{1000 * seconds(index, Asked.of(parameters)):6.1f} ms")


def write_lines(path: Path, count: int) -> None:
    """Write lines of about 3 kB of text; the same ones each time."""
    chance = random.Random(1)
    words = [*(f"word{number}" for number in range(20_000)), *["harbour", "fuel", "smuggling", "port"] * 200]
    with path.open("wb") as stream:
        for number in range(count):
            url = f"https://harbour.example/news/brief/{number}/"
            line = {
                "id": f"{number:016x}", "version": 1, "change": "new", "url": url, "captured_url": url, "run": "r",
                "title": " ".join(chance.choices(words, k=8)), "text": " ".join(chance.choices(words, k=400)),
                "kind": "brief", "language": "en", "published": f"{chance.randint(2005, 2025)}-05-06",
                "tags": [f"Tag {chance.randint(0, 300)}" for _ in range(4)], "countries": ["PE"],
                "authors": [f"Author {chance.randint(0, 60)}"], "byline": "A. Author",
                "related": [{"url": f"https://harbour.example/news/brief/{chance.randint(0, count)}/", "title": "x"}],
            }  # fmt: skip
            stream.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def seconds(index: SearchIndex, asked: Asked) -> float:
    """Return the median of ten."""
    times = []
    for _ in range(10):
        began = time.perf_counter()
        index.search(asked)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
