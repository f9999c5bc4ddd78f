from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import hypothesis
import pytest

from loader.settings import WmsSettings
from loader.simulator import Behaviour, Clock, RunningSimulator, SimulatorConfig, UserProfile, serve_in_thread
from loader.simulator.world import WorldSpec
from loader.wms import RequestEvent, WmsClient
from tests.unit.wms.scripted import Scripted, serve
from tests.unit.wms.simulated import NOON, settings

# no deadline, because tests share two cores
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@dataclass
class Bench:
    """Builds clients of one scripted server, and records their waits and events."""

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


@pytest.fixture(scope="session")
def running() -> Iterator[RunningSimulator]:
    config = SimulatorConfig(world=WorldSpec(origin=NOON, scale=1_000, days=5))
    with serve_in_thread(config, clock=Clock(NOON, speed=0)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: RunningSimulator) -> Iterator[RunningSimulator]:
    """The simulator, started once and reset for each test."""
    yield running
    running.faults.clear()
    running.set_behaviour(Behaviour())
    running.set_profile(UserProfile())
    running.clock.skew = timedelta(0)


@pytest.fixture
def client(simulator: RunningSimulator) -> Iterator[WmsClient]:
    with WmsClient(settings(simulator)) as client:
        yield client
