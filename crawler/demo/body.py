"""The notation of an article's body, and its blocks.

Blocks are parted by empty lines: `## heading`, `> quote`, `* item` lines, `SEE ALSO: [title](target)`,
`!file NAME` (an image's file name left behind as a paragraph), `!figure NAME | caption`, `!embed ADDRESS`;
anything else is a paragraph. Inside: `[words](target)` and `**strong words**`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

SEE_ALSO = ("SEE ALSO:", "VEA TAMBIÉN:")
MARKS = {"## ": "heading", "> ": "quote", "* ": "list", "!file ": "file name", "!figure ": "figure", "!embed ": "embed"}
BODY_TYPES = frozenset({"paragraph", "heading", "quote", "list"})
"""Types that are body; the others stand among them and are not."""

LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
STRONG = re.compile(r"\*\*([^*]+)\*\*")


@dataclass(frozen=True, slots=True)
class Block:
    """One block as declared."""

    type: str
    source: str
    """In the notation, without the mark; the items of a list are parted by a line break."""

    @property
    def text(self) -> str:
        """Return the words a reader sees."""
        return STRONG.sub(r"\1", LINK.sub(r"\1", self.source))

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Return target and words of each link."""
        return tuple((target, words) for words, target in LINK.findall(self.source))

    def html(self, address: Callable[[str], str]) -> str:
        """Return the inline HTML, each link's target passed through `address`."""
        return inline_html(self.source, address)

    def items(self) -> tuple[Block, ...]:
        """Return the items of a list."""
        return tuple(Block("item", line) for line in self.source.split("\n"))


def inline_html(source: str, address: Callable[[str], str]) -> str:
    """Return HTML for one run of the notation."""

    def anchor(match: re.Match[str]) -> str:
        words, target = match.groups()
        return f'<a href="{escape(address(target))}" target="_blank" rel="noopener">{words}</a>'

    return STRONG.sub(r"<strong>\1</strong>", LINK.sub(anchor, escape(source, quote=False)))


def read_block(source: str) -> Block:
    """Read one block."""
    if source.startswith(SEE_ALSO):
        return Block("see also", source)
    for mark, kind in MARKS.items():
        if source.startswith(mark):
            separator = "\n" if kind == "list" else " "
            return Block(kind, separator.join(line.removeprefix(mark) for line in source.split("\n")))
    return Block("paragraph", source.replace("\n", " "))


def read_body(source: str) -> tuple[Block, ...]:
    """Read a whole body."""
    return tuple(read_block(block.strip()) for block in source.strip().split("\n\n"))
