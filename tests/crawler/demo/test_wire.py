"""A RawServer says exactly what it is told, and notes it."""

from __future__ import annotations

import ssl
import threading
from pathlib import Path

import pytest

from crawler.demo.authority import Authority
from crawler.demo.pieces import CLOSE, RESET, Delay, Pause, Piece
from crawler.demo.served import ExchangeLog, split_interim
from crawler.demo.wire import RawServer
from tests.crawler.demo.client import Client

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_pieces_arrive_as_they_are() -> None:
    strange = b"HTTP/1.1 299  \r\nx:\t1 \r\nX : 2\r\nContent-Length: 3\r\n\r\n\x00\xff\r"
    with RawServer({"/": [strange]}) as server, Client(server.port) as client:
        assert client.ask("/")[1].final == strange
        assert [served.response for served in server.log] == [strange]


def test_an_unknown_target_is_not_found() -> None:
    with RawServer({}) as server, Client(server.port) as client:
        assert client.ask("/else")[1].status == 404


def test_a_paused_answer_goes_on_when_its_event_is_set() -> None:
    event = threading.Event()
    with RawServer({"/": [OK[:-1], Pause(event), OK[-1:]]}) as server, Client(server.port) as client:
        client.stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.stream.recv(1024) == OK[:-1]
        assert server.log[0].response == OK[:-1]
        event.set()
        assert client.stream.recv(1024) == OK[-1:]
        assert server.log[0].response == OK


@pytest.mark.parametrize("wait", [Pause(threading.Event()), Delay(3600)])
def test_stopping_ends_answers_that_wait(wait: Piece) -> None:
    with RawServer({"/": [OK[:-1], wait, OK[-1:]]}) as server, Client(server.port) as client:
        client.stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.stream.recv(1024) == OK[:-1]
        server.stop()
        assert client.read_rest() == b""
        assert server.log[0].cut


def test_a_closed_answer_is_cut_short() -> None:
    with RawServer({"/": [OK[:-1], CLOSE]}) as server, Client(server.port) as client:
        client.stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert client.read_rest() == OK[:-1]
        assert server.log[0].response == OK[:-1]


def test_a_reset_connection_is_an_error_at_the_client() -> None:
    with RawServer({"/": [RESET]}) as server, Client(server.port) as client:
        client.stream.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.read_rest()
        assert server.log[0].response == b""


def test_a_callable_is_asked_each_time() -> None:
    answers = iter([OK, OK.replace(b"ok", b"no")])
    with RawServer({"/": [lambda: next(answers)]}) as server, Client(server.port) as client:
        assert [client.ask("/")[1].body for _ in range(2)] == [b"ok", b"no"]
        assert server.connections == 1


def test_a_request_body_is_read_and_noted() -> None:
    post, get = b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcde", b"GET / HTTP/1.1\r\n\r\n"
    with RawServer({"/": [OK]}) as server, Client(server.port) as client:
        client.stream.sendall(post + get)
        assert [client.read().body for _ in range(2)] == [b"ok", b"ok"]
        assert [served.request for served in server.log] == [post, get]


def test_fifty_connections_at_once_are_all_noted() -> None:
    gate = threading.Event()
    with RawServer({f"/{number}": [Pause(gate), OK] for number in range(50)}) as server:
        clients = [Client(server.port) for _ in range(50)]
        for number, client in enumerate(clients):
            client.stream.sendall(f"GET /{number} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert server.wait_for(50)
        gate.set()
        assert [client.read().final for client in clients] == [OK] * 50
        assert sorted(served.target for served in server.log) == sorted(f"/{number}" for number in range(50))
        for client in clients:
            client.stream.close()


def test_interim_responses_are_parted_from_the_final_one() -> None:
    first, second = b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    assert split_interim(first + second + OK) == ((first, second), OK)
    assert split_interim(OK) == ((), OK)
    assert split_interim(first[:-4]) == ((), first[:-4])


def test_a_log_without_bodies_keeps_digests() -> None:
    log = ExchangeLog(keep_bodies=False)
    with RawServer({"/": [OK]}, log=log) as server, Client(server.port) as client:
        client.ask("/", "Connection: close")
        client.read_rest()
    (served,) = log.entries()
    assert (served.response, served.response_length) == (b"", len(OK))


def test_tls_closes_so_that_a_body_without_length_is_whole(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    body = b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 300_000
    context = authority.context_for(["harbour.example"])
    with (
        RawServer({"/": [body, CLOSE]}, context=context) as server,
        Client(server.port, ca_file=authority.ca_file) as client,
    ):
        client.stream.sendall(b"GET / HTTP/1.1\r\nHost: harbour.example\r\n\r\n")
        assert client.read_rest() == body  # without close_notify this raises SSLEOFError


def test_a_client_that_does_not_trust_the_authority_is_turned_away(tmp_path: Path) -> None:
    context = Authority(tmp_path).context_for(["harbour.example"])
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other")
    with RawServer({"/": [OK]}, context=context) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            Client(server.port, ca_file=stranger.ca_file)
        assert server.log == []
