"""Item dimensions equal the documents of the item and its companions."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.marts.full_world import FullWorld

Document = dict[str, Any]


def by_item(full_world: FullWorld, entity: str) -> dict[int, Document]:
    """Return the newest document of each item."""
    documents = full_world.documents(entity)
    return {documents[key]["item_id"]["id"]: documents[key] for key in sorted(documents)}


def number(value: object) -> Decimal | None:
    return Decimal(str(value)) if value not in (None, "") else None


@pytest.fixture(scope="module")
def rows(full_world: FullWorld) -> dict[int, Document]:
    return {row["item_id"]: row for row in full_world.records("select * from wms.dim_item")}


def test_prices_and_quantities_equal_documents(full_world: FullWorld, rows: dict[int, Document]) -> None:
    metrics, traits = by_item(full_world, "item_metrics"), by_item(full_world, "item_characteristics")
    assert len(metrics) > 50
    for item, document in metrics.items():
        row = rows[item]
        for column in ("retail_price", "net_cost", "std_pack_qty", "std_case_qty", "max_case_qty", "tiers_per_pallet"):
            assert number(row[column]) == number(document[column]), (item, column)
        assert row["product_life_days"] == document["product_life"]
        assert row["currency_code"] == document["currency_code"]
    for item, document in traits.items():
        row = rows[item]
        assert (row["brand_code"], row["season_code"]) == (document["brand_code"], document["season_code"])
        assert row["velocity_code"] == document["velocity_code"]
        assert row["is_batch_tracked"] == int(document["req_batch_nbr_flg"])
        assert row["is_conveyable"] == int(document["conveyable"])
    assert {row["is_serial_tracked"] for row in rows.values()} >= {0, 1}


def test_group_and_hierarchy_equal_documents(full_world: FullWorld, rows: dict[int, Document]) -> None:
    groups, nodes = full_world.documents("item_group_defn"), full_world.documents("item_hierarchy_defn")
    for item, document in by_item(full_world, "item_struct").items():
        row, group = rows[item], groups[document["group_id"]["id"]]
        assert (row["group_code"], row["group_description"]) == (group["code"], group["description"])
        for level in range(1, 6):
            node = document[f"hierarchy_{level}_id"]
            expected = nodes[node["id"]]["code"] if node else None
            assert row[f"hierarchy_{level}_code"] == expected, (item, level)


def test_barcodes_are_counted_once(full_world: FullWorld, rows: dict[int, Document]) -> None:
    barcodes: defaultdict[int, set[str]] = defaultdict(set)
    for item, document in full_world.documents("item").items():
        barcodes[item].add(document["barcode"])
    for document in full_world.documents("item_barcode").values():
        barcodes[document["item_id"]["id"]].add(document["barcode"])
    live = {item: row for item, row in rows.items() if not row["is_deleted"]}
    assert {item: row["barcode_count"] for item, row in live.items()} == {
        item: len(found - {""}) for item, found in barcodes.items()
    }
    assert {row["barcode_count"] for row in live.values()} >= {2}


def test_item_facilities_equal_documents(full_world: FullWorld) -> None:
    documents, units = full_world.documents("item_facility"), full_world.documents("uom")
    expected = {
        (document["item_id"]["id"], document["facility_id"]["id"]): (
            document["velocity_code"] or None,
            number(document["max_lpn_qty"]),
            units[document["primary_uom_id"]["id"]]["uom_code"],
        )
        for document in documents.values()
    }
    found = full_world.raw.rows(
        "select item_id, facility_id, velocity_code, max_lpn_qty, primary_uom_code from wms.dim_item_facility"
    )
    assert {(item, facility): tuple(values) for item, facility, *values in found} == expected
    assert len(expected) > 100
