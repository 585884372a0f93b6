"""Read each field of a brief from a source, with the evidence for it."""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.extract.dates import Moment, parse_date
from crawler.extract.names import byline_text, parse_authors, spell
from crawler.extract.rules import Source, strip_suffix
from crawler.extract.text import clean, fold
from crawler.items import Evidence, Translation

Texts = tuple[str, ...]
_NO_TITLE = re.compile(r"error(?: \d{3})?|\d{3}|(?:404|403)\b.*|page not found.*|página no encontrada.*", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.IGNORECASE)


def read_title(source: Source) -> tuple[str, Evidence] | None:
    """Return the title as printed; the site's name is taken off where only og:title or <title> gives it."""

    def parse(texts: Texts) -> str | None:
        named = (strip_suffix(text, source.site) for text in texts)
        return next((text for text in named if _is_title(text, source)), None)

    return source.first("title", parse)


def _is_title(text: str, source: Source) -> bool:
    return not _NO_TITLE.fullmatch(text) and text.casefold() != source.site.label.casefold()


def read_standfirst(source: Source) -> tuple[str, Evidence] | None:
    """Return a standfirst that has an element of its own."""
    return source.first("standfirst", lambda texts: texts[0])


def read_byline(source: Source) -> tuple[str, Evidence] | None:
    """Return the line of names as printed, without the `by` before it."""
    return source.first("byline", lambda texts: byline_text(", ".join(texts)) or None)


def read_authors(source: Source) -> tuple[Texts, Evidence] | None:
    """Return the names; what is printed in capitals is spelled as machines are told it."""
    field = "authors" if "authors" in source.layout.rules else "byline"
    found = source.first(field, _names)
    if found is None:
        return None
    spellings = _spellings(source) if any(name.isupper() for name in found[0]) else {}
    return tuple(dict.fromkeys(spell(name, spellings) for name in found[0])), found[1]


def _names(texts: Texts) -> Texts | None:
    return tuple(dict.fromkeys(name for text in texts for name in parse_authors(text))) or None


def _spellings(source: Source) -> dict[str, str]:
    rules = (rule for rule in source.layout.rules.get("byline", ()) if rule.startswith(("json-ld", "meta")))
    readings = (source.read(rule) for rule in rules)
    names = (name for reading in readings if reading for name in _names(reading.texts) or ())
    return {name.casefold(): name for name in names if not name.isupper()}


def read_date(source: Source, field: str) -> tuple[Moment, Evidence] | None:
    """Return `published` or `modified`: the first text that is a date."""
    found = source.first(field, _dated)
    if found is None:
        return None
    (moment, text), evidence = found
    return moment, replace(evidence, raw=text)


def _dated(texts: Texts) -> tuple[Moment, str] | None:
    return next(((moment, text) for text in texts if (moment := parse_date(text))), None)


def read_printed_date(source: Source, moment: Moment, raw: str) -> str:
    """Return the date as readers see it, when the page prints that day; else what the rule read."""
    tree = source.page.tree
    for position in tree.tagged("time")[:8]:
        text = clean(tree.text(position))
        printed = parse_date(text)
        if printed and printed.iso[:10] == moment.iso[:10]:
            return text
    if not tree.tagged("time") and source.masthead.line:
        return source.masthead.line.date
    return raw


def read_tags(source: Source) -> tuple[Texts, Evidence] | None:
    """Return the tags as printed, the first spelling of each; the header line's own is one of them."""
    found = source.first("tags", lambda texts: _tags(texts) or None)
    if found is None or "header-line tag" not in source.layout.rules.get("tags", ()):
        return found
    line = source.masthead.line
    return _tags((*found[0], *((line.tag,) if line and line.tag else ()))), found[1]


def _tags(texts: Texts) -> Texts:
    parts = [part for text in texts for part in (text.split(",") if len(texts) == 1 else [text])]
    first: dict[str, str] = {}
    for part in parts:
        tag = re.sub(r"^(?:tags|etiquetas)\s*:?\s*(?=\S)", "", clean(part), flags=re.IGNORECASE)
        if tag and tag.casefold() not in ("tags", "etiquetas"):
            first.setdefault(fold(tag).casefold(), tag)
    return tuple(first.values())


def read_kind(source: Source) -> tuple[str, Evidence] | None:
    """Return the kind; one that tells little (`news`) only where nothing tells more."""
    vague: tuple[str, Evidence] | None = None
    for rule in source.layout.rules.get("kind", ()):
        reading = source.read(rule)
        for text in reading.texts if reading else ():
            kind = text if rule == "address" else source.site.kinds.get(text.casefold())
            if kind and reading and kind not in source.site.vague_kinds:
                return kind, reading.evidence
            if kind and reading:
                vague = vague or (kind, reading.evidence)
    return vague


def read_language(source: Source) -> tuple[str, Evidence]:
    """Return the language as declared, unless the address tells that it is another."""
    told = source.site.scope.language_of(source.url)
    found = source.first("language", lambda texts: _language(texts[0]))
    if found and (told is None or found[0].split("-")[0] == told):
        return found
    return told or source.site.language, Evidence(rule="address" if told else "site", raw=source.url)


def _language(text: str) -> str | None:
    match = _LANGUAGE.fullmatch(text.strip())
    if match is None:
        return None
    script, region = match[2], match[3]
    parts = (match[1].lower(), script and script.title(), region and region.upper())
    return "-".join(part for part in parts if part)


def read_translations(source: Source) -> tuple[Translation, ...]:
    """Return the same article in other languages, as hreflang declares it."""
    page, scope = source.page, source.site.scope
    found: dict[str, str] = {}
    for position in page.tree.select("link[hreflang]"):
        element = page.tree.elements[position]
        language = _language(element.get("hreflang") or "")
        url = scope.canonical(page.resolve(element.get("href") or "") or "")
        if language and url and url != source.url and "alternate" in (element.get("rel") or ""):
            found.setdefault(language, url)
    return tuple(Translation(language=language, url=url) for language, url in found.items())
