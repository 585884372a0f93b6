"""The list of the briefs: a search form that needs no script, and the works it finds, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Self
from urllib.parse import parse_qs, quote, urlencode

from archive.replay.html import day, document, in_language, text
from archive.replay.shelf import Search, Work

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address of a list asks for: the search, the page, and what of it makes no sense."""

    search: Search
    page: int
    fields: Mapping[str, str]
    """As typed, to stand in the form again."""
    wrong: tuple[str, ...] = ()

    @classmethod
    def parse(cls, query: str) -> Self:
        """Return what a query asks for; what is wrong with it is told, and asks for nothing."""
        given = {name: values[0].strip() for name, values in parse_qs(query, max_num_fields=20).items()}
        wrong: list[str] = []
        first, last = (_parse_day(name, given.get(name, ""), wrong) for name in ("from", "to"))
        if first and last and first > last:
            wrong.append(f"From is {first}, expected a day up to {last}.")
        number = given.get("page", "1")
        return cls(
            search=Search(words=given.get("q", ""), first=first, last=last),
            page=max(1, int(number)) if number.isascii() and number.isdecimal() and len(number) < 10 else 1,
            fields={name: given[name] for name in ("q", "from", "to") if given.get(name)},
            wrong=tuple(wrong),
        )


def _parse_day(name: str, given: str, wrong: list[str]) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        wrong.append(f"{name.capitalize()} is {given!r}, expected a day such as 2026-11-24.")
        return None


def list_page(name: str, works: list[Work], asked: Asked) -> str:
    """Return the page of that collection with the works that are asked for, of all that it has."""
    found = [] if asked.wrong else [work for work in works if asked.search.finds(work)]
    pages = max(1, ceil(len(found) / PAGE_SIZE))
    page = min(asked.page, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    main = [
        '<main id="main" tabindex="-1">',
        f'<p role="status">{_count(len(found), len(works))}{f", page {page} of {pages}" if pages > 1 else ""}</p>',
        f'<ul class="works">\n{"".join(map(_item, shown))}</ul>' if shown else "",
        _pager(asked, page, pages),
        "</main>",
    ]
    title = f"Briefs of {name}"
    header = f"<header>\n<h1>{text(title)}</h1>\n</header>\n{_form(asked)}"
    return document(
        title=f"{title}, page {page} of {pages}" if pages > 1 else title,
        header=header,
        main="\n".join(filter(None, main)),
        skip="Skip to the briefs",
    )


def _count(found: int, of: int) -> str:
    if not of:
        return "This collection has no briefs."
    return f"{found} of {of} briefs, the newest first" if found else f"None of the {of} briefs is like that."


def _form(asked: Asked) -> str:
    values = {name: text(asked.fields.get(name, "")) for name in ("q", "from", "to")}
    wrong = "".join(f'<p class="wrong" role="alert">{text(sentence)}</p>\n' for sentence in asked.wrong)
    return f"""<form action="/" method="get" role="search" aria-label="Briefs">
<p><label for="q">Title contains</label><input type="search" id="q" name="q" value="{values["q"]}"></p>
<p><label for="from">Published from</label><input type="date" id="from" name="from" value="{values["from"]}"></p>
<p><label for="to">Published to</label><input type="date" id="to" name="to" value="{values["to"]}"></p>
<p><button>Search</button></p>
{wrong}</form>"""


def _item(work: Work) -> str:
    count = f"{len(work.lines)} versions" if len(work.lines) > 1 else ""
    facts = [day(work.published) or "no date", text(work.byline), count, "gone from the site" if work.is_gone else ""]
    return (
        f'<li><h2><a href="/brief/{quote(work.id, safe="")}">{in_language(work.title, work.language)}</a></h2>'
        f"<p>{' · '.join(filter(None, facts))}</p></li>\n"
    )


def _pager(asked: Asked, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    links = [
        _page_link(asked, page - 1, "prev", "Newer briefs") if page > 1 else "",
        _page_link(asked, page + 1, "next", "Older briefs") if page < pages else "",
    ]
    return f'<nav aria-label="Pages of the list">\n<ul>{"".join(links)}</ul>\n</nav>'


def _page_link(asked: Asked, page: int, relation: str, words: str) -> str:
    address = "/?" + urlencode({**asked.fields, "page": page})
    return f'<li><a rel="{relation}" href="{text(address)}">{words}</a></li>'
