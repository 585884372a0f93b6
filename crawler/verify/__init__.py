"""Checks of whole collections, packages and files: what `briefs verify` finds, as values."""

from crawler.verify.codes import CODES
from crawler.verify.collection import CollectionCheck
from crawler.verify.package import check_package
from crawler.verify.targets import collections_in, files_in, is_package

__all__ = ["CODES", "CollectionCheck", "check_package", "collections_in", "files_in", "is_package"]
