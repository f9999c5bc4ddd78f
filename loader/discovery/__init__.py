"""First contact with a tenant: what the user can read, what differs from staging, and what a first load costs.

Every run imports this package to compare fields, so it doesn't import `loader.discovery.discover`, which needs dbt.
"""

from __future__ import annotations

from loader.discovery.model import Discovery, EntityFacts
from loader.discovery.store import discovery_file, known_fields, read_discovery, write_discovery

__all__ = [
    "Discovery",
    "EntityFacts",
    "discovery_file",
    "known_fields",
    "read_discovery",
    "write_discovery",
]
