"""The demo server as tests and people start it."""

from __future__ import annotations

import base64
import hashlib
import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.demo.server import DemoServer
from tests.crawler.demo.client import Client

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("host", ["harbour.example", "www.harbour.example", "es.harbour.example"])
def test_the_certificate_holds_for_every_host(server: DemoServer, host: str) -> None:
    with Client(server.https_port, ca_file=server.ca_file, host=host) as client:
        assert client.ask("/robots.txt")[1].status in (200, 301)


def test_the_certificate_holds_for_no_other_host(server: DemoServer) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        Client(server.https_port, ca_file=server.ca_file, host="elsewhere.example")


def test_connect_to_maps_both_ports_of_every_host(server: DemoServer) -> None:
    assert f"harbour.example:443:127.0.0.1:{server.https_port}" in server.connect_to
    assert f"es.harbour.example:80:127.0.0.1:{server.http_port}" in server.connect_to
    assert len(server.connect_to) == 8


def test_an_answer_of_a_test_takes_the_place_of_the_sites_own(server: DemoServer, client: Client) -> None:
    server.answers["harbour.example", "/robots.txt"] = [OK]
    assert client.ask("/robots.txt?a=1")[1].final == OK
    del server.answers["harbour.example", "/robots.txt"]
    assert client.ask("/robots.txt")[1].body.startswith(b"User-agent")


def test_an_answer_may_be_a_function_of_the_request(server: DemoServer, client: Client) -> None:
    server.answers["harbour.example", "/"] = lambda request: [OK if "again" in request.target else BUSY]
    assert [client.ask(target)[1].status for target in ("/", "/?again")] == [429, 200]


def test_the_log_tells_order_port_and_time(server: DemoServer, client: Client) -> None:
    client.ask("/robots.txt")
    with Client(server.http_port) as plain:
        plain.ask("/feed/")
    first, second = server.log
    assert [served.url for served in (first, second)] == [
        "https://harbour.example/robots.txt",
        "http://harbour.example/feed/",
    ]
    assert (first.port, second.port) == (server.https_port, server.http_port)
    assert first.monotonic <= second.monotonic
    assert first.at <= second.at


def test_requests_can_be_waited_for(server: DemoServer, client: Client) -> None:
    assert not server.wait_for(1, timeout=0)
    client.ask("/robots.txt")
    assert server.wait_for(1)


def test_the_command_serves_until_sigterm_and_leaves_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    command = [sys.executable, "-m", "crawler.demo.server", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        introduction = json.loads(process.stdout.readline())
        with Client(introduction["https_port"], ca_file=Path(introduction["ca_file"])) as client:
            request, reply = client.ask(introduction["seed"].removeprefix("https://harbour.example"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    (line,) = (json.loads(text) for text in log.read_text().splitlines())
    assert base64.b64decode(line["request"]) == request
    assert line["response_sha256"] == hashlib.sha256(reply.final).hexdigest()
    assert line["url"] == introduction["seed"]
    assert not Path(introduction["ca_file"]).exists()
