"""Where in a captured page a field was read: the rule is run again, what it finds is looked up in the text."""

from crawler.extract.markup import Stretch
from crawler.extract.places.finder import Finder
from crawler.extract.places.place import Found, Place

__all__ = ["Finder", "Found", "Place", "Stretch"]
