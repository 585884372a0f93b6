"""Which addresses are on the public internet, and that no byte goes to the others."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import orjson
import pytest

from crawler.capture.connect import parse_connect_to
from crawler.capture.guard import Guard, PrivateAddressError, is_public, literal_of, named_hosts
from crawler.demo.addresses import APEX
from crawler.demo.generated import GeneratedSite
from crawler.demo.server import SiteServer
from crawler.demo.wire import RawServer
from tests.crawler.capture.conftest import Fetch
from tests.crawler.cli.conftest import CONTACT, briefs
from tests.crawler.cli.crawls import Crawls

INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::ffff:10.0.0.1
::ffff:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:2::1 2002:7f00:1::1
2002:a00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
"""
OUTSIDE = """
1.1.1.1 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 169.253.255.255 172.15.0.1
172.32.0.1 192.0.1.1 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1 223.255.255.255 2606:4700::1111
2a00::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_their_neighbours_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("news.example", None),
        ("10.example", None),
        ("1.2.3.4.5", None),
        ("", None),
    ],
)
def test_a_host_is_read_as_connecting_reads_it(host: str, address: str | None) -> None:
    assert literal_of(host) == address


def test_only_what_is_written_as_a_private_address_is_named_by_a_seed() -> None:
    seeds = ["http://10.1.2.3/a", "http://localhost/a", "https://news.example/a", "http://8.8.8.8/", "http://[::1]/"]
    assert named_hosts(seeds, ["Intranet.Example", "[fe80::1]"]) == {
        "10.1.2.3",
        "localhost",
        "::1",
        "intranet.example",
        "fe80::1",
    }


def test_a_host_that_is_inside_by_its_name_is_refused_unless_named() -> None:
    guard = Guard(frozenset({"10.1.2.3"}), ())
    guard.check_host("10.1.2.3")
    guard.check_host("news.example")
    for host in ("10.1.2.4", "127.1", "[::1]", "localhost", "a.localhost"):
        with pytest.raises(PrivateAddressError, match="is not on the public internet"):
            guard.check_host(host)


def test_a_mapping_exempts_its_own_host_and_only_where_it_names_one() -> None:
    guard = Guard(frozenset(), parse_connect_to(["a.example:443:127.0.0.1:8443", "b.example:443::8443"]))
    endpoint = object()
    assert guard.watch((b"https", b"a.example", 443), endpoint) is endpoint
    assert guard.watch((b"https", b"a.example", 444), endpoint) is not endpoint
    assert guard.watch((b"http", b"a.example", 80), endpoint) is not endpoint
    assert guard.watch((b"https", b"b.example", 443), endpoint) is not endpoint
    assert guard.watch((b"http-proxy", b"127.0.0.1", 3128), endpoint) is endpoint


def test_no_byte_goes_to_a_private_address(fetch: Fetch) -> None:
    with RawServer({"/": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",)}) as server:
        here = [f"http://{host}:{server.port}/" for host in ("127.0.0.1", "localhost", "127.1", "0.0.0.0")]
        fetched = fetch(here, {"PRIVATE_HOSTS": []})
        assert server.log == []
    assert {fetched.outcomes[url]["cause"] for url in here} == {"private address"}
    for url in here:
        (record,) = fetched.of(url, "metadata")
        assert record.facts()["fetchError"] == "private address"
        assert not fetched.of(url, "request")


def test_a_name_that_leads_inside_is_refused_on_its_connection(fetch: Fetch) -> None:
    name = socket.gethostname()
    try:
        inside = socket.gethostbyname(name)
    except OSError:
        pytest.skip("this machine's own name leads nowhere")
    if is_public(inside):
        pytest.skip("this machine's own name leads outside")
    with socket.create_server(("0.0.0.0", 0)) as listener:
        url = f"https://{name.lower()}:{listener.getsockname()[1]}/"
        fetched = fetch([url], {"PRIVATE_HOSTS": []})
        stream, _ = listener.accept()
        with stream:
            assert stream.recv(1) == b"", "not even a TLS greeting"
    assert fetched.outcomes[url]["cause"] == "private address"
    assert inside in fetched.of(url, "metadata")[0].facts()["fetchErrorDetail"]


def test_a_proxy_may_lie_anywhere_and_what_it_is_asked_for_may_not(fetch: Fetch) -> None:
    with RawServer(lambda request: (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",)) as proxy:
        through = f"http://127.0.0.1:{proxy.port}"
        outside, inside = "http://news.example/a", "http://10.0.0.7/a"
        fetched = fetch([f"{outside} {through}", f"{inside} {through}"], {"PRIVATE_HOSTS": []})
        assert [entry.target for entry in proxy.log] == [outside]
    assert fetched.outcomes[outside]["status"] == 200
    assert fetched.outcomes[inside]["cause"] == "private address"


def test_what_a_page_needs_from_inside_fails_at_once_and_the_crawl_goes_on(tmp_path: Path) -> None:
    with SiteServer(GeneratedSite(2, 3000)) as server, RawServer({}) as inside:
        secret = f"http://127.0.0.1:{inside.port}/latest/meta-data/a.png"
        body = server.site.page(0).replace(b"</body>", f'<img src="{secret}"></body>'.encode())
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
        server.answers[APEX, "/news/brief/tide-table-0/"] = (head + body,)
        crawls = Crawls(server, tmp_path / "c")
        crawl = crawls("--seed", server.site.seed, "--requisites")
        assert inside.log == []
    assert crawl.report["urls"]["done"] == 2
    assert crawl.report["urls"]["requisite failed: private address"] == 1
    assert "127.0.0.1" not in crawls.told("status", "--urls", "pending").stdout
    assert crawl.ended.returncode == 0, crawl.ended.stderr
    assert crawls.told("verify").exit_code == 0


RESOLVER = """
from twisted.internet.defer import succeed
from scrapy.resolver import CachingThreadedResolver

class Inside(CachingThreadedResolver):
    def getHostByName(self, name, timeout=()):
        return succeed("127.0.0.1")
"""


def test_pages_of_a_host_whose_name_leads_inside_fail_for_good(tmp_path: Path) -> None:
    (tmp_path / "inside.py").write_text(RESOLVER)
    with SiteServer(GeneratedSite(2, 3000)) as server:
        # The name stays as it is: where it leads, its name server says.
        mapping = ("--connect-to", f"{APEX}:443::{server.https_port}")
        where = ["crawl", "demo", "--collection", tmp_path / "c", "--contact", CONTACT, "--ca-file", server.ca_file]
        resolver = ("-s", "TWISTED_DNS_RESOLVER=inside.Inside", "--seed", server.site.seed, "--json")
        path = f"{tmp_path}{os.pathsep}{Path(__file__).parents[3]}"
        ended = briefs(*where, *mapping, *resolver, PYTHONPATH=path)
        report = orjson.loads(ended.stdout)
        assert (ended.returncode, server.log) == (1, [])
        assert report["problems"] == {"failed: private address": [server.site.seed]}
        assert report["failures"] == 1, "robots.txt, once; nothing of it is tried again"
        named = briefs(*where, *mapping, *resolver, "-s", f"PRIVATE_HOSTS={APEX}", PYTHONPATH=path)
        assert orjson.loads(named.stdout)["urls"] == {"done": 2}
