"""A running demo server, and a client on its TLS port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.demo.server import DemoServer
from tests.crawler.demo.client import Client


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as running:
        yield running


@pytest.fixture
def client(server: DemoServer) -> Iterator[Client]:
    with Client(server.https_port, ca_file=server.ca_file) as connected:
        yield connected
