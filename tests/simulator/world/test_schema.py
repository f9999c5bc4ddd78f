"""Entities and rows match the reference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from loader.simulator.contract import Field
from loader.simulator.world import WarehouseWorld
from loader.simulator.world.tables.declared import SOURCES, _Maker, declarations
from loader.simulator.world.tables.static import static_tables

# of a live tenant; excludes `url`
FIELD_COUNTS = {
    "company": 31,
    "facility": 34,
    "item": 56,
    "location": 62,
    "inventory": 21,
    "container": 52,
    "iblpn": 52,
    "oblpn": 52,
    "allocation": 24,
    "order_hdr": 121,
    "order_dtl": 87,
    "order_status": 2,
    "wave": 34,
    "task": 22,
    "ib_shipment": 68,
    "ib_shipment_dtl": 77,
    "inventory_history": 109,
    "uom": 11,
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


# the world knows what these relations point to, but a tenant doesn't expose it
HIDDEN = {"allocation_type", "history_activity", "mhe_system"}


def test_catalogue_has_all_entities_of_a_tenant(world: WarehouseWorld) -> None:
    assert len(world.entities) == 311
    dated = [name for name, schema in world.entities.items() if any(field.name == "mod_ts" for field in schema.fields)]
    assert len(dated) == 187
    assert not {"order_status", "container_lock_xref", "location_type"} & set(dated)


def test_targets_are_entities_and_statuses_are_numbers(world: WarehouseWorld) -> None:
    for schema in world.entities.values():
        assert len({field.name for field in schema.fields}) == len(schema.fields)
        for field in schema.fields:
            assert field.target in {None, *HIDDEN, *world.entities}, f"{schema.name}.{field.name}"
            if field.name.endswith("_id") and field.kind != "relation":
                assert field.name.endswith("status_id")
                assert field.kind == "integer"


def test_order_instructions_are_inline(world: WarehouseWorld) -> None:
    every = ((schema.name, field) for schema in world.entities.values() for field in schema.fields)
    inline = {(name, field.name, field.target) for name, field in every if field.kind == "inline"}
    assert inline == {(name, "order_instructions_set", "order_instruction") for name in ("order_hdr", "order_dtl")}


def test_entities_without_rows_are_empty(world: WarehouseWorld, origin: datetime) -> None:
    assert len(world.ids("work_order_hdr", origin)) == 0
    assert len(world.heap("work_order_hdr", origin)) == 0
    assert world.rows("work_order_hdr", [], origin) == []
    with pytest.raises(KeyError):
        world.row("work_order_hdr", 1, origin)
    with pytest.raises(KeyError):
        world.ids("no_such_entity", origin)


@pytest.mark.parametrize(("entity", "count"), FIELD_COUNTS.items())
def test_field_counts(world: WarehouseWorld, entity: str, count: int) -> None:
    shown = [field for field in world.entities[entity].fields if field.since is None or field.since <= "25B"]
    assert len({field.name for field in shown}) == count


def test_first_fields_are_the_key_and_the_audit_fields(world: WarehouseWorld) -> None:
    for entity in ("order_hdr", "allocation", "inventory", "container", "wave", "inventory_history", "load"):
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
        for row in rows.values():
            for name, value in row.items():
                _check(entity, fields[name], value)


def _check(entity: str, field: Field, value: object) -> None:
    where = f"{entity}.{field.name} = {value!r}"
    if value is None:
        # an optional relation is null even if a new row has a default
        assert field.default is None or field.kind == "relation", where
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


def test_declared_columns_are_fields_of_the_catalogue(world: WarehouseWorld) -> None:
    for entity, parts in declarations().items():
        known = {field.name for field in world.entities[entity].fields}
        for part in parts:
            assert part.columns.keys() <= known, f"{entity} of {part.source}"
            assert part.source in SOURCES
    assert {part.source for parts in declarations().values() for part in parts} == SOURCES.keys()


def test_static_rows_have_one_value_per_column(world: WarehouseWorld) -> None:
    for entity, table in static_tables().items():
        known = {field.name for field in world.entities[entity].fields}
        unknown = {name for row in table.rows for name in row} - known
        assert unknown <= ({"share"} if entity in ("company", "facility") else set()), entity
        assert table.key in table.rows[0]


def test_unknown_fact_of_a_declared_column_is_an_error(world: WarehouseWorld, origin: datetime) -> None:
    history = world._built.history
    schema = world.entities["wave"]
    source = history.source("waves")
    field = next(field for field in schema.fields if field.name == "run_nbr")
    with pytest.raises(KeyError):
        _Maker(history, "wave", source, field).column("no_such_fact")
    with pytest.raises(ValueError, match="not in tuple"):
        _Maker(history, "wave", source, field).column("number @ no_such_event")
