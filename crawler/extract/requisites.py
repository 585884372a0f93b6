"""What a page needs to look right: style sheets, pictures, icons, fonts, and scripts by choice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urldefrag

from lxml import etree
from w3lib.url import safe_url_string

from crawler.extract.page import Page
from crawler.extract.styles import find_in_style_attribute, find_in_style_element, find_in_stylesheet
from crawler.scope import split_address

_LONGEST = 8000
_LINKED = frozenset({"stylesheet", "icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"})
_PRELOADED = frozenset({"style", "font", "image"})
_ADDRESSES = {
    "img": ("src", "data-src", "data-lazy-src", "data-original"),
    "input": ("src",),
    "video": ("poster", "data-poster"),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "body": ("background",),
    "table": ("background",),
    "td": ("background",),
    "th": ("background",),
}
"""Tag -> attributes that hold one address; `data-…` ones are those that lazily loading pages keep it in."""
_CANDIDATES = ("srcset", "data-srcset", "data-lazy-srcset")
_PICTURES = ("img", "source")
_SCRIPTS = frozenset({"", "module", "text/javascript", "application/javascript", "application/x-javascript"})

# HTML 4.8.4.2.1: an address ends at white space; commas behind it end the candidate.
_ADDRESS = re.compile(r"[\s,]*([^\s,]\S*)")
_DESCRIPTORS = re.compile(r"(?:[^,(]|\([^)]*\)?)*")


def find_requisites(page: Page, *, scripts: bool = False) -> list[str]:
    """Return the addresses of what a page needs to look right, style sheets first, each once.

    They are as a browser would ask for them: http or https, resolved by the page's base, without fragment, its query
    left alone. What cannot be asked for (data:, blob:, malformed, over 8,000 characters) is left out.
    """
    found = [*_linked(page, scripts=scripts), *_in_styles(page), *_in_elements(page)]
    if scripts:
        found += _scripts(page)
    resolved = (_resolved(page.base, reference, page.encoding) for reference in found)
    return list(dict.fromkeys(address for address in resolved if address and address != urldefrag(page.url).url))


def find_style_requisites(sheet: bytes, *, url: str, charset: str | None = None) -> list[str]:
    """Return the addresses of what a style sheet needs, as `find_requisites` does; imports first."""
    resolved = (_resolved(url, reference) for reference in find_in_stylesheet(sheet, charset))
    return list(dict.fromkeys(address for address in resolved if address and address != url))


def as_asked(address: str) -> str | None:
    """Return an absolute address as a requisite is asked under it; None when it cannot be asked for."""
    return _resolved(address, address)


def parse_srcset(text: str) -> Iterator[str]:
    """Yield the address of each candidate of a srcset attribute."""
    at = 0
    while found := _ADDRESS.match(text, at):
        address = found[1].rstrip(",")
        yield address
        descriptors = _DESCRIPTORS.match(text, found.end()) if address == found[1] else None
        at = descriptors.end() if descriptors else found.end()


def _resolved(base: str, reference: str, encoding: str = "utf-8") -> str | None:
    if not reference.strip() or reference.strip().startswith("#"):
        return None
    # URL 4.4: in http addresses a backslash before the query is a slash.
    path, mark, rest = reference.partition("?")
    try:
        address = urldefrag(Page.resolve_from(base, path.replace("\\", "/") + mark + rest) or "").url
        if len(address) > _LONGEST or not address[:8].lower().startswith(("http://", "https://")):
            return None
        # As Scrapy does, so that what is known, asked and stored is one address.
        asked = safe_url_string(address, encoding=encoding)
    except (ValueError, LookupError):
        return None
    return asked if split_address(asked) is not None else None


def _elements(page: Page, *tags: str) -> list[etree._Element]:
    return [page.tree.elements[position] for position in page.tree.tagged(*tags)]


def _linked(page: Page, *, scripts: bool) -> Iterator[str]:
    """Yield what link elements name, style sheets first."""
    linked = [(_words(element, "rel"), element) for element in _elements(page, "link")]
    for relations, element in sorted(linked, key=lambda pair: "stylesheet" not in pair[0]):
        if relations & _LINKED or ("preload" in relations and _words(element, "as") & _PRELOADED):
            yield element.get("href") or ""
            yield from parse_srcset(element.get("imagesrcset") or "")
        elif scripts and ("modulepreload" in relations or {"preload", "script"} <= relations | _words(element, "as")):
            yield element.get("href") or ""


def _words(element: etree._Element, attribute: str) -> frozenset[str]:
    return frozenset((element.get(attribute) or "").lower().split())


def _in_styles(page: Page) -> Iterator[str]:
    for element in _elements(page, "style"):
        yield from find_in_style_element(element.text or "")
    for element in page.tree.elements:
        style = element.get("style")
        if style:
            yield from find_in_style_attribute(style)


def _in_elements(page: Page) -> Iterator[str]:
    for tag, attributes in _ADDRESSES.items():
        for element in _elements(page, tag):
            yield from (element.get(attribute) or "" for attribute in attributes)
    for element in _elements(page, *_PICTURES):
        for attribute in _CANDIDATES:
            yield from parse_srcset(element.get(attribute) or "")


def _scripts(page: Page) -> Iterator[str]:
    for element in _elements(page, "script"):
        if (element.get("type") or "").strip().lower() in _SCRIPTS:
            yield element.get("src") or ""
