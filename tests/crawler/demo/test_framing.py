"""Each quirk goes over the wire as it is named, and the log has the same bytes as the client."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable

import brotli
import pytest

from crawler.demo.article import all_articles
from crawler.demo.framing import EARLY_HINTS, FRAMINGS
from crawler.demo.server import DemoServer
from crawler.demo.site import CODINGS, DemoSite
from tests.crawler.demo.client import Client, Reply, dechunk

ACCEPT = "Accept-Encoding: gzip, br"


def path_with(quirk: str) -> str:
    return next(article.path for article in all_articles().values() if article.quirk == quirk)


def page(path: str) -> bytes:
    return DemoSite().resource(path).body


def unbrotli(body: bytes) -> bytes:
    decompressed: bytes = brotli.decompress(body)
    return decompressed


DECODE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": unbrotli,
    "chunked": dechunk,
    "gzip-chunked": lambda body: gzip.decompress(dechunk(body)),
}


def test_every_framing_and_coding_is_used_by_an_article() -> None:
    assert {article.quirk for article in all_articles().values()} == FRAMINGS.keys() | CODINGS.keys()


@pytest.mark.parametrize("quirk", sorted(FRAMINGS.keys() | CODINGS.keys()))
def test_the_entity_of_each_quirk_is_the_page(client: Client, quirk: str) -> None:
    path = path_with(quirk)
    _, reply = client.ask(path, ACCEPT)
    assert DECODE.get(quirk, bytes)(reply.body) == page(path)


@pytest.mark.parametrize("quirk", sorted(FRAMINGS.keys() | CODINGS.keys()))
def test_the_log_has_the_bytes_that_the_client_sent_and_received(
    server: DemoServer, client: Client, quirk: str
) -> None:
    request, reply = client.ask(path_with(quirk), ACCEPT)
    (served,) = server.log
    assert served.request == request
    assert served.response == reply.final
    assert served.response_sha256 == hashlib.sha256(reply.final).hexdigest()
    assert b"".join(served.interim) == reply.interim
    assert served.url == f"https://harbour.example{path_with(quirk)}"


def test_chunks_carry_extensions_and_a_trailer(client: Client) -> None:
    _, reply = client.ask(path_with("chunked"))
    assert b"2000;part=1\r\n" in reply.body
    trailer = reply.body.rpartition(b"\r\n0\r\n")[2]
    assert trailer.startswith(b"X-Content-Sha256: ")
    assert trailer.endswith(b"\r\n\r\n")


def test_http10_ends_its_body_with_the_connection(client: Client) -> None:
    _, reply = client.ask(path_with("http10"))
    assert reply.head.startswith(b"HTTP/1.0 200 OK\r\n")
    assert reply.values("content-length") == []
    assert client.stream.recv(1) == b""


def test_odd_fields_keep_case_order_repeats_and_spacing(client: Client) -> None:
    _, reply = client.ask(path_with("odd-fields"))
    assert b"\r\ncOnTent-TYPE:   text/html; charset=UTF-8  \r\n" in reply.head
    assert b"\r\nX-Berth: caf\xe9\r\n" in reply.head
    assert reply.values("set-cookie") == ["tide=high; Path=/", "berth=12; Path=/; HttpOnly"]


def test_a_status_line_may_lack_its_reason(client: Client) -> None:
    _, reply = client.ask(path_with("no-reason"))
    assert reply.head.startswith(b"HTTP/1.1 200 \r\n")


def test_early_hints_come_before_the_final_answer(client: Client) -> None:
    _, reply = client.ask(path_with("early-hints"))
    assert reply.interim == EARLY_HINTS
    assert reply.status == 200


@pytest.mark.parametrize("quirk", ["gzip", "br"])
def test_a_coding_that_the_client_does_not_accept_is_not_used(client: Client, quirk: str) -> None:
    _, reply = client.ask(path_with(quirk))
    assert reply.values("content-encoding") == []
    assert reply.body == page(path_with(quirk))


@pytest.mark.parametrize("quirk", sorted(FRAMINGS.keys() - {"http10"}))
def test_head_is_answered_with_the_same_head_and_no_body(client: Client, quirk: str) -> None:
    _, whole = client.ask(path_with(quirk))
    _, head = client.ask(path_with(quirk), method="HEAD")
    assert head == Reply(whole.interim, whole.head, b"")
    assert client.ask("/robots.txt")[1].status == 200


def test_one_connection_serves_many_requests(server: DemoServer, client: Client) -> None:
    paths = [article.path for article in all_articles().values() if article.quirk != "http10"]
    replies = [client.ask(path, ACCEPT)[1] for path in paths]
    assert [served.response for served in server.log] == [reply.final for reply in replies]
    assert {served.connection for served in server.log} == {1}


def test_connection_close_is_obeyed(client: Client) -> None:
    _, reply = client.ask("/robots.txt", "Connection: close")
    assert reply.status == 200
    assert client.stream.recv(1) == b""
