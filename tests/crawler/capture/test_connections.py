"""TLS, connect-to, proxies, and fetches that never got an answer."""

from __future__ import annotations

import socket
from pathlib import Path

from crawler.demo.authority import Authority
from crawler.demo.pieces import Delay
from crawler.demo.served import Request
from crawler.demo.wire import RawServer
from tests.crawler.capture.conftest import Fetch
from tests.crawler.capture.test_byte_exactness import BODY, whole
from tests.crawler.capture.tunnel import TunnelProxy


def test_tls_is_exact_and_its_facts_are_recorded(fetch: Fetch, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.context_for(["secure.example"])
    with RawServer({"/a": (whole(BODY),), "/b": (whole(BODY),)}, context=context) as server:
        settings = {"CONNECT_TO": [f"secure.example:443:127.0.0.1:{server.port}"]}
        urls = ["https://secure.example/a", "https://secure.example/b"]
        fetched = fetch(urls, settings, SSL_CERT_FILE=str(authority.ca_file))
        log = {entry.target: entry for entry in server.log}
    for url in urls:
        (response,) = fetched.of(url, "response")
        (request,) = fetched.of(url, "request")
        assert response.block == log[url[-2:]].response
        assert request.block == log[url[-2:]].request
        assert b"Host: secure.example\r\n" in request.block
        assert response["WARC-IP-Address"] == "127.0.0.1"
        assert [value for name, value in response.fields if name == "WARC-Protocol"] == ["http/1.1", "tls/1.3"]
        assert response["WARC-Cipher-Suite"]
        facts = fetched.of(url, "metadata")[0].facts()
        assert facts["tlsVerification"] == "verified"
    (chain,) = [record for record in fetched.records if record.type == "resource"]
    assert chain.block.startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_certificate_that_cannot_be_trusted_is_a_failed_fetch(fetch: Fetch, tmp_path: Path) -> None:
    context = Authority(tmp_path).context_for(["secure.example"])
    with RawServer({"/a": (whole(BODY),)}, context=context) as server:
        settings = {"CONNECT_TO": [f"secure.example:443:127.0.0.1:{server.port}"]}
        fetched = fetch(["https://secure.example/a"], settings)
        assert not server.log, "nothing may be asked of a server that is not who it says"
    (failed,) = fetched.of("https://secure.example/a", "metadata")
    assert failed.facts()["fetchError"] == "tls"
    assert "certificate verify failed" in failed.facts()["fetchErrorDetail"]
    assert not fetched.of("https://secure.example/a", "request")
    assert fetched.outcomes["https://secure.example/a"]["cause"] == "tls"


def test_insecure_takes_any_certificate_and_says_so(fetch: Fetch, tmp_path: Path) -> None:
    context = Authority(tmp_path).context_for(["other.example"])
    with RawServer({"/a": (whole(BODY),)}, context=context) as server:
        settings = {
            "CONNECT_TO": [f"secure.example::127.0.0.1:{server.port}"],
            "DOWNLOAD_VERIFY_CERTIFICATES": False,
        }
        fetched = fetch(["https://secure.example/a"], settings)
    (metadata,) = fetched.of("https://secure.example/a", "metadata")
    assert metadata.facts()["tlsVerification"] == "not checked"
    assert fetched.of("https://secure.example/a", "response")[0].block == whole(BODY)


def test_connect_to_leaves_the_address_alone(fetch: Fetch) -> None:
    with RawServer({"/a?b=c": (whole(BODY),)}) as server:
        fetched = fetch(["http://news.example/a?b=c"], {"CONNECT_TO": [f"news.example:80:localhost:{server.port}"]})
    (request,) = fetched.of("http://news.example/a?b=c", "request")
    assert request.block.startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert b"Host: news.example\r\n" in request.block


def test_a_fetch_without_an_answer_is_recorded_with_its_cause(fetch: Fetch) -> None:
    with socket.socket() as closed, RawServer({"/slow": (Delay(30.0),)}) as server:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: refused
        refused = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        unknown = "http://no-such-host.invalid/"
        slow = f"http://127.0.0.1:{server.port}/slow"
        fetched = fetch([refused, unknown, slow], {"DOWNLOAD_TIMEOUT": 2})
    for url, cause in ((refused, "refused"), (unknown, "dns"), (slow, "timeout")):
        (metadata,) = fetched.of(url, "metadata")
        assert metadata.facts()["fetchError"] == cause
        assert int(metadata.facts()["fetchTimeMs"]) >= 0
        assert fetched.outcomes[url]["cause"] == cause
        assert not fetched.of(url, "response")
    assert fetched.of(slow, "request"), "a request that was sent is kept, also when nobody answered"


def test_a_proxys_secret_and_address_stay_out_of_the_records(fetch: Fetch) -> None:
    def answer(request: Request) -> tuple[bytes]:
        return (whole(BODY),)

    with RawServer(answer) as proxy:
        url = "http://far.example/page"
        fetched = fetch([f"{url} http://user:secret@127.0.0.1:{proxy.port}"])
        sent = proxy.log[0].request
    assert b"Proxy-Authorization: Basic" in sent
    (request,) = fetched.of(url, "request")
    assert request.block.startswith(b"GET http://far.example/page HTTP/1.1\r\n")
    assert b"roxy-" not in request.block
    (response,) = fetched.of(url, "response")
    assert response.block == whole(BODY)
    assert response["WARC-IP-Address"] is None
    assert b"dXNlcjpzZWNyZXQ" not in b"".join(path.read_bytes() for path in fetched.archive.iterdir())


def test_a_tunnel_through_a_proxy_is_exact_and_tells_no_proxy_secret(fetch: Fetch, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.context_for(["secure.example"])
    url = "https://secure.example/a"
    with RawServer({"/a": (whole(BODY),)}, context=context) as server, TunnelProxy(server.port) as proxy:
        asked = f"{url} http://user:secret@127.0.0.1:{proxy.port}"
        # The mapping is for direct connections: the proxy is where this one must go.
        settings = {"CONNECT_TO": ["secure.example:443:127.0.0.1:9"]}
        fetched = fetch([asked], settings, SSL_CERT_FILE=str(authority.ca_file))
        (entry,) = server.log
    assert proxy.asked[0].startswith(b"CONNECT secure.example:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic" in proxy.asked[0]
    (response,), (request,) = fetched.of(url, "response"), fetched.of(url, "request")
    assert (response.block, request.block) == (entry.response, entry.request)
    assert response["WARC-IP-Address"] is None
    assert response["WARC-Cipher-Suite"]
    assert b"roxy-" not in request.block
