"""A captured page, decoded and parsed once for every reader of it."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import urljoin

from lxml import etree
from w3lib.encoding import html_to_unicode

from crawler.extract.json_ld import Node, read_nodes
from crawler.extract.text import clean
from crawler.extract.tree import Tree

_BINARY = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"{", b"[")
_MARKUP = re.compile(r"text/html|application/xhtml\+xml|text/plain|application/octet-stream", re.IGNORECASE)
_ELEMENT = re.compile(r"<[a-z!?/]", re.IGNORECASE)


class Page:
    """One page: its elements, its meta elements and its JSON-LD."""

    def __init__(self, tree: Tree | None, *, url: str, problem: str | None, encoding: str, source: str = "") -> None:
        self.tree = tree or Tree(etree.Element("html"))
        self.url = url
        self.problem = problem
        """Why there is nothing to read: `empty` or `not html`."""
        self.encoding = encoding
        self.source = source
        """The decoded markup, or whatever there is in its place."""

    @cached_property
    def base(self) -> str:
        """The address that relative ones are resolved against."""
        # HTML 4.2.3: the first base element that has a href counts.
        hrefs = (self.tree.elements[position].get("href") for position in self.tree.tagged("base"))
        declared = next((href for href in hrefs if href), None)
        return self.resolve_from(self.url, declared) or self.url if declared else self.url

    @cached_property
    def _origin(self) -> str:
        """Scheme and host of the base."""
        return "/".join(self.base.split("/", 3)[:3])

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Property or name of each meta element, in small letters -> its contents in order."""
        metas: dict[str, list[str]] = {}
        for position in self.tree.tagged("meta"):
            element = self.tree.elements[position]
            name = element.get("property") or element.get("name") or element.get("itemprop") or ""
            content = clean(element.get("content") or "")
            if name and content:
                metas.setdefault(name.strip().lower(), []).append(content)
        return metas

    @cached_property
    def nodes(self) -> list[Node]:
        """The objects of every JSON-LD script, each with its path."""
        scripts = (self.tree.elements[position] for position in self.tree.tagged("script"))
        return read_nodes([script.text or "" for script in scripts if "ld+json" in (script.get("type") or "").lower()])

    def resolve(self, reference: str) -> str | None:
        """Return the absolute address of a reference on this page; None when it is none."""
        if reference.startswith(("https://", "http://")):
            return reference.strip()
        if reference.startswith("/") and not reference.startswith("//"):
            return self._origin + reference.strip()
        return self.resolve_from(self.base, reference)

    @staticmethod
    def resolve_from(base: str, reference: str) -> str | None:
        """Return the reference as an absolute address; None when it cannot be one."""
        try:
            return urljoin(base, reference.strip())
        except ValueError:
            return None


def parse(body: bytes, *, url: str, content_type: str | None = None) -> Page:
    """Decode and parse the bytes of a page; whatever they are, a Page comes back."""
    encoding, text = decode_text(body, content_type)
    problem = _find_problem(body, text, content_type)
    tree = None if problem else _parse_text(text)
    if problem is None and tree is None:
        problem = "empty"
    return Page(tree, url=url, problem=problem, encoding=encoding, source=text)


def decode_text(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """Return the encoding of a page and its text, as it is parsed."""
    encoding, text = html_to_unicode(content_type, body, default_encoding="utf-8", auto_detect_fun=_guess_encoding)
    return encoding, text.replace("\x00", "")


def _guess_encoding(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _find_problem(body: bytes, text: str, content_type: str | None) -> str | None:
    if not body.strip():
        return "empty"
    if content_type and content_type.strip() and not _MARKUP.match(content_type.strip()):
        return "not html"
    if body.lstrip().startswith(_BINARY) or not _ELEMENT.search(text):
        return "not html"
    return None


def _parse_text(text: str) -> Tree | None:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None
    return None if root is None else Tree(root)
