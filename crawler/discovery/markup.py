"""XML as sites really write it: mended as text, then read element by element, each let go of once it was seen.

What stands before the root element is left out, a document type and its entities with it: nothing expands, nothing is
fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from io import BytesIO

import webencodings
from lxml import etree

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
    (b"<\x00?\x00", "utf-16le"),
    (b"\x00<\x00?", "utf-16be"),
)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?=[\s/>])")
_ASIDE = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(#?\w{1,40};)?", re.DOTALL)
_XML_OWN = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_LONGEST_START = 4096
"""Characters in which a root element is looked for behind what does not belong there."""


def decoded(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a document: by its mark, its declaration, its header; else UTF-8, or what Windows writes."""
    declared = _DECLARED.match(body[:1024])
    named = _CHARSET.search(content_type or "")
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    for name in (marked, declared and declared[1].decode("ascii"), named and named[1], "utf-8"):
        text = _decode(body, name)
        if text is not None:
            return text.removeprefix("\ufeff")
    text = body.decode("utf-8", "replace")
    is_utf8 = 2 * text.count("\ufffd") < sum(not letter.isascii() for letter in text)
    return text if is_utf8 else body.decode("cp1252", "replace")


def root_of(text: str) -> str | None:
    """Return the name of the first element in small letters, without its prefix; None where there is none."""
    start = _DOCTYPE.sub("", _ASIDE.sub("", text[: 4 * _LONGEST_START]))
    names = [found[2].lower() for found in _ROOT.finditer(start[:_LONGEST_START])]
    known = next((name for name in names if name in ("rss", "feed", "rdf", "urlset", "sitemapindex")), None)
    return known or next(iter(names), None)


def is_cut(text: str, root: str) -> bool:
    """Return whether a document ends before its root element does."""
    return re.search(rf"</(?:[\w.-]+:)?{re.escape(root)}\s*>", text[-_LONGEST_START:], re.IGNORECASE) is None


def elements(text: str, root: str, names: frozenset[str]) -> Iterator[etree._Element]:
    """Yield each element of these names once it is whole, whatever stands around it; it is emptied afterwards.

    An element that the end of the document cuts off is left out: an address in it might be half of one.
    """
    source = BytesIO(_mended(text, root, names).encode("utf-8", "replace"))
    parser = etree.iterparse(
        source, events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in parser:
            if local_name(element) in names:
                yield element
                element.clear()
    except etree.XMLSyntaxError:  # nothing more can be read; what was read stands
        return


def local_name(element: etree._Element) -> str:
    """Return an element's name in small letters, without namespace or prefix; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def text_of(element: etree._Element) -> str:
    """Return all text in an element, trimmed."""
    return "".join(element.itertext(with_tail=False)).strip() if len(element) else (element.text or "").strip()


def _decode(body: bytes, name: str | None) -> str | None:
    encoding = webencodings.lookup(name) if name else None
    if encoding is None:
        return None
    try:
        return encoding.codec_info.decode(body, "strict")[0]
    except UnicodeError:
        return None


def _mended(text: str, root: str, names: frozenset[str]) -> str:
    """Return the document from its root on, without what XML has not, each bare ampersand escaped."""
    text = _NO_XML.sub("", text)
    start = re.search(rf"<(?:[\w.-]+:)?{re.escape(root)}(?=[\s/>])", text, re.IGNORECASE)
    text = text[start.start() :] if start else text
    if is_cut(text, root):
        text = text[: _end_of_whole(text, names)]
    return _REFERENCE.sub(_reference, text)


def _end_of_whole(text: str, names: frozenset[str]) -> int:
    """Return where the last whole element of these names ends."""
    ends = [found.end() for found in re.finditer(rf"</(?:[\w.-]+:)?(?:{'|'.join(sorted(names))})\s*>", text, re.I)]
    return ends[-1] if ends else 0


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if found[0].startswith("<") or name in _XML_OWN or (name and name.startswith("#")):
        return found[0]
    if name in html5:
        return html5[name].replace("<", "&lt;").replace("&", "&amp;") if html5[name] in "<&" else html5[name]
    return f"&amp;{name or ''}"
