"""The kinds of problem that a WACZ can have."""

from __future__ import annotations

from archive.problem import Code, Level, error, warning

ZIP = error("wacz-zip", "The file is no ZIP, or its directory is damaged.")
NAME = error("wacz-name", "The file's name does not end in .wacz (WACZ 1.1.1, Zip Format File Extension).")
ENTRY = error("wacz-entry", "A file in the ZIP cannot be read: its header, its sum or its method is wrong.")
PATH = error("wacz-path", "A file in the ZIP has a name that leads out of the package, or none that is safe to write.")
DUPLICATE = error("wacz-duplicate", "Two files in the ZIP have one name: readers disagree on which is meant.")
OVERLAP = error("wacz-overlap", "Files in the ZIP share bytes, or lie outside of it.")
TOO_LARGE = error("wacz-too-large", "A file in the ZIP, or a line in it, is larger than any honest one.")
MISSING = error("wacz-missing", "A file that a WACZ must have is not there (WACZ 1.1.1, Directories and Files).")
LAYOUT = error("wacz-layout", "A folder of the format holds what does not belong there.")
DEFLATED = error("wacz-deflated", "A WARC or a cdx.gz is compressed again: players cannot reach into it.")
MANIFEST = error("wacz-manifest", "datapackage.json cannot be read, or lacks what it must have.")
VERSION = warning("wacz-version", "wacz_version is another than 1.1.1.")
RESOURCE = error("wacz-resource", "An entry of resources is not as Frictionless Data Package or WACZ want it.")
UNLISTED = error("wacz-unlisted", "A file in the ZIP is not among the resources.")
ABSENT = error("wacz-absent", "A file among the resources is not in the ZIP.")
HASH = error("wacz-hash", "A file has another digest than datapackage.json says.")
BYTES = error("wacz-bytes", "A file has another length than datapackage.json says.")
NO_DIGEST = warning("wacz-no-digest", "datapackage-digest.json is missing: nothing guards datapackage.json.")
DIGEST = error("wacz-digest", "datapackage-digest.json cannot be read, or is of another datapackage.json.")
UNSIGNED = error("wacz-unsigned", "There is no signature, and a key to check one with was given.")
SIGNATURE = error("wacz-signature", "The signature is not one of this datapackage.json.")
OTHER_KEY = error("wacz-other-key", "The signature was made with another key than the one given.")
SIGNED_DATA = error("wacz-signed-data", "signedData is in neither form of wacz-auth 0.1.0.")
DOMAIN = warning("wacz-domain", "Signed for a domain: its certificates and its time signature are not checked here.")
PAGES = error("wacz-pages", "A page list is no json-pages-1.0, or a line of it lacks url or ts.")
BLANK_PAGE = warning("wacz-blank-page", "A page shares no name with the list's first line: py-wacz takes it for blank.")
INDEX = Code(
    name="wacz-index",
    level=Level.ERROR,
    meaning="A line of the index is no CDXJ, is out of order, or points to where no record can be.",
    is_once=True,
)
IDX = error("wacz-idx", "The .idx file does not fit its cdx.gz, or is missing: ReplayWeb.page finds nothing.")

CODES: tuple[Code, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Code))
"""All of them, in the order that they are checked."""
