"""A tenant with renumbered, translated statuses has the same rows with other status ids."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from loader.simulator.world import WarehouseWorld, WorldSpec
from loader.simulator.world.codes import HIDDEN, Codes

STANDARD, RENUMBERED = Codes(), Codes(renumbered=True)
ENTITIES = (
    *("order_hdr", "order_dtl", "allocation", "wave", "task", "inventory", "container", "ib_shipment", "load"),
    *("appointment", "purchase_order_hdr", "cc_adjustment_hdr", "wave_template", "carrier", "inventory_history"),
)
EXPOSED = tuple(name for name in STANDARD.entities if name.endswith("_status") and name not in HIDDEN.values())


@pytest.fixture(scope="module")
def renumbered(origin: datetime) -> WarehouseWorld:
    return WarehouseWorld(WorldSpec(origin=origin, scale=1000, statuses="renumbered"))


@pytest.mark.parametrize("entity", EXPOSED)
def test_every_status_id_changes_its_meaning(entity: str) -> None:
    before = {row.id: row.meaning for row in STANDARD.rows(entity)}
    after = {row.id: row.meaning for row in RENUMBERED.rows(entity)}
    assert before.keys() == after.keys()
    assert sorted(before.values()) == sorted(after.values())
    assert all(before[row_id] != after[row_id] for row_id in before)


def test_every_status_entity_has_a_code_table(renumbered: WarehouseWorld) -> None:
    assert {name for name in renumbered.entities if name.endswith("_status")} == set(EXPOSED)


@pytest.mark.parametrize("entity", ENTITIES)
def test_rows_differ_only_in_status_ids(
    small: WarehouseWorld, renumbered: WarehouseWorld, origin: datetime, entity: str
) -> None:
    targets = {f.name: f.target for f in small.entities[entity].fields if f.kind == "integer" and f.target}
    ids = small.ids(entity, origin)
    assert ids.tolist() == renumbered.ids(entity, origin).tolist()
    for one, two in zip(small.rows(entity, ids, origin), renumbered.rows(entity, ids, origin), strict=True):
        assert {name for name in one if one[name] != two[name]} <= {*targets, "alloc_mode_description"}
        for name in targets.keys() & one.keys():
            assert meaning(STANDARD, targets[name], one[name]) == meaning(RENUMBERED, targets[name], two[name])


def meaning(codes: Codes, entity: str | None, row_id: Any) -> str:
    return next(row.meaning for row in codes.rows(entity or "") if row.id == row_id)


def test_renumbered_descriptions_are_portuguese(renumbered: WarehouseWorld, origin: datetime) -> None:
    shown = {
        row["description"] for row in renumbered.rows("order_status", renumbered.ids("order_status", origin), origin)
    }
    assert {"Expedido", "Cancelado", "Embalado"} < shown
    assert renumbered.key("history_activity", 51) == "Movimentação"


def test_known_ids_are_those_of_a_live_tenant() -> None:
    assert STANDARD.ids("container_status", "Received", "Located", "Packed", "Shipped") == (10, 30, 80, 91)
    assert STANDARD.ids("order_status", "Created", "Allocated", "Shipped", "Cancelled") == (0, 20, 90, 99)


def test_codes_refuse_unknown_meanings() -> None:
    with pytest.raises(KeyError):
        STANDARD.id("order_status", "Lost")
