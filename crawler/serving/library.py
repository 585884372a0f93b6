"""All that an application serves, and what a request means of it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from crawler.serving.opened import NotThereError, OpenCollection
from crawler.serving.replaying import Replaying


@dataclass(frozen=True, slots=True)
class Library:
    """The collections by their names, and the way into their replays."""

    collections: dict[str, OpenCollection]
    replaying: Replaying

    def there(self) -> list[OpenCollection]:
        """Return those whose folders are there: a disk may be taken away while they are served."""
        return [opened for opened in self.collections.values() if opened.places.exists()]


def library_of(request: Request) -> Library:
    """Return what the application of a request serves."""
    library: Library = request.app.state.library
    return library


def collection_of(request: Request) -> OpenCollection:
    """Return the collection that the path names; raise NotThereError, CollectionError where its folder is gone."""
    name, known = request.path_params["collection"], library_of(request).collections
    if name not in known:
        raise NotThereError(f"collection is {name[:80]!r}, expected one of: {', '.join(known)}")
    known[name].places.settings()  # an empty page would say that nothing was ever captured
    return known[name]


def version_of(request: Request) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Return the lines of the work that path names, and the line of the version that the query does."""
    return collection_of(request).version(request.path_params["brief"], request.query_params.get("version", ""))
