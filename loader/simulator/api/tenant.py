"""State of a running simulator: world, clock, users, behaviour, faults and request log."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace

from loader.simulator.api.auth import Gate, Tokens
from loader.simulator.api.catalog import Catalog
from loader.simulator.api.clock import Clock
from loader.simulator.api.config import Behaviour, SimulatorConfig, UserProfile
from loader.simulator.api.documents import Documents
from loader.simulator.api.errors import reference
from loader.simulator.api.faults import FaultBox
from loader.simulator.api.observe import LogEntry, Stats
from loader.simulator.api.reader import Columns
from loader.simulator.contract import World


class Tenant:
    """A simulated WMS tenant. Tests and control routes change it while it runs.

    Args:
        world: the simulated warehouse.
        clock: the virtual clock.
    """

    def __init__(self, world: World, clock: Clock, config: SimulatorConfig) -> None:
        self.world = world
        self.clock = clock
        self.config = config
        self.users = {user.username: user for user in config.users}
        self.gate = Gate(self.users, {client.client_id: client for client in config.clients}, Tokens(config.seed))
        self.lasting: Columns = {}
        self.documents = Documents(world, config.cache_bytes)
        self.stats = Stats()
        self.log: list[LogEntry] = []
        self.faults = FaultBox(config.seed)
        self._references = itertools.count(1)
        # tests read the true documents from another thread while requests are in progress
        self.lock = threading.Lock()
        self.behaviour = config.behaviour

    @property
    def behaviour(self) -> Behaviour:
        """Behaviour of the tenant; a new value applies to the following requests."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self.catalog = Catalog(self.world.entities, behaviour.release)
        self._behaviour = behaviour

    @property
    def prefix(self) -> str:
        """Path prefix of the entity module, without a trailing slash."""
        return f"/{self.config.env}/wms/lgfapi/v10/entity"

    def profile(self, username: str) -> UserProfile:
        """Return the profile of a user. Raises KeyError for an unknown user."""
        return self.users[username].profile

    def set_profile(self, username: str, profile: UserProfile) -> None:
        """Replace the profile of a user for the following requests. Raises KeyError."""
        self.users[username] = replace(self.users[username], profile=profile)

    def reference(self) -> str:
        """Return the reference for the next error body."""
        return reference(self.config.seed, next(self._references))
