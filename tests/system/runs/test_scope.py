"""Pipelines that read different parts of an entity need separate targets."""

from __future__ import annotations

import pytest

from loader.errors import ConfigError
from loader.runs import run_load
from tests.system.runs.conftest import Tenant

ENTITIES = "facility,order_hdr"


def load(tenant: Tenant, name: str, *, facilities: str = "", company: str = "", entities: str = ENTITIES) -> int:
    options = {"GRUPONOS_PIPELINE__NAME": name, "GRUPONOS_PIPELINE__ENTITIES": entities}
    if facilities:
        options["GRUPONOS_WMS__FACILITY_CODES"] = facilities
    if company:
        options["GRUPONOS_WMS__COMPANY_CODE"] = company
    return run_load(tenant.settings(**options)).exit_code


@pytest.mark.parametrize("other", [{"facilities": "DC02"}, {}, {"facilities": "DC01", "company": "GNOS"}])
def test_other_scope_of_other_pipeline_is_refused(tenant: Tenant, other: dict[str, str]) -> None:
    load(tenant, "wms_dc01", facilities="DC01")
    before = tenant.query("select * from wms_raw.order_hdr order by all")
    tenant.advance(hours=2)
    with pytest.raises(ConfigError, match="WMS_CONF_012") as caught:
        load(tenant, "wms_dc02", **other)
    assert caught.value.exit_code == 10
    assert "pipeline wms_dc01 reads it" in caught.value.message
    assert "all companies, facilities DC01" in caught.value.message
    assert tenant.query("select * from wms_raw.order_hdr order by all") == before
    assert tenant.query("select exit_code, error_code from wms_raw.elt_run order by started_at") == [
        (0, None),
        (10, "WMS_CONF_012"),
    ]


def test_other_start_date_of_other_pipeline_is_refused(tenant: Tenant) -> None:
    start = {"GRUPONOS_PIPELINE__START_DATE": "2026-05-01"}
    assert run_load(tenant.settings(GRUPONOS_PIPELINE__NAME="one", GRUPONOS_PIPELINE__ENTITIES=ENTITIES)).exit_code == 0
    facilities = tenant.settings(GRUPONOS_PIPELINE__NAME="two", GRUPONOS_PIPELINE__ENTITIES="facility", **start)
    assert run_load(facilities).exit_code == 0
    orders = tenant.settings(GRUPONOS_PIPELINE__NAME="two", GRUPONOS_PIPELINE__ENTITIES="order_hdr", **start)
    with pytest.raises(ConfigError, match="WMS_CONF_012"):
        run_load(orders)


def test_harmless_scope_differences_are_accepted(tenant: Tenant) -> None:
    load(tenant, "wms", facilities="DC01,DC02")
    # a new name for the same scope, another order of codes, other entities, a wider scope under the same name
    assert load(tenant, "renamed", facilities="DC02,DC01") == 0
    assert load(tenant, "items", entities="item") == 0
    tenant.execute("delete from wms_raw.elt_scope where pipeline_name = 'renamed'")
    assert load(tenant, "wms") == 0
    claims = "select pipeline_name, entity, read_scope from wms_raw.elt_scope order by all"
    assert tenant.query(claims) == [
        ("items", "item", "all companies, all facilities"),
        ("wms", "facility", "all companies, all facilities"),
        ("wms", "order_hdr", "all companies, all facilities"),
    ]
