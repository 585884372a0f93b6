"""Blocks of a body as each layout marks them up."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from crawler.demo.body import Block, inline_html

Address = Callable[[str], str]

PLAIN = {
    "paragraph": "<p>{}</p>",
    "heading": "<h2>{}</h2>",
    "quote": "<blockquote><p>{}</p></blockquote>",
    "list": "<ul>{}</ul>",
    "see also": "<p><strong>{label}</strong> {link}</p>",
    "figure": '<figure><img src="{}" alt="{caption}"><figcaption>{caption}</figcaption></figure>',
    "embed": '<div class="video"><iframe title="Video" src="{}" width="780" height="439"></iframe></div>',
}
QUOTE = '<blockquote class="wp-block-quote is-layout-flow wp-block-quote-is-layout-flow">'
NEWSPACK = PLAIN | {
    "paragraph": '<p class="wp-block-paragraph">{}</p>',
    "heading": '<h2 class="wp-block-heading">{}</h2>',
    "quote": QUOTE + '<p class="wp-block-paragraph">{}</p></blockquote>',
    "list": '<ul class="wp-block-list">{}</ul>',
    "see also": (
        QUOTE + '<p class="wp-block-paragraph"><strong><mark style="background-color:rgba(0, 0, 0, 0)" '
        'class="has-inline-color has-primary-color">{label}</mark></strong> {link}</p></blockquote>'
    ),
    "see also italic": QUOTE + '<p class="wp-block-paragraph"><em>{label}&nbsp;</em>{link}</p></blockquote>',
    "embed": (
        '<figure class="wp-block-embed is-type-video"><div class="wp-block-embed__wrapper">'
        '<iframe title="Video" src="{}" width="780" height="439"></iframe></div></figure>'
    ),
}
MARKUP = {"tagdiv": PLAIN, "theme2021": PLAIN, "newspack": NEWSPACK}


def block_html(block: Block, layout: str, address: Address, *, italic: bool = False) -> str:
    """Return one block in that layout's markup."""
    markup = MARKUP[layout]
    if block.type == "see also":
        label, _, link = block.source.partition(": ")
        style = "see also italic" if italic else "see also"
        return markup[style].format(label=f"{label}:", link=inline_html(link, address))
    if block.type == "figure":
        name, _, caption = block.source.partition(" | ")
        return markup["figure"].format(address(name), caption=escape(caption))
    if block.type == "list":
        items = "".join(f"<li>{item.html(address)}</li>" for item in block.items())
        return markup["list"].format(items)
    kind = "paragraph" if block.type == "file name" else block.type
    return markup[kind].format(block.html(address))
