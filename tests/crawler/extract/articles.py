"""The eight real articles: their text nodes put back together into the paragraphs that were on the page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape

from tests.material import REAL, SHARED

INSIGHTCRIME = REAL / "insightcrime"
SEED = SHARED / "seed" / "brief-page.txt"

_CLOSED = re.compile(r".*[.!?][”\"’)]*$", re.DOTALL)
_TWEET = "pic.twitter.com/"
_LICENCE = "We encourage readers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A block as it stood: its kind and the text nodes in it, every second one a link."""

    type: str
    nodes: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the words, spaced as a reader sees them."""
        return " ".join("".join(words for words, _ in self.spaced()).split())

    def spaced(self) -> list[tuple[str, bool]]:
        """Return the nodes with the spaces between them, and whether each is a link."""
        spaced: list[tuple[str, bool]] = []
        for number, node in enumerate(self.nodes):
            before = self.nodes[number - 1] if number else ""
            glued = not before or node[0] in ".,;:)’”" or before[-1] in "(“" or re.fullmatch("[B-HJ-Z]", before)
            spaced += [] if glued else [(" ", False)]
            spaced.append((node, number % 2 == 1))
        return spaced

    def html(self) -> str:
        """Return the inline HTML."""
        return "".join(
            f'<a href="https://elsewhere.example/{len(words)}">{escape(words)}</a>' if link else escape(words)
            for words, link in self.spaced()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RealArticle:
    """What a page held, and what a brief of it must say."""

    url: str
    title: str
    authors: tuple[str, ...]
    author_line: str
    date: str
    tags: tuple[str, ...]
    kind: str
    caption: str
    pieces: tuple[Piece, ...]

    @property
    def body(self) -> list[tuple[str, str]]:
        """Return type and text of the blocks that are the article."""
        return [(piece.type, piece.text) for piece in self.pieces if piece.type in ("paragraph", "heading", "quote")]


def real_articles() -> list[RealArticle]:
    """Return the articles, or none where the material is absent."""
    path = INSIGHTCRIME / "articles_2020.jsonl"
    return [_article(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def _article(record: dict[str, str]) -> RealArticle:
    lines = [line.strip() for line in record["content"].split("\n") if line.strip()]
    end = next(number for number, line in enumerate(lines) if line == "SHARE" and number > 1)
    return RealArticle(
        url=record["url"],
        title=record["title"],
        authors=tuple(re.split(r", | and ", record["author"].strip())),
        author_line=record["author"],
        date=record["date"],
        tags=tuple(record["tags"].split(",")),
        kind=record["type"].lower(),
        caption=lines[0],
        pieces=tuple(_pieces(lines[2:end])),
    )


def _pieces(lines: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    open_nodes: list[str] = []
    for line in lines:
        last = pieces[-1] if pieces else None
        if last and last.type == "see also" and not last.nodes:
            pieces[-1] = Piece(type="see also", nodes=(line,))
        elif "courtesy of" in line:
            pieces += _closed(open_nodes)
            pieces.append(Piece(type="caption", nodes=(line,)))
        elif line in ("SEE ALSO:", "InSight Crime Analysis"):
            pieces += _closed(open_nodes)
            see_also = line == "SEE ALSO:"
            pieces.append(Piece(type="see also" if see_also else "heading", nodes=() if see_also else (line,)))
        elif open_nodes and _CLOSED.match(open_nodes[-1]) and line[0] not in ".,;:)":
            pieces += _closed(open_nodes)
            open_nodes.append(line)
        else:
            open_nodes.append(line)
    return pieces + _closed(open_nodes)


def _closed(nodes: list[str]) -> list[Piece]:
    """Return the paragraph that was open, as one piece, and forget it."""
    type_ = "quote" if nodes and nodes[0].startswith(_TWEET) else "paragraph"
    pieces = [Piece(type=type_, nodes=tuple(nodes))] if nodes else []
    nodes.clear()
    return pieces
