from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import hypothesis
import pytest

from loader.settings import WmsSettings
from loader.wms import RequestEvent, WmsClient
from tests.wms.scripted import Scripted, serve


# two shared cores: how long an example takes says nothing about the code
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@dataclass
class Bench:
    """Builds clients of one scripted server and keeps what they slept and reported."""

    server: Scripted
    slept: list[float] = field(default_factory=list)
    events: list[RequestEvent] = field(default_factory=list)
    clients: list[WmsClient] = field(default_factory=list)

    def settings(self, **changes: Any) -> WmsSettings:
        defaults = {"base_url": self.server.base_url, "read_timeout": 10.0, "retries": 2}
        credentials = {} if changes.get("auth") == "oauth2" else {"username": "elt", "password": "s3cret"}
        return WmsSettings(**(defaults | credentials | changes))

    def client(self, stop: threading.Event | None = None, **changes: Any) -> WmsClient:
        client = WmsClient(
            self.settings(**changes),
            sleep=self.slept.append,
            rng=random.Random(1),
            observer=self.events.append,
            stop=stop,
        )
        self.clients.append(client)
        return client


@pytest.fixture
def server() -> Iterator[Scripted]:
    with serve() as scripted:
        yield scripted


@pytest.fixture
def bench(server: Scripted) -> Iterator[Bench]:
    bench = Bench(server)
    yield bench
    for client in bench.clients:
        client.close()
