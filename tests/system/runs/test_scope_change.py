"""Scope changes on a loaded target, against the simulator's real filters (field cases A4 to A6, D6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from loader.doctor.wms import check_wms
from loader.errors import ConfigError
from loader.report import RunReport
from loader.runs import reconcile, run_load
from loader.simulator import Clock, SimulatorConfig, User, UserProfile, serve_in_thread
from loader.simulator.world import WorldSpec
from tests.system.runs.conftest import ORIGIN, Tenant

NAMES = "facility,company,item,order_hdr,order_dtl,allocation,inventory,order_status"
DUE = {"GRUPONOS_PIPELINE__RECONCILE_HOURS": "0.001"}


def load(tenant: Tenant, *, passes: bool = False, **scope: str) -> RunReport:
    tenant.advance(minutes=10)
    return run_load(tenant.settings(**options(scope), **(DUE if passes else {})))


def options(scope: dict[str, str]) -> dict[str, str]:
    names = {
        "company": "GRUPONOS_WMS__COMPANY_CODE",
        "facilities": "GRUPONOS_WMS__FACILITY_CODES",
        "start": "GRUPONOS_PIPELINE__START_DATE",
    }
    return {"GRUPONOS_PIPELINE__ENTITIES": NAMES, **{names[name]: value for name, value in scope.items()}}


def documents(tenant: Tenant, entity: str) -> dict[int, Any]:
    return {row["id"]: row for row in map(json.loads, tenant.documents(entity))}


def marked(tenant: Tenant, entity: str, mark: int) -> set[int]:
    rows = tenant.query(
        f"""select entity_id from wms_raw.{entity}
        qualify row_number() over (partition by entity_id order by read_order desc) = 1 and is_deleted = {mark}"""
    )
    return {row_id for (row_id,) in rows}


def of_facilities(tenant: Tenant, *codes: str) -> dict[str, set[int]]:
    """Return the expected rows, through the relations of each entity."""
    orders = documents(tenant, "order_hdr")
    lines = documents(tenant, "order_dtl")
    kept = {row_id for row_id, row in orders.items() if (row["facility_id"] or {}).get("key") in codes}
    kept_lines = {row_id for row_id, row in lines.items() if (row["order_id"] or {}).get("id") in kept}
    allocations = documents(tenant, "allocation")
    return {
        "order_hdr": kept,
        "order_dtl": kept_lines,
        "allocation": {
            row_id
            for row_id, row in allocations.items()
            if row["order_dtl_id"] and row["order_dtl_id"]["id"] in kept_lines
        },
        "inventory": {
            row_id
            for row_id, row in documents(tenant, "inventory").items()
            if (row["facility_id"] or {}).get("key") in codes
        },
        "facility": {row_id for row_id, row in documents(tenant, "facility").items() if row["code"] in codes},
        "item": set(documents(tenant, "item")),
    }


@pytest.mark.exhaustive
def test_facilities_narrowed_then_widened(tenant: Tenant) -> None:
    load(tenant)
    everything = {entity: set(documents(tenant, entity)) for entity in of_facilities(tenant)}
    report = load(tenant, passes=True, facilities="DC01,DC02")
    truth = of_facilities(tenant, "DC01", "DC02")
    assert {entity: marked(tenant, entity, 0) for entity in truth} == truth
    assert all(marked(tenant, entity, 2) == everything[entity] - truth[entity] for entity in ("order_hdr", "facility"))
    assert all(not marked(tenant, entity, 1) for entity in truth)
    assert report.exit_code == 0
    [message] = report.warnings
    assert message.startswith("the scope changed from all companies, all facilities to all companies, facilities DC01")
    tenant.execute("create schema wms")
    tenant.execute(
        """create table wms.stg_wms__order_hdr as select entity_id as order_hdr_id, read_order from wms_raw.order_hdr
        qualify row_number() over (partition by entity_id order by read_order desc) = 1"""
    )
    lines = reconcile(tenant.settings(**options({"facilities": "DC01,DC02"})))
    assert [line for line in lines if not line.agrees] == []
    assert not any(line.staging_behind for line in lines)
    # one warning only
    assert load(tenant, passes=True, facilities="DC01,DC02").warnings == ()

    report = load(tenant, facilities="DC01,DC02,DC03")
    truth = of_facilities(tenant, "DC01", "DC02", "DC03")
    assert {entity: marked(tenant, entity, 0) for entity in truth} == truth
    assert "facilities DC01,DC02 to all companies, facilities DC01,DC02,DC03" in report.warnings[0]
    load(tenant)
    assert marked(tenant, "order_hdr", 0) == set(documents(tenant, "order_hdr"))
    assert tenant.current("order_hdr") == tenant.documents("order_hdr")
    assert tenant.current("allocation") == tenant.documents("allocation")


def test_start_date_limits_transactions_only_and_can_be_removed(tenant: Tenant) -> None:
    start = (ORIGIN - timedelta(days=2)).date().isoformat()
    report = load(tenant, passes=True, start=start)
    assert report.warnings == ()
    for entity in ("facility", "company", "item", "inventory", "order_status"):
        assert tenant.current(entity) == tenant.documents(entity)
    orders = documents(tenant, "order_hdr")
    # the documents are three hours behind UTC
    newer = {row_id for row_id, row in orders.items() if _utc(row["create_ts"]) >= f"{start}T00:00:00"}
    assert 0 < len(newer) < len(orders)
    assert marked(tenant, "order_hdr", 0) == newer
    # rows created earlier change now: they are out of scope in a window too
    tenant.advance(hours=5)
    load(tenant, passes=True, start=start)
    assert [line for line in reconcile(tenant.settings(**options({"start": start}))) if not line.agrees] == []
    load(tenant)
    for entity in ("order_hdr", "order_dtl", "allocation"):
        assert tenant.current(entity) == tenant.documents(entity)


def _utc(text: str) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({"company": "GN0S"}, ("no company has the code GN0S", "GNOS", "GRUPONOS_WMS__COMPANY_CODE")),
        ({"company": "gnos"}, ("GNOS", "case-sensitive")),
        ({"facilities": "DC01,DC99"}, ("no facility has the code DC99", "GRUPONOS_WMS__FACILITY_CODES")),
        ({"facilities": "XX,YY"}, ("no facility has the code XX, YY", "the user sees 4 facilities")),
    ],
)
def test_empty_scope_is_refused(tenant: Tenant, scope: dict[str, str], words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match="WMS_CONF_034") as caught:
        load(tenant, **scope)
    assert caught.value.exit_code == 10
    assert all(word in str(caught.value) for word in words)
    [check] = [each for each in check_wms(tenant.settings(**options(scope))) if each.name.startswith("scope")]
    assert (check.status, check.exit_code) == ("failed", 10)
    assert "WMS_CONF_034" in check.message


def test_misspelled_facility_changes_nothing(tenant: Tenant) -> None:
    load(tenant, facilities="DC01")
    before = tenant.query("select * from wms_raw.order_hdr order by all")
    with pytest.raises(ConfigError, match="WMS_CONF_034"):
        load(tenant, facilities="DC1")
    assert tenant.query("select * from wms_raw.order_hdr order by all") == before


def test_start_date_after_all_rows_warns(tenant: Tenant) -> None:
    after = (ORIGIN + timedelta(days=30)).date().isoformat()
    report = load(tenant, start=after)
    assert report.exit_code == 0
    assert any("order_hdr: All rows were created before" in warning for warning in report.warnings)
    assert not any(warning.startswith("item") for warning in report.warnings)
    checks = {check.name: check for check in check_wms(tenant.settings(**options({"start": after})))}
    assert checks["start date"].status == "warn"


@pytest.fixture
def blind(tenant: Tenant) -> Iterator[Tenant]:
    """A user without read permission on the entities that hold the codes."""
    user = User(profile=UserProfile(denied_entities=frozenset({"facility", "company"})))
    config = SimulatorConfig(world=WorldSpec(scale=1000, days=5, origin=ORIGIN), users=(user,))
    with serve_in_thread(config, clock=Clock(ORIGIN, speed=0)) as simulator:
        yield Tenant(simulator, tenant.directory)


def test_uncheckable_scope_is_accepted(blind: Tenant) -> None:
    settings = blind.settings(
        GRUPONOS_PIPELINE__ENTITIES="order_hdr", GRUPONOS_WMS__FACILITY_CODES="DC01", GRUPONOS_WMS__COMPANY_CODE="GNOS"
    )
    assert run_load(settings).exit_code == 0
    checks = {check.name: check for check in check_wms(settings)}
    assert (checks["scope facility"].status, checks["scope company"].status) == ("warn", "warn")
    assert "can't check" in checks["scope facility"].message


@pytest.mark.exhaustive
def test_history_follows_facilities_and_start_date(tenant: Tenant) -> None:
    def run(**scope: str) -> RunReport:
        tenant.advance(minutes=10)
        named = {**options(scope), "GRUPONOS_PIPELINE__ENTITIES": "inventory_history"}
        return run_load(tenant.settings(**named))

    def truth(*codes: str, since: str = "") -> set[int]:
        rows = documents(tenant, "inventory_history")
        return {
            row_id
            for row_id, row in rows.items()
            if row["facility_id"]["key"] in codes and _utc(row["create_ts"]) >= since
        }

    every = ("DC01", "DC02", "DC03", "LJ01")
    run(facilities="DC01")
    assert marked(tenant, "inventory_history", 0) == truth("DC01")
    run(facilities="DC01,DC02")
    assert marked(tenant, "inventory_history", 0) == truth("DC01", "DC02")
    run(facilities="DC02")
    assert marked(tenant, "inventory_history", 0) == truth("DC02")
    assert marked(tenant, "inventory_history", 2) == truth("DC01")
    start = (ORIGIN - timedelta(days=2)).date().isoformat()
    run(facilities="DC02", start=start)
    assert marked(tenant, "inventory_history", 0) == truth("DC02", since=start)
    run(facilities="DC02")
    assert marked(tenant, "inventory_history", 0) == truth("DC02")
    run()
    assert tenant.current("inventory_history") == tenant.documents("inventory_history")
    assert not marked(tenant, "inventory_history", 1)
    assert truth(*every) <= marked(tenant, "inventory_history", 0)


def test_entity_removed_and_added_again_resumes(tenant: Tenant) -> None:
    load(tenant)
    mark = tenant.query("select max(read_order) from wms_raw.order_hdr")
    without = tenant.settings(GRUPONOS_PIPELINE__ENTITIES="facility")
    assert run_load(without).exit_code == 0
    assert tenant.query("select max(read_order) from wms_raw.order_hdr") == mark
    tenant.advance(hours=3)
    report = load(tenant)
    [orders] = [entity for entity in report.entities if entity.entity == "order_hdr"]
    assert orders.mode == "incremental"
    assert tenant.current("order_hdr") == tenant.documents("order_hdr")
