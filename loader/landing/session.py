"""Opens the target for a load: destination, dataset and view of what is landed, by kind of target."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dlt.common.destination import Destination

from loader.errors import ConfigError
from loader.landing.duckdb import landing_duckdb
from loader.landing.landed import DuckDbLanded
from loader.settings import Settings
from loader.target.duckdb import DuckDbTarget


@dataclass(frozen=True, slots=True)
class LandingSession:
    """What the load needs of an open target.

    Args:
        destination: dlt destination bound to the open connection.
        dataset: schema of the raw tables.
    """

    destination: Destination[Any, Any]
    dataset: str
    landed: DuckDbLanded
    description: str


@contextmanager
def open_landing(settings: Settings) -> Iterator[LandingSession]:
    """The target, open for one load.

    Raises:
        TargetError: it cannot be opened (WMS_TGT_*).
    """
    if settings.target.kind != "duckdb":
        raise ConfigError("WMS_CONF_010", "loading into Oracle is not available in this release", hint="use duckdb")
    with DuckDbTarget(settings.target) as target:
        dataset = settings.target.raw_schema
        landed = DuckDbLanded(target.connection, dataset)
        yield LandingSession(landing_duckdb(credentials=target.connection), dataset, landed, target.description)
