"""Many hosts of small pages on one server, each with a robots.txt and manners of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from crawler.demo.framing import frame
from crawler.demo.pieces import Piece
from crawler.demo.served import Request, Served
from crawler.demo.server import SiteServer
from tests.crawler.cli.looks import article

Said = Iterable[Piece] | Callable[[Request], Iterable[Piece]]
"""What is sent, or a function of the request that says what."""
HTML = b"<!doctype html><title>A page</title><p>Nothing much."


def answer(status: str = "200 OK", body: bytes = b"", *fields: str) -> tuple[bytes]:
    """Return an answer, byte by byte."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: text/html", *fields, "", ""]
    return ("\r\n".join(head).encode("latin-1") + body,)


PAGE, ALLOWING = answer(body=HTML), answer("404 Not Found", b"", "Connection: close")


def in_turn(*answers: Said) -> Callable[[Request], Iterable[Piece]]:
    """Answer with the first, then with the second, and with the last one ever after."""
    left = list(answers)

    def say(request: Request) -> Iterable[Piece]:
        said = left.pop(0) if len(left) > 1 else left[0]
        return said(request) if callable(said) else said

    return say


@dataclass
class Hosts:
    """Serves `answers[host, path]`; else no robots.txt, an article at /news/ and the same page everywhere else."""

    hosts: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    """What the first page needs to look right."""
    answers: dict[tuple[str, str], Said] = field(default_factory=dict)

    @property
    def seed(self) -> str:
        """Return a page of the first host."""
        return page_of(self.hosts[0], 0)

    def answer(self, request: Request) -> Iterable[Piece]:
        """Return what to send."""
        said = self.answers.get((request.host, request.target))
        if said is not None:
            return said(request) if callable(said) else said
        if request.target == "/robots.txt":
            return ALLOWING
        if not request.target.startswith("/news/"):
            return PAGE
        pictures = "".join(f'<img src="{url}">' for url in self.pictures) if request.target.endswith("-0/") else ""
        resource = article(f"What {request.host} Tells of Boats Number {request.target}", head="", body=pictures)
        return frame(replace(resource, etag=None, last_modified=None), request)


def page_of(host: str, number: int) -> str:
    """Return the address of an article."""
    return f"https://{host}/news/brief/page-{number}/"


def seeds(*addresses: str) -> list[str]:
    """Return the options that name seeds."""
    return [part for address in addresses for part in ("--seed", address)]


def asked_of(server: SiteServer[Hosts], host: str) -> list[Served]:
    """Return a host's exchanges in the order of its requests."""
    return [entry for entry in server.log if entry.host == host]


def targets(server: SiteServer[Hosts], host: str) -> list[str]:
    """Return what a host was asked for."""
    return [entry.target for entry in asked_of(server, host)]


def gaps(entries: Iterable[Served]) -> list[float]:
    """Return the seconds between exchanges, by the server's clock."""
    moments = [entry.monotonic for entry in entries]
    return [later - earlier for earlier, later in pairwise(moments)]
