"""Entities and rows match the reference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from loader.simulator.contract import Field
from loader.simulator.world import WarehouseWorld

# wms-api 6; excludes `url`, which the reference counts
FIELD_COUNTS = {
    "company": 31,
    "facility": 34,
    "item": 55,
    "location": 64,
    "inventory": 21,
    "container": 52,
    "iblpn": 52,
    "oblpn": 52,
    "allocation": 24,
    "order_hdr": 121,
    "order_dtl": 87,
    "order_status": 2,
}
TYPES = {
    "integer": int,
    "decimal": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "datetime": datetime,
    "relation": int,
    "set": int,
    "inline": tuple,
}


@pytest.mark.parametrize(("entity", "count"), FIELD_COUNTS.items())
def test_field_counts(world: WarehouseWorld, entity: str, count: int) -> None:
    shown = [field for field in world.entities[entity].fields if field.since is None or field.since <= "25B"]
    assert len({field.name for field in shown}) == count


def test_first_fields_are_the_key_and_the_audit_fields(world: WarehouseWorld) -> None:
    for entity in ("order_hdr", "allocation", "inventory", "container", "wave", "inventory_history"):
        names = [field.name for field in world.entities[entity].fields[:5]]
        assert names == ["id", "create_user", "create_ts", "mod_user", "mod_ts"]


def test_later_releases_add_fields(world: WarehouseWorld) -> None:
    added = {(name, f.name): f.since for name, schema in world.entities.items() for f in schema.fields if f.since}
    assert added["ib_shipment_dtl", "container_id"] == "25C"
    assert sum(since == "26A" for since in added.values()) == 7


def test_facility_and_company_paths_resolve(world: WarehouseWorld) -> None:
    for schema in world.entities.values():
        for path, end in ((schema.facility_path, "facility"), (schema.company_path, "company")):
            at = schema.name
            for step in path:
                fields = {field.name: field for field in world.entities[at].fields}
                at = at if step == "id" else fields[step].target or ""
            assert not path or at == end


def test_rows_have_only_known_fields_of_right_type(world: WarehouseWorld, tables: Mapping) -> None:  # type: ignore[type-arg]
    for entity, rows in tables.items():
        fields = {field.name: field for field in world.entities[entity].fields}
        assert rows, entity
        for row in rows.values():
            for name, value in row.items():
                _check(entity, fields[name], value)


def _check(entity: str, field: Field, value: object) -> None:
    where = f"{entity}.{field.name} = {value!r}"
    if value is None:
        assert field.default is None, where
        return
    assert type(value) is TYPES[field.kind], where
    if isinstance(value, str):
        assert field.max_length is None or len(value) <= field.max_length, where
    if isinstance(value, datetime):
        assert value.tzinfo is UTC, where


def test_relations_point_to_rows_that_exist(
    world: WarehouseWorld,
    tables: Mapping,  # type: ignore[type-arg]
    origin: datetime,
) -> None:
    # each of these rules is about a relation to a row that does not exist, planted on purpose
    astray = {
        (violation.entity, violation.row_id)
        for violation in world.violations(origin)
        if violation.rule.startswith(("orphan_", "unknown_"))
    }
    for entity, rows in tables.items():
        for field in world.entities[entity].fields:
            if field.kind != "relation" or field.target not in tables:
                continue
            values = {row.get(field.name) for key, row in rows.items() if (entity, key) not in astray}
            assert values - {None} <= tables[field.target].keys(), f"{entity}.{field.name}"
