"""Differences between staging and the tenant, and its custom fields."""

from __future__ import annotations

from dataclasses import replace

from loader.discovery.custom import custom_fields_in_use, suggested_setting
from loader.discovery.findings import findings
from loader.discovery.gaps import field_gaps, missing_custom_fields
from loader.staging import ExpectedColumn, ExpectedModel
from tests.support.described import description_of
from tests.unit.discovery.scripted import raw
from tests.unit.discovery.test_drift_baseline import DISCOVERY


def test_gaps_compare_kind_and_width() -> None:
    columns = {
        "missing": ("gone", False, "bigint"),
        "fits": ("nbr", False, "varchar(30)"),
        "narrow": ("nbr", False, "varchar(20)"),
        "status": ("status_id", False, "bigint"),
        "related": ("item_id", True, "bigint"),
        "not_related": ("nbr", True, "bigint"),
        "bare": ("item_id", False, "bigint"),
        "flag": ("status_id", False, "integer"),
        "unknown_kind": ("odd", False, "timestamp"),
        "number_in_quotes": ("nbr", False, "decimal(19,6)"),
        "day_in_quotes": ("nbr", False, "date"),
        "count_as_text": ("status_id", False, "varchar(10)"),
    }
    model = ExpectedModel(
        "order_hdr",
        "stg_wms__order_hdr",
        tuple(
            ExpectedColumn("stg_wms__order_hdr", name, field, goes_in, data_type)
            for name, (field, goes_in, data_type) in columns.items()
        ),
    )
    fields: dict[str, dict[str, object]] = {
        "nbr": {"type": "string", "max_length": 30},
        "status_id": {"type": "integer"},
        "item_id": {"type": "relation"},
        "odd": {"type": "hologram"},
    }
    found = field_gaps([model], {"order_hdr": description_of("order_hdr", fields)})
    assert {gap.column: gap.kind for gap in found} == {
        "missing": "missing",
        "narrow": "longer text",
        "not_related": "other type",
        "bare": "other type",
        "flag": "other type",
        "number_in_quotes": "as text",
        "day_in_quotes": "as text",
    }
    assert {finding.level for finding in findings(replace(DISCOVERY, gaps=(found[-1],)))} == {"check"}
    assert field_gaps([model], {}) == []


def test_published_custom_field_that_the_tenant_lacks_is_a_finding() -> None:
    described = {"order_hdr": description_of("order_hdr", {"cust_field_1": {"type": "string"}})}
    published = {"order_hdr": {"cust_field_1": "channel", "cust_field_9": "campaign"}, "item": {"cust_field_1": "x"}}
    gaps = missing_custom_fields(published, described)
    (found,) = findings(replace(DISCOVERY, rules=(), gaps=tuple(gaps)))
    assert found.level == "check"
    assert "stg_wms__order_hdr.cust_field_9" in found.text
    assert "cust_field_1" not in found.text


def test_custom_fields_ignore_defaults() -> None:
    fields: dict[str, dict[str, object]] = {
        name: {"type": "string"} for name in ("cust_field_1", "cust_field_2", "cust_decimal_1", "cust_name")
    }
    documents = raw(
        {"cust_field_1": "x", "cust_field_2": "", "cust_decimal_1": "0", "cust_name": "Ana"},
        {"cust_field_1": None, "cust_decimal_1": "0.5"},
    )
    found = custom_fields_in_use(description_of("order_hdr", fields), documents)
    assert [(field.field, field.used, field.sampled) for field in found] == [
        ("cust_decimal_1", 1, 2),
        ("cust_field_1", 1, 2),
    ]
    assert suggested_setting(found) == "order_hdr:cust_decimal_1=decimal_1,cust_field_1=field_1"


def test_gap_is_not_found_if_another_field_fills_the_column() -> None:
    column = ExpectedColumn("stg_wms__wave_status", "label", "description", False, "varchar(255)", else_field="code")
    model = ExpectedModel("wave_status", "stg_wms__wave_status", (column,))
    code: dict[str, dict[str, object]] = {"code": {"type": "string", "max_length": 10}}
    assert field_gaps([model], {"wave_status": description_of("wave_status", code)}) == []
    assert field_gaps([replace_else(model)], {"wave_status": description_of("wave_status", code)})[0].kind == "missing"


def replace_else(model: ExpectedModel) -> ExpectedModel:
    """Return the model without alternative fields."""
    return replace(model, columns=tuple(replace(column, else_field="") for column in model.columns))
