"""Columns of a generated staging model: names, types, paths and personal data."""

from __future__ import annotations

import re

import pytest

from loader.settings.reserved import RESERVED_WORDS
from loader.staging import StagedColumn, staged_columns
from loader.staging.columns import BOOKKEEPING, key_of
from tests.support.described import catalogue, described, description_of
from tests.support.harness import REPOSITORY


def column(entity: str, field: str, **facts: object) -> StagedColumn:
    """Return the column of the only field."""
    (found,) = staged_columns(description_of(entity, {"id": {"type": "integer"}, field: facts}))
    return found


@pytest.mark.parametrize(
    ("field", "facts", "name", "data_type", "path"),
    [
        ("order_nbr", {"type": "string", "max_length": 50}, "order_nbr", "varchar(50)", "$.order_nbr"),
        ("notes", {"type": "string", "max_length": 2000}, "notes", "varchar(999)", "$.notes"),
        ("notes", {"type": "string"}, "notes", "varchar(999)", "$.notes"),
        ("start_of_day", {"type": "time"}, "start_of_day", "varchar(999)", "$.start_of_day"),
        ("ord_qty", {"type": "decimal"}, "ord_qty", "decimal(19,6)", "$.ord_qty"),
        ("ord_qty", {"type": "number"}, "ord_qty", "decimal(19,6)", "$.ord_qty"),
        ("seq_nbr", {"type": "integer"}, "seq_nbr", "bigint", "$.seq_nbr"),
        ("item_id", {"type": "relation"}, "item_id", "bigint", "$.item_id.id"),
        ("picked_ts", {"type": "datetime"}, "picked_at", "timestamp", "$.picked_ts"),
        ("picked_ts", {"type": "date-time"}, "picked_at", "timestamp", "$.picked_ts"),
        ("ord_date", {"type": "date"}, "ord_date", "date", "$.ord_date"),
        ("stop_ship_flg", {"type": "boolean"}, "is_stop_ship", "integer", "$.stop_ship_flg"),
        ("is_open", {"type": "boolean"}, "is_open", "integer", "$.is_open"),
        ("mod_ts", {"type": "datetime"}, "modified_at", "timestamp", "$.mod_ts"),
        ("level", {"type": "string", "max_length": 10}, "location_level", "varchar(10)", "$.level"),
        ("load_id", {"type": "relation"}, "location_load_id", "bigint", "$.load_id.id"),
        ("location_id", {"type": "relation"}, "location_location_id", "bigint", "$.location_id.id"),
        ("deleted_ts", {"type": "datetime"}, "location_deleted_at", "timestamp", "$.deleted_ts"),
        ("doc", {"type": "string", "max_length": 9}, "wms_doc", "varchar(9)", "$.doc"),
        ("entity_id", {"type": "relation"}, "wms_entity_id", "bigint", "$.entity_id.id"),
        ("read_ts", {"type": "datetime"}, "wms_read_at", "timestamp", "$.read_ts"),
    ],
)
def test_field_gives_column(field: str, facts: dict[str, object], name: str, data_type: str, path: str) -> None:
    found = column("location", field, **facts)
    assert (found.name, found.data_type, found.path) == (name, data_type, path)


def test_no_column_has_the_name_of_a_raw_column() -> None:
    macro = (REPOSITORY / "dbt_project" / "macros" / "sources" / "raw_versions.sql").read_text()
    (names,) = re.findall(r"macro raw_version_columns\(\) -%}\s*(.*?)\s*{%-", macro)
    raw = names.split(", ")
    assert "doc" in raw
    fields: dict[str, dict[str, object]] = {name: {"type": "string"} for name in raw}
    found = {column.name for column in staged_columns(description_of("dock", fields))}
    assert len(found) == len(raw)
    assert not found & set(raw)


def test_status_lookup_names_its_description_like_others() -> None:
    assert column("wave_status", "description", type="string", max_length=255).name == "status_description"


def test_two_fields_with_one_name_stay_apart() -> None:
    fields: dict[str, dict[str, object]] = {"open_flg": {"type": "boolean"}, "is_open": {"type": "boolean"}}
    assert [found.name for found in staged_columns(description_of("dock", fields))] == ["is_open", "dock_is_open"]


@pytest.mark.parametrize("field", ["pick_user", "create_user", "cust_name", "shipto_addr2", "email", "gift_msg"])
def test_text_about_people_is_personal(field: str) -> None:
    assert column("order_hdr", field, type="string", max_length=30).personal


@pytest.mark.parametrize(
    ("field", "kind"), [("order_nbr", "string"), ("cust_field_1", "string"), ("user_id", "integer")]
)
def test_other_fields_are_not_personal(field: str, kind: str) -> None:
    assert not column("order_hdr", field, type=kind).personal


@pytest.mark.parametrize("entity", sorted(catalogue()))
def test_every_catalogue_entity_has_usable_columns(entity: str) -> None:
    names = [key_of(entity), *BOOKKEEPING, *(found.name for found in staged_columns(described(entity)))]
    assert len(set(names)) == len(names)
    # the longest suffix of a column in a query is __offset
    assert [name for name in names if len(name) > 120 or name in RESERVED_WORDS] == []
