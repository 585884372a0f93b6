"""Articles set in each layout, with all that surrounds a body on such pages."""

from __future__ import annotations

import json
from html import escape

from tests.crawler.extract.articles import Piece, RealArticle

MENU = "".join(f'<li><a href="/{name}-organized-crime-news/">{name.title()}</a></li>' for name in ("peru", "chile"))
CARDS = (
    (
        "https://insightcrime.org/news/peru-seaport/",
        "COCAINE",
        "12 JAN 2023",
        "Peru's largest seaport handles millions…",
    ),
    ("https://insightcrime.org/news/lime-farmers/", "EXTORTION", "28 JAN 2022", "Cartels are known for shakedowns of…"),
    (
        "https://insightcrime.org/news/brief/copycats/",
        "CHILE",
        "6 SEP 2023",
        "Copycat gangs are increasingly posing as…",
    ),
)
RELATED = [url for url, *_ in CARDS]
PROMOTION = ("https://insightcrime.org/news/insight-crime-expertise/", "THE ORGANIZATION", "InSight Crime Cited")
LICENCE = (
    "We encourage readers to copy and distribute our work for <a href='https://creativecommons.org/licenses/by-nc/3.0/'>"
    "non-commercial purposes</a>, provided that it is attributed to InSight Crime in the byline, with a link to the "
    "original at both the top and bottom of the article. Check the Creative Commons website for more details."
)
PROMPT = "What are your thoughts? Click <a href='/contact'>here</a> to send InSight Crime your comments."
DONATION = (
    "We want to sustain Latin America’s largest organized crime database, but in order to do so, we need resources."
)


def tagdiv(article: RealArticle) -> bytes:
    """Return a page of the years 2017 to 2021: caption, share lines, prompt, licence and form are in the content."""
    tags = "".join(f'<a href="/tag/{number}">{escape(tag)}</a>' for number, tag in enumerate(article.tags))
    cards = "".join(
        f'<div class="td_module_related_posts"><div class="td-module-thumb"><a href="{url}"><img alt="x"></a></div>'
        f'<h3 class="entry-title td-module-title"><a href="{url}">{escape(text)}</a></h3></div>'
        for url, _, _, text in CARDS
    )
    body = f"""<ul class="td-category"><li class="entry-category"><a href="/news/">Brief</a></li></ul>
<h1 class="entry-title">{escape(article.title)}</h1>
<div class="td-post-author-name-con-obv">{escape(article.author_line)}</div>
<time class="entry-date updated td-module-date" datetime="{article.date}T12:30:00+00:00">printed</time>
<div class="td-post-content"><p>{escape(article.caption)}</p><p>SHARE</p>
{body_html(article.pieces)}
<div>SHARE</div><p>{PROMPT}</p><p>{LICENCE}</p><h3>{escape(article.title)}</h3>
<div><p>Name</p><p>Email</p><p>Comment</p><button>×</button><span>×</span></div></div>
<div class="tags-template-1">{tags}</div><div class="td_block_related_posts">
<h4 class="td-related-title"><a href="#">RELATED ARTICLES</a></h4>{cards}</div>"""
    return _document(article, body, f'<meta property="og:url" content="{article.url}">')


def newspack(article: RealArticle) -> bytes:
    """Return a page of today: WordPress blocks, Jetpack's related posts, Yoast's graph."""
    tags = "".join(f'<a href="/tag/{number}" rel="tag">{escape(tag)}</a>' for number, tag in enumerate(article.tags))
    authors = ", ".join(f'<span class="author vcard"><a href="#">{name}</a></span>' for name in article.authors)
    cards = "".join(
        f'<div class="jp-relatedposts-post"><a class="jp-relatedposts-post-a" href="{url}?relatedposts_hit=1">'
        f'<img alt=""></a><h4><a href="{url}">{escape(text)}</a></h4></div>'
        for url, _, _, text in CARDS
    )
    body = f"""<h1 class="entry-title">{escape(article.title)}</h1>
<span class="byline"><span>By</span> {authors}</span>
<time class="entry-date published" datetime="{article.date}T09:00:00-05:00">x</time>
<div class="entry-content"><figure class="wp-block-image"><img src="/a.jpg"><figcaption>{escape(article.caption)}
</figcaption></figure>{body_html(article.pieces, ' class="wp-block-paragraph"')}
<div class="sharedaddy"><p>Share this:</p><ul><li>Facebook</li></ul></div><p>{LICENCE}</p>
<div class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>Related</em></h3>{cards}</div></div>
<span class="tags-links">{tags}</span>"""
    return _document(article, body, f'<link rel="canonical" href="{article.url}">')


def theme2021(article: RealArticle, *, told: bool = True) -> bytes:
    """Return a page of classes nobody knows; untold, it has no JSON-LD and no dates in meta elements."""
    cards = "".join(
        f'<a class="q{number}" href="{url}"><div>{tag} / {day}</div><p>{escape(text)}</p></a>'
        for number, (url, tag, day, text) in enumerate(CARDS)
    )
    url, label, title = PROMOTION
    printed = printed_date(article.date)
    line = f"{article.tags[0].upper()} / {printed} BY {article.author_line.upper()} EN"
    body = f"""<main><div class="a1"><a href="/">Home</a><a href="/news/">News</a><a href="/b/">Brief</a>
<span>{escape(article.title)}</span></div>
<div class="a2"><p>BRIEF</p><h1>{escape(article.title)}</h1><div>{line}</div></div>
<div class="a3"><figure><img src="/a.jpg"><figcaption>{escape(article.caption)}</figcaption></figure>
{body_html(article.pieces)}
</div><div class="a4">share <i>icon</i> <i>icon</i> <i>icon</i></div><div><p>Was this content helpful?</p></div>
<div><p>{DONATION}</p><a href="/donate">DONATE</a></div><p>{PROMPT}</p><p>{LICENCE}</p>
<div><p>Was this content helpful?</p></div>
<section><h2>Related Content</h2><div>{cards}</div></section><section><h2>About InSight Crime</h2>
<a href="{url}"><span>{label}</span><h3>{title}</h3><p>22 SEP 2023</p></a></section></main>"""
    head = f'<meta property="og:title" content="{escape(article.title)} | InSight Crime">'
    return _document(article, body, head + (_graph(article) if told else ""))


def joomla(article: RealArticle) -> bytes:
    """Return a page of the years before 2017, with its social bar between the title and the text."""
    names = escape(article.author_line)
    tags = "".join(f'<a rel="tag" href="/component/tags/tag/{tag}">{escape(tag)}</a>' for tag in article.tags)
    body = f"""<div class="item"><h1>{escape(article.title)}</h1><ul><li>Connect with us on Linkedin</li></ul>
<dl><dt>Written by <a rel="author" href="/x">{names}</a></dt>
<dd><time datetime="{article.date}">{article.date}</time></dd></dl>
<p>Linkedin</p><p>Google +</p><div><p><img src="/x.jpg"></p><p>{escape(article.caption.rstrip("."))}</p>
{body_html(article.pieces)}</div>{tags}</div>"""
    return _document(article, body, "")


def _document(article: RealArticle, body: str, head: str) -> bytes:
    page = f"""<!DOCTYPE html><html lang="en-US"><head><meta charset="utf-8">
<title>{escape(article.title)} | InSight Crime</title>{head}</head><body><header><nav><ul>{MENU}</ul></nav></header>
{body}<footer><ul>{MENU}</ul><p>© InSight Crime, all rights reserved, and this is a long line in a footer.</p></footer>
</body></html>"""
    return page.encode()


def body_html(pieces: tuple[Piece, ...], attributes: str = "") -> str:
    """Return the blocks of a body."""
    return "\n".join(block_html(piece, attributes) for piece in pieces)


def block_html(piece: Piece, attributes: str = "") -> str:
    """Return one block."""
    if piece.type == "see also":
        link = f'<a href="https://www.insightcrime.org/news/brief/x-{len(piece.text)}/">{escape(piece.text)}</a>'
        return f"<p{attributes}><strong>SEE ALSO:&nbsp;</strong>{link}</p>"
    if piece.type == "caption":
        return f'<figure class="wp-caption"><img src="/map.png"><figcaption>{piece.html()}</figcaption></figure>'
    if piece.type == "heading":
        return f"<h2>{piece.html()}</h2>"
    if piece.type == "quote":
        return f"<blockquote><p>{piece.html()}</p></blockquote>"
    return f"<p{attributes}>{piece.html()}</p>"


def _graph(article: RealArticle) -> str:
    nodes = [
        {"@type": "WebPage", "@id": article.url, "url": article.url},
        {
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": f"{article.date}T00:00:00+00:00",
            "dateCreated": "1999-01-01",
            "dateModified": f"{article.date}T10:11:12+00:00",
            "author": [{"@id": f"#{number}"} for number in range(len(article.authors))],
            "keywords": list(article.tags),
            "articleSection": ["News", "Brief"],
        },
        *({"@type": "Person", "@id": f"#{number}", "name": name} for number, name in enumerate(article.authors)),
    ]
    graph = json.dumps({"@context": "https://schema.org", "@graph": nodes})
    return f'<script type="application/ld+json" class="yoast-schema-graph">{graph}</script>'


def printed_date(date: str) -> str:
    """Return `2014-03-25` as `25 MAR 2014`."""
    months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()  # noqa: SIM905
    year, month, day = date.split("-")
    return f"{int(day)} {months[int(month) - 1]} {year}"
