"""WARC files of other crawlers, taken into a collection."""

from crawler.importing.importing import Import, Imported
from crawler.importing.taken import TakenFile

__all__ = ["Import", "Imported", "TakenFile"]
