"""`wms-elt rebind` accepts the same tenant at a new address and refuses any other tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from loader.doctor.wms import check_wms
from loader.errors import ConfigError
from loader.runs import run_load
from loader.runs.rebind import rebind
from loader.simulator import Clock, RunningSimulator, SimulatorConfig, serve_in_thread
from loader.simulator.world import WorldSpec
from loader.warehouse.source_guard import ForeignTarget
from loader.wms.response import Request, Response
from loader.wms.transport import Transport
from tests.system.runs.conftest import ORIGIN, Tenant

EXCLUDED = "GRUPONOS_PIPELINE__EXCLUDE_FIELDS"
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


@pytest.mark.parametrize("before", [{}, {"GRUPONOS_PIPELINE__EXCLUDE_FIELDS": "order_hdr:cust_email,no_such?"}])
def test_rebind_and_doctor_ask_for_no_excluded_field(tenant: Tenant, before: dict[str, str]) -> None:
    written = "order_hdr:cust_email?,cust_name,no_such_field?"
    run_load(tenant.settings(**ENTITIES, **before))
    excluding = {
        **ENTITIES,
        "GRUPONOS_PIPELINE__EXCLUDE_FIELDS": written,
        "GRUPONOS_PIPELINE__START_DATE": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    with served(Clock(ORIGIN, speed=0)) as simulator:
        moved = Tenant(simulator, tenant.directory)
        settings = moved.settings(**excluding)
        shown: list[bytes] = []
        with watched_answers(shown):
            rebound = rebind(settings)
            names = {check.name for check in check_wms(settings) if check.status != "failed"}
            assert {"entities", "excluded fields", "start date"} <= names
    assert [agreement.counts for agreement in rebound.agreements if agreement.entity == "order_hdr"] == [{"same": 50}]
    documents = [document for document in shown if b'"order_nbr"' in document]
    assert documents
    assert not [document for document in documents if b'"cust_email"' in document or b'"cust_name"' in document]


@contextmanager
def watched_answers(shown: list[bytes]) -> Iterator[None]:
    """Collects the body of each answer but those of describe."""
    send = Transport.send

    def watched(self: Transport, request: Request, header: str) -> Response:
        answer = send(self, request, header)
        if "/describe" not in request.url:
            shown.append(answer.body)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "send", watched)
        yield


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
