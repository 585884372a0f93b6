"""What stands around every article: menus, style presets, promotion cards, share icons."""

from __future__ import annotations

from functools import cache

from crawler.demo.words import WORDS

TOPICS = (
    "Extortion", "Fuel Smuggling", "Cocaine", "Contraband", "Corruption", "Human Smuggling", "IUU Fishing",
    "Illegal Mining", "Environmental Crime", "Money Laundering", "Weapons", "Counterfeits", "Prisons", "Kidnapping",
)  # fmt: skip
PLACES = (
    "Saltmarrow Isles", "Port Verrin", "Calder Quay", "Tarn", "Brezal", "Lantern Reef", "Rope Walk", "Lighthouse Cay",
)  # fmt: skip
PROMOTED = "/news/brief/cruise-terminal-pickpocket-crews/"
"""Where promotion cards and sidebars point: an article that no related card names."""
PROMOTIONS = (
    (PROMOTED, "The Harbour Ledger Cited in Tide Report", "22 SEP 2023"),
    ("/the-organization/ledger-speaks-at-pilots-day/", "The Harbour Ledger Speaks at the Pilots' Day", "15 SEP 2023"),
    ("/the-organization/two-new-launches/", "Two New Launches for Our Reporters", "8 SEP 2023"),
)


def slug_of(words: str) -> str:
    """Return the words as they stand in an address."""
    return words.lower().replace(" ", "-")


def tag_link(tag: str, attributes: str = "") -> str:
    """Return a link to a tag's page."""
    return f'<a href="/tag/{slug_of(tag)}/"{attributes}>{tag}</a>'


@cache
def menu() -> str:
    """Return the site's menu: every place with every topic."""
    item = '<li class="menu-item menu-item-has-children">{}<ul class="sub-menu">{}</ul></li>'
    return "".join(item.format(tag_link(place), topics_of(place)) for place in PLACES)


def topics_of(place: str) -> str:
    """Return the topics' menu lines of one place."""
    return "".join(
        f'<li class="menu-item"><a href="/category/{slug_of(place)}/{slug_of(topic)}/">{topic} in {place}</a></li>'
        for topic in TOPICS
    )


@cache
def style_presets(count: int) -> str:
    """Return the style sheet that a block editor leaves in every page: colours, sizes, gaps."""
    colours = ((n, n * 37 % 256, n * 91 % 256, n * 151 % 256) for n in range(count))
    return "".join(
        f"--wp--preset--color--tide-{n}: #{red:02x}{green:02x}{blue:02x};"
        f"--wp--preset--spacing--berth-{n}: {n / 8:.3f}rem;"
        for n, red, green, blue in colours
    )


def promotions(language: str) -> str:
    """Return the cards under `About The Harbour Ledger`: advertisements for the house, never related content."""
    label = WORDS[language]["organization"]
    return "".join(
        f'<a class="x7" href="{address}"><span class="x8">{label}</span><h3>{title}</h3><p>{date}</p></a>'
        for address, title, date in PROMOTIONS
    )


@cache
def share_icons() -> str:
    """Return the row of share buttons with their drawings."""
    path = " ".join(f"L{n * 7 % 24} {n * 11 % 24}" for n in range(60))
    return "".join(
        f'<a class="share-{name}" href="https://{name}.example/share" rel="nofollow">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M0 0 {path} Z"/></svg></a>'
        for name in ("gull", "kite", "bottle")
    )
