"""First contact with a tenant: what the user can read, what differs from staging, and what a first load costs."""

from __future__ import annotations

from loader.discovery.discover import Limits, discover
from loader.discovery.model import Discovery, EntityFacts
from loader.discovery.store import discovery_file, known_fields, read_discovery, write_discovery

__all__ = [
    "Discovery",
    "EntityFacts",
    "Limits",
    "discover",
    "discovery_file",
    "known_fields",
    "read_discovery",
    "write_discovery",
]
