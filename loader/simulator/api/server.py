"""Runs the simulator on a socket with uvicorn, in a thread or in the foreground."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from loader.errors import ConfigError
from loader.simulator.api.clock import Clock
from loader.simulator.api.config import Behaviour, SimulatorConfig, UserProfile
from loader.simulator.api.tenant import Tenant
from loader.simulator.api.truth import truth
from loader.simulator.contract import World

if TYPE_CHECKING:
    from loader.simulator.api.http import Server

_STOP_SECONDS = 10.0


class RunningSimulator:
    """A running simulator; its attributes can be used from any thread.

    Attributes:
        url: base URL with the environment, as for a WMS: ``http://127.0.0.1:8000/sim``.
        username, password, client_id, client_secret: of the first user and OAuth2 client.
        token_url: URL of the OAuth2 token endpoint.
    """

    def __init__(self, tenant: Tenant, url: str) -> None:
        user, client = tenant.config.users[0], tenant.config.clients[0]
        self.tenant, self.url, self.token_url = tenant, url, f"{url}/api/oauth2/token/"
        self.username, self.password = user.username, user.password
        self.client_id, self.client_secret = client.client_id, client.client_secret
        self.clock, self.world, self.tokens = tenant.clock, tenant.world, tenant.gate.tokens
        self.stats, self.log, self.faults = tenant.stats, tenant.log, tenant.faults

    @property
    def profile(self) -> UserProfile:
        """Profile of the first user; replace it with `set_profile`."""
        return self.tenant.profile(self.username)

    def set_profile(self, profile: UserProfile) -> None:
        """Replace the first user's profile for the following requests."""
        self.tenant.set_profile(self.username, profile)

    @property
    def behaviour(self) -> Behaviour:
        """Behaviour of the tenant; replace it with `set_behaviour`."""
        return self.tenant.behaviour

    def set_behaviour(self, behaviour: Behaviour) -> None:
        """Replace the behaviour for the following requests."""
        self.tenant.behaviour = behaviour

    def documents(self, entity: str, at: datetime | None = None) -> list[bytes]:
        """Return the true documents as bytes by id, now by default. Raises KeyError for an unknown entity."""
        root = self.url.removesuffix(f"/{self.tenant.config.env}") + self.tenant.prefix
        batches = truth(self.tenant, entity, at or self.clock.now(), root)
        return [document for batch in batches for document in batch]

    def truth(self, entity: str, at: datetime | None = None) -> list[dict[str, object]]:
        """Return `documents`, decoded."""
        return [msgspec.json.decode(document) for document in self.documents(entity, at)]


def warehouse(config: SimulatorConfig) -> World:
    """Create the warehouse of a configuration. Raises ConfigError WMS_SIM_010."""
    from loader.simulator.world import WarehouseWorld, WorldSpec

    now = datetime.now(UTC).replace(microsecond=0)
    return WarehouseWorld(config.world or WorldSpec(origin=now, seed=config.seed))


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 selects a free one.

    Raises:
        ConfigError: WMS_SIM_001, the address cannot be listened on.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(
            "WMS_SIM_001",
            f"Can't listen on the simulator's address: {error}.",
            hint="Set a free port, or use --port 0.",
            context={"host": host, "port": port},
        ) from error
    return listener


def public_url(listener: socket.socket, env: str) -> str:
    """Return the URL of a simulator for a bound socket."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/{env}"


def server(tenant: Tenant) -> Server:
    """Return a server for a tenant; `run(sockets=[...])` serves until `stop`."""
    # imported here, so that a parent process doesn't load a web server
    from loader.simulator.api.app import Application
    from loader.simulator.api.control import Control
    from loader.simulator.api.http import Server

    return Server(Application(tenant, Control(tenant).application() if tenant.config.control else None))


@contextmanager
def serve_in_thread(
    config: SimulatorConfig | None = None, *, world: World | None = None, clock: Clock | None = None
) -> Iterator[RunningSimulator]:
    """Serve from a thread of this process until the block ends.

    Args:
        world: replaces the warehouse of the configuration.
        clock: virtual clock; the machine's time by default.

    Raises:
        ConfigError: WMS_SIM_001, the address cannot be listened on.
    """
    config = config or SimulatorConfig()
    with closing(listen(config.host, config.port)) as listener:
        # connections wait in the backlog until the thread has started
        listener.listen()
        tenant = Tenant(world or warehouse(config), clock or Clock(), config)
        serving = server(tenant)
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True)
        thread.start()
        try:
            yield RunningSimulator(tenant, public_url(listener, config.env))
        finally:
            serving.stop()
            thread.join(_STOP_SECONDS)
