from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loader.discovery import Discovery
from loader.discovery.discover import Limits, discover
from loader.settings import Settings, load_settings
from loader.simulator import Behaviour, Clock, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from loader.simulator.world.spec import Statuses
from loader.warehouse.source import configured_source
from tests.support.harness import REPOSITORY
from tests.support.spanish_wms import SpanishWms

ENTITIES = "company,facility,item,location,inventory,order_hdr,order_dtl,order_status,task_status,wave"
ORIGIN = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def settings_of(url: str, user: str, password: str, work_dir: Path, **options: str) -> Settings:
    environment = {
        "GRUPONOS_WMS__BASE_URL": url,
        "GRUPONOS_WMS__USERNAME": user,
        "GRUPONOS_WMS__PASSWORD": password,
        "GRUPONOS_PIPELINE__WORK_DIR": str(work_dir),
        "GRUPONOS_TARGET__DUCKDB_PATH": str(work_dir / "warehouse.duckdb"),
    }
    return load_settings({**environment, **options}, env_file=None)


def examined(settings: Settings, limits: Limits) -> Discovery:
    return discover(settings, configured_source(settings), limits=limits, root=REPOSITORY)


@pytest.fixture
def spanish() -> Iterator[SpanishWms]:
    with SpanishWms().serve() as wms:
        yield wms


@pytest.fixture
def spanish_settings(spanish: SpanishWms, tmp_path: Path) -> Settings:
    return settings_of(spanish.url, spanish.user, spanish.password, tmp_path, GRUPONOS_PIPELINE__ENTITIES=ENTITIES)


def simulated(work_dir: Path, *, release: str = "25B", statuses: Statuses = "standard") -> Discovery:
    """Return a discovery of the simulator, without rules."""
    world = WorldSpec(scale=3000, days=5, origin=ORIGIN, statuses=statuses)
    config = SimulatorConfig(world=world, behaviour=Behaviour(release=release))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        settings = settings_of(simulator.url, simulator.username, simulator.password, work_dir)
        return examined(settings, Limits(with_rules=False))


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Discovery:
    """Return a discovery of a tenant whose fields come from `describe`."""
    return simulated(tmp_path_factory.mktemp("described"))


@pytest.fixture(scope="module")
def from_openapi(tmp_path_factory: pytest.TempPathFactory) -> Discovery:
    """Return a discovery of a later release with an OpenAPI document, and of a tenant with renumbered statuses."""
    return simulated(tmp_path_factory.mktemp("openapi"), release="26C", statuses="renumbered")
