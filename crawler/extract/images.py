"""The pictures of an article, with captions and credits as printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.extract.page import Page
from crawler.extract.text import clean
from crawler.extract.tree import Span
from crawler.items import Image
from crawler.scope import Scope

_SOURCES = ("data-orig-file", "data-src", "data-lazy-src", "src")
_FURNITURE = re.compile(r"avatar|emoji|wp-smiley|icon|logo|pixel|spinner", re.IGNORECASE)
_CREDIT = re.compile(
    r"\(?\s*(?:photo(?:graph)?|image|picture|credit|foto(?:grafía)?|imagen|crédito|source|fuente)s?"
    r"(?: credit| by| courtesy)?"
    r"\s*(?::|by|courtesy of|de|por)\s*(?P<credit>[^()]{2,120}?)\)?\.?$",
    re.IGNORECASE,
)
_CAPTION_SELECTORS = ("figcaption", ".wp-caption-text")
_CREDIT_SELECTORS = (".image-credit", ".credit", ".photo-credit", ".media-credit")
_SIZE = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w+$)|[?].*$|-scaled(?=\.\w+$)")
_FEATURED = (".td-post-featured-image", ".post-thumbnail", ".featured-image", ".wp-post-image")
_MOST = 60


def read_images(page: Page, content: Span, scope: Scope, captions: Sequence[str]) -> tuple[Image, ...]:
    """Return the featured picture and those of the content; a caption printed as paragraph goes to the first."""
    stretches = [page.tree.span(position) for position in page.tree.select_any(_FEATURED)[:3]]
    found = [image for span in (*stretches, content) for image in _in_stretch(page, span, scope)]
    featured = [_featured(page, scope, url) for url in page.metas.get("og:image", [])[:1]]
    images = _without_repeats([*found, *(image for image in featured if image)])
    if captions and images and not images[0].caption:
        images[0] = _captioned(images[0], captions[0])
    return tuple(images)


def _in_stretch(page: Page, span: Span, scope: Scope) -> Iterator[Image]:
    for position in islice(page.tree.within("img", span), _MOST):
        element = page.tree.elements[position]
        url = picture_address(page, position, scope)
        if url and not _FURNITURE.search(element.get("class") or ""):
            caption, credit = _caption_of(page, position)
            yield Image(url=url, caption=caption, credit=credit, alt=clean(element.get("alt") or "") or None)


def picture_address(page: Page, position: int, scope: Scope) -> str | None:
    """Return the canonical address of the picture that an element shows."""
    element = page.tree.elements[position]
    values = (element.get(name) or "" for name in _SOURCES)
    source = next((value for value in values if value and not value.startswith("data:")), "")
    return scope.canonical(page.resolve(source) or "") if source else None


def _caption_of(page: Page, image: int) -> tuple[str | None, str | None]:
    """Return the caption and the credit of the figure around a picture."""
    for ancestor in islice(page.tree.ancestors(image), 4):
        element = page.tree.elements[ancestor]
        if page.tree.tags[ancestor] == "figure" or "wp-caption" in (element.get("class") or ""):
            span = page.tree.span(ancestor)
            caption = _first_text(page, span, _CAPTION_SELECTORS)
            credit = _first_text(page, span, _CREDIT_SELECTORS)
            return _parted(caption, credit)
    return None, None


def _first_text(page: Page, span: Span, selectors: tuple[str, ...]) -> str | None:
    places = (place for selector in selectors for place in page.tree.select(selector) if place in span)
    return next((text for place in places if (text := clean(page.tree.text(place)))), None)


def _parted(caption: str | None, credit: str | None) -> tuple[str | None, str | None]:
    """Part a credit from the caption it is printed in."""
    if caption and credit:
        caption = clean(caption.replace(credit, "")) or None
    elif caption and (match := _CREDIT.search(caption)):
        caption, credit = caption[: match.start()].strip(" -–—|.") or None, match["credit"]
    credit = re.sub(r"^(?:credit|crédito|photo|foto)s?\s*:\s*", "", credit or "", flags=re.IGNORECASE)
    return caption, credit or None


def _featured(page: Page, scope: Scope, url: str) -> Image | None:
    address = scope.canonical(page.resolve(url) or "")
    alt = next(iter(page.metas.get("og:image:alt", [])), None)
    return Image(url=address, alt=alt) if address else None


def _without_repeats(images: Sequence[Image]) -> list[Image]:
    """Keep the first of pictures that differ in their size only."""
    kept: dict[str, Image] = {}
    for image in images:
        kept.setdefault(_SIZE.sub("", image.url), image)
    return list(kept.values())


def _captioned(image: Image, text: str) -> Image:
    caption, credit = _parted(text, None)
    return Image(url=image.url, caption=caption, credit=credit, alt=image.alt)
