"""`wms-elt rebind` accepts the same tenant at a new address and refuses any other tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from loader.errors import ConfigError
from loader.runs import run_load
from loader.runs.rebind import rebind
from loader.simulator import Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from loader.warehouse.source_guard import ForeignTarget
from tests.system.runs.conftest import ORIGIN, Tenant

ENTITIES = {"GRUPONOS_PIPELINE__ENTITIES": "facility,order_hdr,order_dtl,order_status"}


@contextmanager
def served(clock: Clock, seed: int = 7) -> Iterator[RunningSimulator]:
    config = SimulatorConfig(world=WorldSpec(seed=seed, scale=1000, days=5, origin=ORIGIN))
    with serve_in_thread(config, clock=clock) as simulator:
        yield simulator


def test_rebind_same_tenant_at_new_address(tenant: Tenant) -> None:
    run_load(tenant.settings(**ENTITIES))
    # the tenant has changed since the load
    later = Clock(tenant.advance(hours=6), speed=0)
    with served(later) as simulator:
        moved = Tenant(simulator, tenant.directory)
        with pytest.raises(ForeignTarget, match="WMS_CONF_030"):
            run_load(moved.settings(**ENTITIES))
        rebound = rebind(moved.settings(**ENTITIES))
        assert {agreement.entity for agreement in rebound.agreements} == {"facility", "order_hdr", "order_dtl"}
        [(identity,)] = tenant.query("select identity from wms_raw.elt_source")
        assert identity == rebound.now.identity
        assert run_load(moved.settings(**ENTITIES), full=True).exit_code == 0
        assert tenant.current("order_hdr") == moved.documents("order_hdr")
        assert rebind(moved.settings(**ENTITIES)).agreements == ()
        with pytest.raises(ForeignTarget):
            run_load(tenant.settings(**ENTITIES))


def test_rebind_other_tenant_is_refused_with_figures(tenant: Tenant) -> None:
    run_load(tenant.settings(**ENTITIES))
    before = tenant.query("select * from wms_raw.elt_source")
    with served(Clock(ORIGIN, speed=0), seed=8) as simulator:
        other = Tenant(simulator, tenant.directory)
        with pytest.raises(ConfigError, match="WMS_CONF_033") as caught:
            rebind(other.settings(**ENTITIES))
    assert caught.value.exit_code == 10
    assert "belong to different rows" in caught.value.message
    assert "order_hdr: 50 asked" in str(caught.value.context["sample"])
    assert tenant.query("select * from wms_raw.elt_source") == before


def test_rebind_to_older_copy_is_refused(tenant: Tenant) -> None:
    tenant.advance(hours=30)
    run_load(tenant.settings(**ENTITIES))
    with served(Clock(ORIGIN, speed=0)) as simulator:
        copy = Tenant(simulator, tenant.directory)
        with pytest.raises(ConfigError, match="WMS_CONF_033"):
            rebind(copy.settings(**ENTITIES))


def test_rebind_from_simulator_is_refused(tenant: Tenant) -> None:
    run_load(tenant.settings(**ENTITIES))
    tenant.execute("update wms_raw.elt_source set kind = 'simulator', identity = 'seed 7, scale 1000'")
    with pytest.raises(ConfigError, match="WMS_CONF_033"):
        rebind(tenant.settings(**ENTITIES))


def test_rebind_of_empty_target_is_refused(tenant: Tenant) -> None:
    with pytest.raises(ConfigError, match="WMS_CONF_033"):
        rebind(tenant.settings(**ENTITIES))
