"""The list's pages and what they are made of: a path in, an answer out."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Final

from archive.errors import ArchiveError
from archive.replay.answer import Answer
from archive.replay.captures import Captures
from archive.replay.html import POLICY
from archive.replay.list_page import Asked, list_page
from archive.replay.shelf import Shelf
from archive.replay.work_page import AddressOf, work_page

_STYLE: Final = Path(__file__).with_name("style.css")
_WORK = "/brief/"


class ListSite:
    """The pages of one collection."""

    def __init__(self, name: str, shelf: Shelf, captures: Captures, address: AddressOf) -> None:
        self._name = name
        self._shelf = shelf
        self._captures = captures
        self._address = address

    def answer(self, path: str, query: str) -> Answer | None:
        """Return what stands at that path; None for nothing."""
        try:
            if path == "/":
                return self._list(query)
            if path.startswith(_WORK):
                return self._work(path.removeprefix(_WORK))
        except ArchiveError as error:
            return Answer.sentence(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
        return Answer(body=_STYLE, media_type="text/css; charset=utf-8") if path == "/style.css" else None

    def _list(self, query: str) -> Answer:
        try:
            asked = Asked.parse(query)
        except ValueError as error:  # more fields than any form of ours has
            return Answer.sentence(HTTPStatus.BAD_REQUEST, f"The query cannot be read: {error}.")
        status = HTTPStatus.BAD_REQUEST if asked.wrong else HTTPStatus.OK
        return Answer.page(list_page(self._name, self._shelf.works(), asked), POLICY, status)

    def _work(self, wanted: str) -> Answer | None:
        work = self._shelf.work(wanted)
        if work is None:
            return None
        versions = self._shelf.versions(work)
        page = work_page(self._name, work, versions, self._captures.of(versions), self._address)
        return Answer.page(page, POLICY)
