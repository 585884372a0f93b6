"""The body of an article: which blocks of a page belong to it, and what the others are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.extract.blocks import RawBlock, RawLink
from crawler.extract.text import fold
from crawler.sites import Site

_SHORT = 420
"""No line of boilerplate but the licence is longer."""
_CAPTION = 150
"""Captions of this field are shorter, standfirsts longer."""
_ENDS_SENTENCE = re.compile(r".*[.!?…:;][\"'”’»)\]]*", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class Body:
    """What became of each block."""

    blocks: list[RawBlock] = field(default_factory=list)
    see_also: list[RawLink] = field(default_factory=list)
    licence: list[RawBlock] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """Why each other block was left out, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a page before its body is read, folded for comparing."""

    title: str
    description: str
    caption_first: bool


def read_body(raw_blocks: Sequence[RawBlock], site: Site, known: Known) -> Body:
    """Sort the blocks of the content into body, cross references, licence, captions and boilerplate."""
    body = Body()
    pending = False
    for number, block in enumerate(raw_blocks):
        following = raw_blocks[number + 1].text if number + 1 < len(raw_blocks) else ""
        if site.see_also.match(block.text):
            body.see_also.extend(block.links)
            body.left_out.append("see also")
            pending = not block.links
        elif pending and block.linked > 0.6:
            body.see_also.extend(block.links)
            pending = False
        else:
            pending = False
            _place(body, block, following, (site, known))
    return body


def _place(body: Body, block: RawBlock, following: str, context: tuple[Site, Known]) -> None:
    site, known = context
    block = _without_items(block, site)
    reason = _reason_to_leave_out(block, site, known)
    first = not body.blocks and not body.captions
    if reason is None and (_is_inner_caption(block) or (first and _is_caption(block, following, site, known))):
        reason = "caption"
        body.captions += [block.text] if first else []
    if reason == "licence":
        body.licence.append(block)
    if reason:
        body.left_out.append(reason)
    else:
        body.blocks.append(block)


def _reason_to_leave_out(block: RawBlock, site: Site, known: Known) -> str | None:
    if site.licence and site.licence.match(block.text):
        return "licence"
    if len(block.text) > _SHORT:
        return None
    if fold(block.text).casefold() == known.title:
        return "title"
    return boilerplate_name(block.text, site)


def boilerplate_name(text: str, site: Site) -> str | None:
    """Return which rule of boilerplate the whole text is, if any."""
    if not _screen(site).fullmatch(text):
        return None
    return next((name for name, pattern in site.boilerplate if pattern.fullmatch(text)), None)


@lru_cache(maxsize=16)
def _screen(site: Site) -> re.Pattern[str]:
    """Match whatever one of the rules may match, in one go: nearly all blocks are none."""
    patterns = (f"(?:{pattern.pattern})" for _, pattern in site.boilerplate)
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE | re.DOTALL)


def _without_items(block: RawBlock, site: Site) -> RawBlock:
    """Drop the items of a list that are boilerplate: a share bar leaves nothing."""
    if block.type != "list":
        return block
    items = [item for item in block.text.split("\n") if not boilerplate_name(item, site)]
    if len(items) in (0, block.text.count("\n") + 1):
        return block if items else RawBlock(position=block.position, type="list", tag=block.tag, text="share")
    return RawBlock(position=block.position, type="list", tag=block.tag, text="\n".join(items), links=block.links)


def _is_caption(block: RawBlock, following: str, site: Site, known: Known) -> bool:
    """Tell a caption printed as first block: below a picture or above a share line, it is no sentence.

    Where a layout prints captions there, one may be a sentence; a standfirst is longer, or the page's description.
    """
    if block.type != "paragraph" or len(block.text) > _CAPTION or not following:
        return False
    start = fold(block.text).casefold()[:60]
    if start and known.description.startswith(start):
        return False
    above_share = boilerplate_name(following, site) == "share"
    if known.caption_first and above_share:
        return True
    return (above_share or block.after_image) and not _ENDS_SENTENCE.fullmatch(block.text)


def _is_inner_caption(block: RawBlock) -> bool:
    """Tell a caption that shares its paragraph with the picture."""
    return block.with_image and len(block.text) <= _CAPTION and not _ENDS_SENTENCE.fullmatch(block.text)


def block_type(block: RawBlock, site: Site) -> str:
    """Return the type of a body's block; a bold analysis heading is a heading."""
    if block.type == "paragraph" and block.text.rstrip(":").casefold() in site.analysis:
        return "heading"
    return block.type
