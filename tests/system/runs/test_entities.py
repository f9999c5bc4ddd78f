"""Entities outside the default list, and settings that change the default ones (over real HTTP)."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.system.runs.conftest import Tenant

HISTORY = {"GRUPONOS_PIPELINE__ENTITIES": "inventory_history", "GRUPONOS_WMS__FACILITY_CODES": "DC01"}


def test_inventory_history_uses_mandatory_filters(tenant: Tenant) -> None:
    for hours in (0, 3):
        tenant.advance(hours=hours)
        result = tenant.load(**HISTORY)
        outcome = result.outcomes["inventory_history"]
        assert (outcome.status, outcome.error) == ("ok", None)
        [facility] = [json.loads(text) for text in tenant.documents("facility") if '"code":"DC01"' in text]
        documents = [
            text
            for text in tenant.documents("inventory_history")
            if json.loads(text)["facility_id"]["id"] == facility["id"]
        ]
        assert tenant.current("inventory_history") == documents
    assert outcome.mode == "incremental"
    assert outcome.rows_read < len(documents) / 2


def test_any_tenant_entity_can_be_loaded(tenant: Tenant) -> None:
    tenant.load(GRUPONOS_PIPELINE__ENTITIES="company", GRUPONOS_PIPELINE__EXTRA_ENTITIES="uom")
    assert tenant.current("uom") == tenant.documents("uom")


def test_unknown_entity_failure_is_isolated(tenant: Tenant) -> None:
    result = tenant.load(GRUPONOS_PIPELINE__ENTITIES="company,order_hrd,facility")
    failed = result.outcomes["order_hrd"].error
    assert failed is not None
    assert failed.code == "WMS_ENTITY_001"
    assert "order_hdr" in str(failed)
    assert tenant.current("facility") == tenant.documents("facility")


def test_excluded_fields_are_not_requested(tenant: Tenant) -> None:
    tenant.load(
        GRUPONOS_PIPELINE__ENTITIES="order_hdr",
        GRUPONOS_PIPELINE__EXCLUDE_FIELDS="order_hdr:cust_email,cust_phone_nbr",
    )
    document = json.loads(tenant.current("order_hdr")[0])
    assert not {"cust_email", "cust_phone_nbr"} & set(document)
    assert "cust_name" in document


def test_scope_limits_every_facility_entity(tenant: Tenant) -> None:
    entities = "facility,order_hdr,order_dtl,allocation,item"
    tenant.load(GRUPONOS_PIPELINE__ENTITIES=entities, GRUPONOS_WMS__FACILITY_CODES="DC01")
    [(facility_id,)] = tenant.query("select entity_id from wms_raw.facility")
    orders = [json.loads(document) for document in tenant.documents("order_hdr")]
    of_facility = {
        order["id"] for order in orders if order["facility_id"] and order["facility_id"]["id"] == facility_id
    }
    assert {json.loads(document)["id"] for document in tenant.current("order_hdr")} == of_facility
    lines = [json.loads(document) for document in tenant.documents("order_dtl")]
    expected = {line["id"] for line in lines if line["order_id"] and line["order_id"]["id"] in of_facility}
    assert {json.loads(document)["id"] for document in tenant.current("order_dtl")} == expected
    assert len(tenant.current("item")) == len(tenant.documents("item"))


def test_narrower_scope_marks_nothing_as_deleted(tenant: Tenant) -> None:
    """Rows out of scope are not deleted. A facility that disappears completely looks like lost eligibility."""
    entities = {"GRUPONOS_PIPELINE__ENTITIES": "order_hdr,order_dtl", "GRUPONOS_PIPELINE__LARGEST_LOSS": "1"}
    tenant.load(**entities)
    rows = len(tenant.current("order_hdr"))
    for catch_up in ("reconcile", "full"):
        narrowed = tenant.load(passes=frozenset({catch_up}), GRUPONOS_WMS__FACILITY_CODES="DC01", **entities)
        assert narrowed.outcomes["order_hdr"].status == "ok"
        assert narrowed.outcomes["order_hdr"].deleted_rows == narrowed.outcomes["order_dtl"].deleted_rows == 0
    assert 0 < len(tenant.current("order_hdr")) < rows
    tenant.load(**entities)
    assert len(tenant.current("order_hdr")) == rows


def test_fields_added_by_release_do_not_stop_load(tenant: Tenant) -> None:
    tenant.load(GRUPONOS_PIPELINE__ENTITIES="company")
    before = tenant.load(GRUPONOS_PIPELINE__ENTITIES="company").described["company"]
    simulated = tenant.simulator.tenant
    simulated.behaviour = replace(simulated.behaviour, release="26B")
    after = tenant.load(GRUPONOS_PIPELINE__ENTITIES="company").described["company"]
    assert set(before) < set(after)


def test_entities_without_ordering_are_read_completely(tenant: Tenant) -> None:
    simulated = tenant.simulator.tenant
    simulated.behaviour = replace(simulated.behaviour, ordering_refused=frozenset({"order_dtl"}))
    result = tenant.load(GRUPONOS_PIPELINE__ENTITIES="order_dtl", GRUPONOS_WMS__PAGE_SIZE="100")
    assert result.outcomes["order_dtl"].status == "ok"
    assert tenant.current("order_dtl") == tenant.documents("order_dtl")
