"""What a correct crawl of the demo site makes, told from the declarations alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.demo.addresses import APEX, SPANISH, declared_addresses, moved_host
from crawler.demo.article import Article
from crawler.demo.body import BODY_TYPES, Block, read_body
from crawler.demo.page import printed_byline, standfirst
from crawler.demo.resource import Resource
from crawler.demo.site import DemoSite
from crawler.demo.words import WORDS

TAG_PAGES = ("/tag/", "/es/etiqueta/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One line of briefs.jsonl, as far as the declarations tell."""

    slug: str
    layout: str
    url: str
    kind: str
    language: str
    """BCP 47, as the page says: `en-US`, `es-ES`."""
    title: str
    standfirst: str
    byline: str
    authors: tuple[str, ...]
    published: str
    published_precision: str
    modified: str | None
    tags: tuple[str, ...]
    countries: tuple[str, ...]
    body: tuple[tuple[str, str], ...]
    """Type and text of each block."""
    see_also: tuple[str, ...]
    related: tuple[str, ...]
    """Canonical by rule alone; a card that leads to a tag page is a tag's link, not a related one."""
    translations: tuple[tuple[str, str], ...]
    """Language and address, the page's own left out."""
    aliases: tuple[str, ...]
    """All that the whole crawl learns; the line has those known when it was written."""

    @property
    def text(self) -> str:
        """Return the body's text, blocks parted by an empty line."""
        return "\n\n".join(text for _, text in self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of an address that is no brief's own."""

    url: str
    state: str
    """`redirected`, `loop`, `alias` (200, a known work), `gone`, `failed`, `refused`, `rejected`, `out of scope`."""
    reason: str
    """The status, the rule that refused it, or the address it leads to."""


def expected_briefs(site: DemoSite | None = None, *, translations: bool = False) -> tuple[Expected, ...]:
    """Return the briefs that related links and redirects reach from the seed, in the order of their addresses."""
    walk = Walk(site or DemoSite(), follow_translations=translations)
    briefs = (expect(article, walk) for article in walk.articles.values() if article.twin_of is None)
    return tuple(sorted(briefs, key=lambda brief: brief.url))


def expected_outcomes(site: DemoSite | None = None, *, translations: bool = False) -> tuple[Outcome, ...]:
    """Return what becomes of every other address that the crawl sees."""
    walk = Walk(site or DemoSite(), follow_translations=translations)
    return tuple(sorted(walk.outcomes.values(), key=lambda outcome: outcome.url))


@dataclass(slots=True)
class Walk:
    """A walk over the site as a crawler takes it: breadth first, each address once."""

    site: DemoSite
    follow_translations: bool
    articles: dict[str, Article] = field(default_factory=dict)
    """Canonical address -> article, in the order met."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        waiting = deque([self.site.seed])
        seen = {self.site.seed}
        while waiting:
            for url in self.visit(waiting.popleft()):
                if url not in seen:
                    seen.add(url)
                    waiting.append(url)
        self.mark_loops()

    def visit(self, url: str) -> Iterator[str]:
        """Note what the address is and yield the addresses it leads to."""
        parts = urlsplit(url)
        if (rule := refusal(url)) is not None:
            self.note(url, *rule)
        elif parts.hostname == SPANISH:
            yield from self.follow(url, str(moved_host(True, SPANISH, parts.path)))
        else:
            yield from self.open(url, self.site.resource(parts.path))

    def open(self, url: str, resource: Resource) -> Iterator[str]:
        """Note what the answer makes of the address and yield the addresses it leads to."""
        if resource.status == 301:
            yield from self.follow(url, dict(resource.fields)["Location"])
        elif resource.status != 200:
            self.note(url, "failed" if resource.status >= 500 else "gone", str(resource.status))
        elif (article := self.site.article_at(urlsplit(url).path)) is not None:
            yield from self.read(url, article)
        else:
            self.note(url, "rejected", "listing")

    def read(self, url: str, article: Article) -> Iterator[str]:
        """Note an article, or another address of one, and yield its links."""
        if url == article.url:
            self.articles[url] = article
        if url != article.url:
            self.note(url, "alias", article.url)
        elif article.twin_of is not None:
            self.note(url, "alias", self.site.address(article.twin_of))
        yield from (self.site.address(card.to) for card in article.related)
        if article.translation and self.follow_translations:
            yield self.site.address(article.translation)

    def follow(self, url: str, to: str) -> Iterator[str]:
        """Note a redirect and yield its target."""
        self.redirects[url] = to
        self.note(url, "redirected", to)
        yield to

    def note(self, url: str, state: str, reason: str) -> None:
        """Note an outcome."""
        self.outcomes[url] = Outcome(url=url, state=state, reason=reason)

    def mark_loops(self) -> None:
        """Tell the redirects that lead back to themselves."""
        for url, to in self.redirects.items():
            if self.end_of(url) is None:
                self.note(url, "loop", to)

    def end_of(self, url: str) -> str | None:
        """Return where a chain of redirects ends; None where it never does."""
        passed = set()
        while url in self.redirects:
            if url in passed:
                return None
            passed.add(url)
            url = self.redirects[url]
        return url

    def aliases_of(self, article: Article) -> tuple[str, ...]:
        """Return the other addresses under which the walk met that article."""
        redirected = (url for url in self.redirects if self.end_of(url) == article.url)
        repeated = (url for url, outcome in self.outcomes.items() if outcome.state == "alias")
        return tuple(sorted({*redirected, *(url for url in repeated if self.outcomes[url].reason == article.url)}))


def refusal(url: str) -> tuple[str, str] | None:
    """Return state and rule for an address that is never asked."""
    parts = urlsplit(url)
    if parts.hostname not in (APEX, SPANISH):
        return "out of scope", "other host"
    if parts.path.startswith(TAG_PAGES):
        return "out of scope", "tag page"
    if parts.path.endswith(".pdf"):
        return "out of scope", "media file"
    if parts.path.startswith(declared_addresses().disallowed):
        return "refused", "robots"
    return None


def expect(article: Article, walk: Walk) -> Expected:
    """Return what is to be read from that article's page."""
    blocks = read_body(article.body)
    return Expected(
        slug=article.slug,
        layout=article.layout,
        url=article.url,
        kind=article.kind,
        language=WORDS[article.language]["locale"].replace("_", "-"),
        title=article.title,
        standfirst=standfirst(article),
        byline=printed_byline(article).strip(),
        authors=article.authors,
        published=article.published,
        published_precision="second" if "T" in article.published else "day",
        modified=article.modified,
        tags=tuple(dict.fromkeys(article.tags)),
        countries=article.countries,
        body=tuple((block.type, block.text) for block in blocks if block.type in BODY_TYPES),
        see_also=tuple(walk.site.address(target) for target in see_also_targets(blocks)),
        related=tuple(walk.site.address(card.to) for card in article.related if not card.to.startswith(TAG_PAGES)),
        translations=translations_of(article, walk.site),
        aliases=walk.aliases_of(article),
    )


def see_also_targets(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield the targets of the SEE ALSO lines."""
    for block in blocks:
        if block.type == "see also":
            yield from (target for target, _ in block.links)


def translations_of(article: Article, site: DemoSite) -> tuple[tuple[str, str], ...]:
    """Return language and address of the article's translation."""
    if article.translation is None:
        return ()
    other = "es" if article.language == "en" else "en"
    return ((other, site.address(article.translation)),)
