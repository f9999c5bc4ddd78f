"""Everything one running simulator knows: the world and its clock, its users, how it behaves, what it has seen."""

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
from loader.simulator.api.observe import RequestLog, Stats
from loader.simulator.contract import World


class Tenant:
    """A WMS tenant under simulation. Tests and the control routes change it while it runs.

    Args:
        world: what is true at each instant.
        clock: what instant it is.
    """

    def __init__(self, world: World, clock: Clock, config: SimulatorConfig) -> None:
        self.world = world
        self.clock = clock
        self.config = config
        self.users = {user.username: user for user in config.users}
        self.gate = Gate(self.users, {client.client_id: client for client in config.clients}, Tokens(config.seed))
        self.documents = Documents(world, config.cache_bytes)
        self.stats = Stats()
        self.log = RequestLog()
        self.faults = FaultBox(config.seed)
        self._references = itertools.count(1)
        # a test reads the ground truth from its own thread while requests are answered
        self.lock = threading.Lock()
        self.behaviour = config.behaviour

    @property
    def behaviour(self) -> Behaviour:
        """How the tenant behaves; assigning another one takes effect with the next request."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self.catalog = Catalog(self.world.entities, behaviour.release)
        self._behaviour = behaviour

    @property
    def prefix(self) -> str:
        """Path of the entity module, without a slash at the end."""
        return f"/{self.config.env}/wms/lgfapi/v10/entity"

    def profile(self, username: str) -> UserProfile:
        """The profile of a user. Raises KeyError."""
        return self.users[username].profile

    def set_profile(self, username: str, profile: UserProfile) -> None:
        """Replace the profile of a user from the next request on. Raises KeyError."""
        self.users[username] = replace(self.users[username], profile=profile)

    def reference(self) -> str:
        """The reference of the next error body."""
        return reference(self.config.seed, next(self._references))
