"""Turn a captured page into a brief, or say why it is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from crawler.extract.address import read_addresses
from crawler.extract.blocks import RawLink
from crawler.extract.body import Body, Known, block_type, read_body
from crawler.extract.content import Content, find_named_content, find_unnamed_content
from crawler.extract.countries import find_countries
from crawler.extract.images import read_images
from crawler.extract.layouts import choose_layout
from crawler.extract.links import find_related
from crawler.extract.page import Page, parse
from crawler.extract.readers import (
    read_authors,
    read_byline,
    read_date,
    read_kind,
    read_language,
    read_printed_date,
    read_standfirst,
    read_tags,
    read_title,
    read_translations,
)
from crawler.extract.rights import read_rights
from crawler.extract.rules import Source
from crawler.extract.text import clean, content_digest, fold, simhash
from crawler.items import Block, Brief, Evidence, Link, Rejection
from crawler.sites import Site

T = TypeVar("T")
_LISTINGS = frozenset({"listing", "tag page"})
_SHORTEST = 40
_TEASERS = 3


@dataclass(slots=True)
class _Fields:
    """Fields read so far, and the evidence for each."""

    evidence: dict[str, Evidence] = field(default_factory=dict)

    def take(self, name: str, found: tuple[T, Evidence] | None) -> T | None:
        """Return what was found, and keep its evidence."""
        if found is None:
            return None
        self.evidence[name] = found[1]
        return found[0]

    def note(self, name: str, rule: str, value: T, raw: Sequence[str]) -> T:
        """Return the value, with evidence for it when anything was read."""
        if raw and value:
            self.evidence[name] = Evidence(rule=rule, raw=tuple(raw))
        return value


def extract(  # noqa: PLR0913 - the circumstances of a capture, each its own
    html: bytes | Page,
    *,
    url: str,
    captured_at: datetime,
    site: Site,
    content_type: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> Brief | Rejection:
    """Return the brief that a page holds, or the reason why it holds none; it never raises on any page.

    Nothing but the arguments is asked: the same bytes give the same brief, live and in a rebuild.
    """
    page = html if isinstance(html, Page) else parse(html, url=url, content_type=content_type)
    address, aliases, evidence = read_addresses(page, url, site)
    source = Source(page, site, choose_layout(page, site, captured_at), address)
    refused = _refusal(source)
    if refused:
        return _reject(source, url, *refused)
    fields = _Fields({"url": evidence})
    title = fields.take("title", read_title(source))
    if title is None:
        return _reject(source, url, "no title", None)
    content, body = read_content(source, title)
    if not any(block.type in ("paragraph", "quote") and len(block.text) >= _SHORTEST for block in body.blocks):
        return _reject(source, url, "no body", f"{len(body.blocks)} blocks {content.rule}")
    if _are_teasers(body):
        return _reject(source, url, "listing", "most paragraphs are cut off")
    brief = replace(_begin(source, url, title), aliases=aliases, evidence=fields.evidence)
    brief = _with_text(_with_heading(brief, source), source, content, body)
    return _with_surroundings(brief, source, headers)


def _begin(source: Source, url: str, title: str) -> Brief:
    """Return a brief that says no more than which page it is of."""
    site = source.site
    return Brief(
        url=source.url,
        captured_url=url,
        site=site.name,
        kind=next(iter(sorted(site.vague_kinds)), "article"),
        language=site.language,
        title=title,
        extractor=f"{site.name}/{source.layout.name}@{source.layout.version}",
    )


def _refusal(source: Source) -> tuple[str, str | None] | None:
    """Return the reason why a page is no article, told before its text is read."""
    if source.page.problem:
        return source.page.problem, None
    verdict = source.site.scope.judge(source.url)
    if not verdict.in_scope:
        return ("listing" if verdict.rule in _LISTINGS else "not an article"), verdict.rule
    if source.page.tree.select_any(source.site.listing_markers):
        return "listing", "the page is marked as one"
    if source.page.tree.select_any(source.site.error_markers):
        return "not an article", "the page is marked as an error"
    return None


def _are_teasers(body: Body) -> bool:
    """Tell a listing at an article's address: its paragraphs end with `…`."""
    paragraphs = [block.text for block in body.blocks if block.type == "paragraph"]
    cut = sum(text.rstrip(" ]").endswith(("…", "...")) for text in paragraphs)
    return cut >= _TEASERS and cut * 2 > len(paragraphs)


def _reject(source: Source, url: str, reason: str, detail: str | None) -> Rejection:
    return Rejection(url=source.url, captured_url=url, site=source.site.name, reason=reason, detail=detail)


def read_content(source: Source, title: str) -> tuple[Content, Body]:
    """Return the part of a page that its article is in, and what became of each block of it."""
    page, site = source.page, source.site
    descriptions = [*page.metas.get("og:description", []), *page.metas.get("description", [])]
    known = Known(
        title=fold(title).casefold(),
        description=fold(" ".join(descriptions[:1])).casefold(),
        caption_first=source.layout.caption_first,
    )
    content = find_named_content(page, site, source.layout)
    content = content or find_unnamed_content(page, source.blocks, source.masthead)
    return content, read_body(content.blocks, site, known)


def _with_text(brief: Brief, source: Source, content: Content, body: Body) -> Brief:
    """Add what the content says: blocks, text, standfirst, links, pictures, licence, digests."""
    fields = _Fields(brief.evidence)
    blocks = tuple(Block(type=block_type(block, source.site), text=block.text) for block in body.blocks)
    text = "\n\n".join(block.text for block in blocks)
    left_out = ", ".join(dict.fromkeys(body.left_out)) or "nothing"
    fields.evidence["body"] = Evidence(rule=content.rule, raw=f"{len(blocks)} blocks; left out: {left_out}")
    images = read_images(source.page, content.span, source.site.scope, body.captions)
    return replace(
        brief,
        standfirst=fields.take("standfirst", read_standfirst(source)) or _first_paragraph(fields, blocks),
        body=blocks,
        text=text,
        links=_links(fields, "links", [link for block in body.blocks for link in block.links], source),
        see_also=_links(fields, "see_also", body.see_also, source),
        images=fields.note("images", "pictures of the content and og:image", images, [image.url for image in images]),
        licence=_licence(fields, source, body),
        content_digest=content_digest(brief.title, text),
        simhash=simhash(text),
    )


def _with_heading(brief: Brief, source: Source) -> Brief:
    """Add what is said above the text and to machines: names, dates, tags, kind, language."""
    fields = _Fields(brief.evidence)
    published = fields.take("published", read_date(source, "published"))
    modified = fields.take("modified", read_date(source, "modified"))
    tags = fields.take("tags", read_tags(source)) or ()
    countries = find_countries(tags, brief.title)
    raw = str(brief.evidence["published"].raw) if published else ""
    return replace(
        brief,
        kind=fields.take("kind", read_kind(source)) or brief.kind,
        language=fields.take("language", read_language(source)) or brief.language,
        byline=fields.take("byline", read_byline(source)),
        authors=fields.take("authors", read_authors(source)) or (),
        published=published.iso if published else None,
        published_raw=read_printed_date(source, published, raw) if published else None,
        published_precision=published.precision if published else None,
        modified=modified.iso if modified else None,
        tags=tags,
        countries=fields.note("countries", "names in tags and title", countries, (*tags, brief.title)),
    )


def _with_surroundings(brief: Brief, source: Source, headers: Sequence[tuple[str, str]]) -> Brief:
    """Add what stands around the article: related cards, translations, rights."""
    fields = _Fields(brief.evidence)
    translations = read_translations(source)
    rights = read_rights(source.page, headers)
    signals = [f"{name}: {signal}" for name, signal in asdict(rights).items() if signal]
    return replace(
        brief,
        related=_related(fields, source),
        translations=fields.note("translations", "hreflang", translations, [found.url for found in translations]),
        rights=fields.note("rights", "meta elements and headers", rights, signals),
    )


def _first_paragraph(fields: _Fields, blocks: Sequence[Block]) -> str | None:
    """Return the body's first block, where it is a paragraph: these sites print the standfirst there."""
    if not blocks or blocks[0].type != "paragraph":
        return None
    fields.evidence["standfirst"] = Evidence(rule="first paragraph", raw=blocks[0].text)
    return blocks[0].text


def _links(fields: _Fields, name: str, found: Sequence[RawLink], source: Source) -> tuple[Link, ...]:
    scope, page = source.site.scope, source.page
    resolved = [(scope.canonical(page.resolve(link.href) or ""), link) for link in found]
    links = tuple(dict.fromkeys(Link(url=url, title=link.text) for url, link in resolved if url))
    return fields.note(name, "links of the content", links, [link.href for link in found])


def _related(fields: _Fields, source: Source) -> tuple[Link, ...]:
    scope = source.site.scope
    cards = find_related(source.page, source.site)
    named = [(scope.canonical(card.url), card.title) for card in cards]
    links = tuple(Link(url=url, title=title) for url, title in named if url and url != source.url)
    return fields.note("related", "related cards", links, [card.url for card in cards])


def _licence(fields: _Fields, source: Source, body: Body) -> str | None:
    """Return the licence paragraph, in the content or below it, else what machines are told."""
    below = (text for text in _paragraphs(source.page) if source.site.licence and source.site.licence.match(text))
    text = body.licence[0].text if body.licence else next(below, None)
    if text is not None:
        fields.evidence["licence"] = Evidence(rule="licence paragraph", raw=text)
        return text
    return fields.take("licence", source.first("licence", lambda texts: texts[0]))


def _paragraphs(page: Page) -> Iterator[str]:
    return (clean(page.tree.text(position)) for position in page.tree.tagged("p"))
