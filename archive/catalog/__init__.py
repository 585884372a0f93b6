"""The catalogue: the captures of a collection by address, time and digest. Derived from the WARCs, deletable."""

from archive.catalog.catalog import Catalog
from archive.catalog.keeping import Committed, OnProblem, catalog_of, catch_up, make_again, open_current
from archive.catalog.schema import CatalogDamagedError, catalog_file

__all__ = [
    "Catalog",
    "CatalogDamagedError",
    "Committed",
    "OnProblem",
    "catalog_file",
    "catalog_of",
    "catch_up",
    "make_again",
    "open_current",
]
