"""HTML: what every page of the list has, and the one place where text becomes markup."""

from __future__ import annotations

from html import escape

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: titles come from the network, and no script, frame or other host is needed."""


def text(words: str) -> str:
    """Return the words as markup, also where an attribute's value stands."""
    return escape(words, quote=True)


def document(*, title: str, header: str, main: str, skip: str) -> str:
    """Return a page; `header` and `main` are markup, `title` and `skip`, the skip link's words, are text."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">{text(skip)}</a>
{header}
{main}
</body>
</html>
"""


def in_language(words: str, language: str) -> str:
    """Return foreign words as markup: marked with their language, so that they are read aloud in it."""
    lang = f' lang="{text(language)}"' if language else ""
    return f'<span{lang} dir="auto">{text(words) or "(no title)"}</span>'


def day(iso: str) -> str:
    """Return the day of an ISO 8601 text as markup; empty without one."""
    return f'<time datetime="{text(iso[:10])}">{text(iso[:10])}</time>' if iso else ""


def second(timestamp: str) -> str:
    """Return 14 digits as a time that a person reads."""
    year, month, date, hour, minute, seconds = (timestamp[at:end] for at, end in _PARTS)
    return f"{year}-{month}-{date} {hour}:{minute}:{seconds}"


_PARTS = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
