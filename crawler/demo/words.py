"""What the pages print, by language."""

from __future__ import annotations

from datetime import datetime

MONTHS = {
    "en": ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    "es": ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SEP", "OCT", "NOV", "DIC"),
}
KINDS = {
    "en": {"brief": "Brief", "analysis": "Analysis", "news": "News"},
    "es": {"brief": "Noticias del día", "analysis": "Análisis", "news": "Noticias"},
}
WORDS = {
    "en": {
        "home": "Home",
        "news": "News",
        "by": "BY",
        "locale": "en_US",
        "related": "Related Content",
        "about": "About The Harbour Ledger",
        "organization": "THE ORGANIZATION",
        "helpful": "Was this content helpful?",
        "donation": "We want to sustain the isles' record of harbour crime, but in order to do so, we need resources.",
        "donate": "DONATE",
        "thoughts": 'What are your thoughts? <a href="/contact/">Click here</a> to send us your comments.',
        "licence": (
            "We encourage readers to share our work for "
            '<a href="https://creativecommons.org/licenses/by-nc/4.0/">non-commercial purposes</a> under CC BY-NC, '
            "with The Harbour Ledger named in the byline and a link to the original above and below the text. The "
            "Creative Commons website has the details; please write to us if you print an article."
        ),
    },
    "es": {
        "home": "Inicio",
        "news": "Noticias",
        "by": "POR",
        "locale": "es_ES",
        "related": "Contenido relacionado",
        "about": "Sobre The Harbour Ledger",
        "organization": "LA ORGANIZACIÓN",
        "helpful": "¿Le resultó útil este contenido?",
        "donation": "Queremos mantener abierto el registro del crimen portuario y necesitamos recursos.",
        "donate": "DONAR",
        "thoughts": '¿Qué opina? Haga clic <a href="/es/contacto/">aquí</a> para enviarnos sus comentarios.',
        "licence": (
            "Invitamos a los lectores a copiar y distribuir nuestro trabajo con "
            '<a href="https://creativecommons.org/licenses/by-nc/4.0/">fines no comerciales</a>, con atribución a '
            "The Harbour Ledger en el encabezado y enlaces al original al comienzo y al final del artículo. Consulte "
            "el sitio de Creative Commons para más detalles y escríbanos si utiliza un artículo."
        ),
    },
}


def printed_date(published: str, language: str) -> str:
    """Return a date as `25 MAR 2014`, in the language's months."""
    moment = datetime.fromisoformat(published)
    return f"{moment.day} {MONTHS[language][moment.month - 1]} {moment.year}"
