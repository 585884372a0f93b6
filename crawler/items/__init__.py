"""The lines of briefs.jsonl and rejects.jsonl: names, types, what each field means.

`brief.schema.json` and `reject.schema.json` are generated from these classes; the text under a field is its description
there.
"""

from crawler.items.hop import Hop
from crawler.items.lines import ISO_DATE, Brief, Rejection, schema
from crawler.items.parts import Block, Change, Evidence, Image, Link, Rights, Translation

__all__ = [
    "ISO_DATE",
    "Block",
    "Brief",
    "Change",
    "Evidence",
    "Hop",
    "Image",
    "Link",
    "Rejection",
    "Rights",
    "Translation",
    "schema",
]
