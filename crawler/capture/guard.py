"""No connection to an address that is not on the public internet, but for hosts that somebody named.

The address is the one that the connection has, looked at before a byte is sent: a redirect or a name server that leads
elsewhere the second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from socket import inet_aton, inet_ntoa
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from crawler.capture.connect import ConnectTo, mapping_of
from crawler.frontier.backend import host_of

# What Python's own table has not, or has in some versions only (IANA special-purpose registries of 2025), and the one
# public address at which a cloud tells its machines their secrets.
_SPECIAL = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
         "2001::/23", "3fff::/20", "5f00::/16", "fec0::/10"),
    )
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")
_OWN_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


class PrivateAddressError(Exception):
    """A host that lies at an address which is not on the public internet."""


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public internet, and so is every one that it stands for."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and (inside := _embedded(ip)) is not None:
        return is_public(str(inside))
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not any(ip in network for network in _SPECIAL if network.version == ip.version)


def literal_of(host: str) -> str | None:
    """Return the IP address that a host is written as, also as `2130706433`, `0x7f.1` or `127.1`; None for a name."""
    bare = host.strip("[]")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    if not bare[:1].isdigit():
        return None
    try:
        return inet_ntoa(inet_aton(bare))
    except (OSError, UnicodeError):
        return None


def is_own_name(host: str) -> bool:
    """Return whether a host is called as this machine is by everybody (RFC 6761 6.3)."""
    return host in _OWN_NAMES or host.endswith(".localhost")


def named_hosts(seeds: Iterable[str], settings: Iterable[str]) -> frozenset[str]:
    """Return the hosts that may lie anywhere: those of the setting, and private addresses that a seed is written with.

    A seed's host that is a name is not among them: whoever answers for the name could let it lead inside.
    """
    hosts = (host_of(seed) for seed in seeds)
    inside = (host for host in hosts if is_own_name(host) or ((ip := literal_of(host)) and not is_public(ip)))
    return frozenset((*inside, *(host.strip("[] ").lower() for host in settings)))


class Guard:
    """Looks at the address of every new connection that is none to a proxy or to a mapping's own host."""

    def __init__(self, named: frozenset[str], mappings: tuple[ConnectTo, ...]) -> None:
        self._named = named
        self._mappings = mappings

    def check_host(self, host: str) -> None:
        """Raise PrivateAddressError for a host that is inside by its very name, as far as nobody named it."""
        address = literal_of(host)
        is_inside = is_own_name(host) or (address is not None and not is_public(address))
        if is_inside and host.strip("[]") not in self._named:
            raise PrivateAddressError(f"{host} is not on the public internet, and no seed names it")

    def watch(self, key: Any, endpoint: Any) -> Any:
        """Return the endpoint for a pool key of Twisted's, `(scheme, host, port, …)`, which refuses what is inside."""
        scheme, host, port = key[:3]
        if scheme not in (b"http", b"https") or type(endpoint).__name__.startswith("_Tunneling"):
            return endpoint
        name = host.decode("ascii", "replace").lower().strip("[]")
        mapping = mapping_of(self._mappings, name, port)
        if name in self._named or (mapping is not None and mapping.to_host):
            return endpoint
        return _WatchedEndpoint(endpoint, name, self.check_host)


class _WatchedEndpoint:
    """An endpoint whose connections are dropped, before anything is sent, when they lead inside."""

    def __init__(self, endpoint: Any, host: str, check_host: Callable[[str], None]) -> None:
        self._endpoint = endpoint
        self._host = host
        self._check_host = check_host
        self._refused: PrivateAddressError | None = None

    def connect(self, factory: Any) -> Deferred[Any]:
        """Return the connection, or the failure that says where it would have led."""
        try:
            self._check_host(self._host)
        except PrivateAddressError as error:
            return fail(error)
        build = factory.buildProtocol
        factory.buildProtocol = lambda peer: build(self._checked(peer))
        connection: Deferred[Any] = self._endpoint.connect(factory)
        return connection.addErrback(self._cause)

    def _checked(self, peer: Any) -> Any:
        address = getattr(peer, "host", None)
        if address is not None and not is_public(address):
            self._refused = PrivateAddressError(
                f"{self._host} lies at {address}, which is not on the public internet, and no seed names it"
            )
            raise self._refused
        return peer

    def _cause(self, failure: Failure) -> Failure:
        # Of several addresses the one that failed last would tell.
        return failure if self._refused is None else Failure(self._refused)  # type: ignore[no-untyped-call]


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
