"""Sources that print a text which is taken down: feeds mostly carry whole articles."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from archive.coding import decode
from archive.collection import Collection
from archive.errors import MessageError
from archive.message import as_text
from archive.reader import read_entity, read_record
from crawler.extract import decode_text
from crawler.ledger.takedown import HeldCapture, TakedownLedger
from crawler.takedown.targets import Found, Target

_MAX_SIZE = 1 << 26
"""Bytes of a source, coded or not."""
_TAG = re.compile(r"<[^<>]*>")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Text:
    """The blocks of one version, as words alone."""

    blocks: tuple[str, ...]

    def is_printed_in(self, words: str) -> bool:
        """Return whether at least half of it stands there: a list that prints the first sentence is no copy."""
        return sum(len(block) for block in self.blocks if block in words) * 2 >= sum(map(len, self.blocks))


def add_sources(found: Found, collection: Collection, ledger: TakedownLedger) -> Found:
    """Return what was found and, as targets of their own, the captures of sources that print one of its texts.

    Their addresses are asked again: they name other works too. Raises RecordError for a file that is damaged.
    """
    texts = list(_texts_of(line for target in found.targets for line in target.lines))
    addresses, taken = ledger.asked_as_sources(), found.captures
    held = [one for one in ledger.held() if texts and one.url in addresses and one.record_id not in taken]
    printing = [one for one in held if one.original == one.record_id and _prints(collection, one, texts)]
    originals, digests = {one.record_id for one in printing}, {one.digest for one in printing}
    captures: dict[str, list[HeldCapture]] = {}
    for one in held:
        if one.original in originals or one.digest in digests:
            captures.setdefault(one.url, []).append(one)
    sources = [Target(url=url, captures=captures[url], is_source=True) for url in sorted(captures)]
    return Found(targets=[*found.targets, *sources])


def _texts_of(lines: Iterator[dict[str, Any]]) -> Iterator[_Text]:
    for line in lines:
        blocks = tuple(filter(str.strip, (_words(block["text"]) for block in line["body"])))
        if blocks:
            yield _Text(blocks)


def _prints(collection: Collection, capture: HeldCapture, texts: Sequence[_Text]) -> bool:
    if capture.status != 200:
        return False
    with read_record(collection.warc(capture.warc), capture.offset) as record:
        try:
            entity = read_entity(record, max_size=_MAX_SIZE)
            body = decode(entity.payload, entity.head.joined("content-encoding"), max_size=_MAX_SIZE).body
            if body[:2] == b"\x1f\x8b":  # a packed sitemap
                body = decode(body, "gzip", max_size=_MAX_SIZE).body
        except MessageError:
            return False
    declared = [as_text(value) for value in entity.head.values("content-type")]
    words = _words(_unmarked(decode_text(body, declared[-1] if declared else None)[1]))
    return any(text.is_printed_in(words) for text in texts)


def _unmarked(source: str) -> str:
    """Return a text without its markup, whether it stands in XML as it is, escaped, or in JSON."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else " ", source)
    return _TAG.sub(" ", html.unescape(html.unescape(plain)).replace("<![CDATA[", " ").replace("]]>", " "))


def _words(text: str) -> str:
    """Return the words alone, each between two spaces."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
