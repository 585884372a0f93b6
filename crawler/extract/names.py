"""Bylines: the names in them, without roles, asterisks and the word before them."""

from __future__ import annotations

import re

from crawler.extract.text import clean

_LEAD = re.compile(
    r"(?:written |reported |escrito |texto )?(?:by|por|de la mano de)\b[\s:]*|(?:author|autor(?:a|es)?|authors)\s*:\s*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[*†‡]+|\s[-–—|]\s?$")
_COMMA = re.compile(r"\s*[,;·|]\s*")
_AND = re.compile(r"\s+(?:and|&|with)\s+", re.IGNORECASE)
_Y = re.compile(r"\s+(?:y|con)\s+|\s+e\s+(?=h?i)", re.IGNORECASE)
_UNIT = re.compile(
    r".*\b(?:unit|team|desk|staff|foundation|observatory|project|newsroom|network|unidad|equipo|redacción|fundación"
    r"|observatorio|proyecto)\b.*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:(?:co-?|senior |managing |executive |deputy |staff |guest |contributing |special |project )?"
    r"(?:director|editor|editora|reporter|writer|researcher|investigator|analyst|contributor|correspondent|author|intern"
    r"|investigador|investigadora|analista|periodista|autor|autora|columnist|columnista)\b.*"
    r"|updated.*|published.*|https?:.*|admin|@.*|\d.*)",
    re.IGNORECASE,
)
_LOWER_PARTICLES = frozenset(
    {"de", "del", "la", "las", "los", "y", "e", "da", "do", "dos", "das", "van", "von", "der", "of", "and", "the"}
)


def byline_text(raw: str) -> str:
    """Return the line of names, without the word `by` or `por` before it."""
    return clean(_LEAD.sub("", clean(raw), count=1) if _LEAD.match(clean(raw)) else raw)


def parse_authors(raw: str) -> tuple[str, ...]:
    """Return the names of a byline; a unit (`Venezuela Investigative Unit`) is one name."""
    line = clean(_NOTE.sub(" ", byline_text(raw[:1000])))
    parts = [name for part in _COMMA.split(line) for name in _split_and(re.sub(r"^(?:and|y|e|&)\s+", "", part))]
    names = [_without_stop(name) for name in parts]
    return tuple(dict.fromkeys(name for name in names if name and not _ROLE.fullmatch(name)))


def _split_and(part: str) -> list[str]:
    return [name for piece in _split_at(_AND, part) for name in _split_at(_Y, piece)]


def _split_at(word: re.Pattern[str], part: str) -> list[str]:
    """Split, but not inside the name of a unit: `Elites and Crime Unit`."""
    names = word.split(part)
    single = any(" " not in name.strip() for name in names)
    return [part] if single and _UNIT.fullmatch(part) else names


def _without_stop(name: str) -> str:
    """Drop a full stop that ends the line, not one of an initial or of `Jr.`."""
    name = clean(name).strip("-–—:")
    return name[:-1] if name.endswith(".") and len(name.split()[-1]) > 3 else clean(name)


def spell(name: str, spellings: dict[str, str]) -> str:
    """Return a name printed in capitals as it is spelled elsewhere on the page, else with capital initials."""
    if not name.isupper() or len(name) < 4:
        return name
    return spellings.get(name.casefold()) or _with_initials(name)


def _with_initials(name: str) -> str:
    words = [
        word.lower() if number and word.lower() in _LOWER_PARTICLES else re.sub(r"[^\W\d_]+", _capitalise, word)
        for number, word in enumerate(name.split())
    ]
    return " ".join(words)


def _capitalise(match: re.Match[str]) -> str:
    word = match[0].capitalize()
    at_possessive = match[0] == "S" and match.start() > 0 and match.string[match.start() - 1] in "'’"
    return word.lower() if at_possessive else word
