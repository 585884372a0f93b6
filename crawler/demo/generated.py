"""A site of any size for benchmarks and kill tests: linked briefs in the newspack layout, the same ones each time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urljoin

from crawler.demo.addresses import APEX
from crawler.demo.article import HOME, Article, Card
from crawler.demo.chrome import style_presets
from crawler.demo.framing import frame
from crawler.demo.page import Surroundings, page_html
from crawler.demo.pieces import Piece
from crawler.demo.resource import Resource
from crawler.demo.served import Request
from crawler.demo.site import error, redirect

ROBOTS = b"User-agent: *\nAllow: /\n"
PUBLISHED = datetime(2020, 1, 1, tzinfo=UTC)
ADDRESS = re.compile(r"/news/brief/tide-table-(\d+)/")
HOLES = re.compile(rb"770000[0-3]|HOLE-FIRST|HOLE-REST")
"""What a page of its own puts into the shared page: its number, three related numbers, first and other paragraphs."""
PARAGRAPHS = 7
SENTENCES = (
    "Patrols counted {a} skiffs off berth {b} that night, {c} of them without lights.",
    "A drum of fuel changed hands for {a} crowns at berth {b}, or {c} when the wind was easterly.",
    "Of {a} boxes on the manifest {b} had been opened, and {c} could not be found at all.",
    "The clerk signed {a} forms in {b} minutes; {c} carried the same number.",
    "Berth {b} stood empty for {c} days while {a} boats waited outside the bar.",
)


class GeneratedSite:
    """`count` briefs of about `page_size` bytes; each has three related links, and the seed reaches all.

    https only, but for other hosts than its own (127.0.0.1): those get the pages over plain http too.
    """

    hosts: tuple[str, ...] = (APEX,)

    def __init__(self, count: int, page_size: int = 60_000) -> None:
        if count < 1:
            raise ValueError(f"count is {count}, expected at least 1")
        self.count = count
        self.seed = self.url(0)
        page = prototype()
        padding = style_presets(page_size // 40)[: max(0, page_size - len(page) - 1500)].encode()
        page = page.replace(b"</body>", b"<style>:root{" + padding + b"}</style></body>")
        self._parts = HOLES.split(page)
        self._holes = HOLES.findall(page)

    def url(self, number: int) -> str:
        """Return the address of one brief."""
        return f"{HOME}news/brief/tide-table-{number}/"

    def related(self, number: int) -> tuple[int, int, int]:
        """Return the briefs that one links to: two below it in a binary tree, and its neighbour."""
        return (2 * number + 1) % self.count, (2 * number + 2) % self.count, (number + 1) % self.count

    def page(self, number: int) -> bytes:
        """Return one brief's page."""
        first, *rest = paragraphs(number)
        values = {
            b"HOLE-FIRST": first.encode(),
            b"HOLE-REST": '</p>\n<p class="wp-block-paragraph">'.join(rest).encode(),
        }
        numbers = (number, *self.related(number))
        values |= {b"770000%d" % place: b"%d" % value for place, value in enumerate(numbers)}
        filled = [part + values[hole] for part, hole in zip(self._parts, self._holes, strict=False)]
        return b"".join((*filled, self._parts[-1]))

    def answer(self, request: Request) -> Iterable[Piece]:
        """Return what to send."""
        if request.host in self.hosts and not request.tls:
            return frame(redirect(urljoin(HOME, request.target)), request)
        if request.target == "/robots.txt":
            return frame(Resource(media_type="text/plain; charset=utf-8", body=ROBOTS), request)
        match = ADDRESS.fullmatch(request.target.partition("?")[0])
        if match is None or int(match[1]) >= self.count:
            return frame(error(404), request)
        etag = f'"tide-{match[1]}"'
        return frame(Resource(body=self.page(int(match[1])), etag=etag, last_modified=PUBLISHED), request)


def title_of(number: int) -> str:
    """Return the title of one brief."""
    return f"Tide Table {number}: What the Night Watch Saw"


def paragraphs(number: int) -> tuple[str, ...]:
    """Return the body of one brief."""
    dice = random.Random(number)  # noqa: S311 - the same text each time is the point
    return tuple(f"Entry {number}.{place}. {paragraph(dice)}" for place in range(PARAGRAPHS))


def paragraph(dice: random.Random) -> str:
    """Return four sentences."""
    sentences = dice.choices(SENTENCES, k=4)
    return " ".join(
        each.format(a=dice.randrange(900), b=dice.randrange(90), c=dice.randrange(90)) for each in sentences
    )


def prototype() -> bytes:
    """Return the page that all share, with holes."""
    article = Article(
        slug="tide-table-7700000",
        kind="brief",
        layout="newspack",
        title=title_of(7700000),
        byline="Harbour Investigative Unit",
        authors=("Harbour Investigative Unit",),
        published=PUBLISHED.isoformat(),
        tags=("Fuel Smuggling", "Saltmarrow Isles"),
        body="HOLE-FIRST\n\nHOLE-REST",
        related=tuple(Card(to=f"/news/brief/tide-table-770000{place}/") for place in (1, 2, 3)),
    )
    return page_html(article, Surroundings(articles={}, address=lambda path: urljoin(HOME, path)))
