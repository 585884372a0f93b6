"""Our server: who may ask, what it sends, what it leaves out."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from archive.errors import ReplayError
from archive.replay.answer import Answer
from archive.replay.loopback import LOOPBACK, LoopbackServer

TEN = b"0123456789"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackServer]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "ten").write_bytes(TEN)
    answers = {
        "/": Answer.page("<p>page", "default-src 'self'"),
        "/ten": Answer(body=folder / "ten", media_type="application/warc"),
        "/gone": Answer(body=folder / "gone", media_type="application/warc"),
        "/a b/é": Answer.sentence(HTTPStatus.OK, "found"),
    }
    with LoopbackServer(0) as running:
        thread = threading.Thread(target=running.serve, args=(lambda path, query: answers.get(path),))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(
    server: LoopbackServer, path: str = "/", method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, server.server_port)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_this_machines_names_are_answered(name: str, server: LoopbackServer) -> None:
    response, body = ask(server, Host=f"{name}:{server.server_port}")
    assert (response.status, body) == (200, b"<p>page")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "[::1]:{port}"]
)
def test_any_other_host_is_sent_away(host: str, server: LoopbackServer) -> None:
    response, body = ask(server, Host=host.format(port=server.server_port))
    assert (response.status, body) == (421, f"This is {server.address} and nothing else.\n".encode())


def test_it_is_bound_to_loopback(server: LoopbackServer) -> None:
    assert server.socket.getsockname()[0] == LOOPBACK


def test_a_page_carries_its_policy_and_forbids_guessing(server: LoopbackServer) -> None:
    response, _ = ask(server)
    sent = {name: response.getheader(name) for name in ("Content-Security-Policy", "X-Content-Type-Options", "Server")}
    assert list(sent.values()) == ["default-src 'self'", "nosniff", "briefs"]
    assert response.getheader("Referrer-Policy") == "no-referrer"


@pytest.mark.parametrize(
    ("asked", "status", "body", "place"),
    [
        ("", 200, TEN, None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=-1", 206, b"9", "bytes 9-9/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=0-1,3-4", 200, TEN, None),
    ],
)
def test_a_file_is_sent_in_the_range_asked(
    asked: str, status: int, body: bytes, place: str | None, server: LoopbackServer
) -> None:
    response, sent = ask(server, "/ten", **({"Range": asked} if asked else {}))
    assert (response.status, sent, response.getheader("Content-Range")) == (status, body, place)
    assert response.getheader("Content-Length") == str(len(body))
    assert response.getheader("Accept-Ranges") == "bytes"


@pytest.mark.parametrize("path", ["/", "/ten"])
def test_head_is_answered_without_the_body(path: str, server: LoopbackServer) -> None:
    (told, nothing), (_, body) = ask(server, path, "HEAD"), ask(server, path)
    assert (told.status, told.getheader("Content-Length"), nothing) == (200, str(len(body)), b"")


def test_a_path_is_percent_decoded_and_one_that_is_not_there_is_404(server: LoopbackServer) -> None:
    assert ask(server, "/a%20b/%C3%A9?q=1")[1] == b"found\n"
    assert ask(server, "/nothing")[0].status == 404
    assert ask(server, "/gone")[1] == b"gone is not there any more.\n"


def test_other_methods_are_refused(server: LoopbackServer) -> None:
    assert ask(server, method="POST")[0].status == 501


def test_a_browser_that_goes_away_is_no_event(server: LoopbackServer, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection((LOOPBACK, server.server_port)) as leaving:
        leaving.sendall(b"GET /ten HTTP/1.1\r\nHo")
    assert ask(server)[0].status == 200
    assert capfd.readouterr().err == ""


def test_a_port_in_use_is_told(server: LoopbackServer) -> None:
    with pytest.raises(ReplayError, match=f"port {server.server_port} of 127.0.0.1 cannot be used: Address already"):
        LoopbackServer(server.server_port)


def test_what_it_looks_after_ends_it_by_raising() -> None:
    def check() -> None:
        raise ReplayError("the engine ended")

    with LoopbackServer(0) as running, pytest.raises(ReplayError, match="the engine ended"):
        running.serve(lambda path, query: None, check)
