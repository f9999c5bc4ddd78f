"""A warehouse of a few handwritten documents, which tests change version by version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.support.harness import DbtProject, RawDatabase

Document = Mapping[str, object]

FACILITIES = {11: "DC01", 14: "DC03"}
COMPANY = 3
ITEM = 900
STATUSES = {
    "order_status": {0: "Created", 20: "Allocated", 40: "Packed", 50: "Loaded", 90: "Shipped", 99: "Cancelled"},
    "allocation_status": {0: "Created", 30: "Picked", 90: "Completed", 99: "Cancelled"},
}
ASSESSED = ("int_inventory__assessed", "int_ib_shipment__assessed", "int_ib_shipment_dtl__assessed")
HISTORIES = ("+order_hdr_history", "+rejection_history")
EVERYTHING = ("+path:models/marts", *ASSESSED, *HISTORIES)
DECIDED = (
    *(
        "+rejected_records",
        "+business_rules",
        "+orders",
        "+order_lines",
        "+allocation_performance",
        "+wms_allocations",
        "+dim_facility",
    ),
    *ASSESSED,
    *HISTORIES,
)
"""The models with rules and the marts that show their results: half of the project."""
CREATED = "2026-05-04T09:00:00-03:00"
MODIFIED = "2026-05-04T12:00:00-03:00"


def relation(target_id: int | None) -> dict[str, object] | None:
    """Return a relation as the WMS renders it."""
    return None if target_id is None else {"id": target_id, "key": "", "url": ""}


def order(order_id: int, *, facility: int | None = 11, company: int | None = COMPANY, **fields: object) -> Document:
    """Return an order header, created and not yet allocated unless `fields` differ."""
    return {
        "id": order_id,
        "create_ts": CREATED,
        "mod_ts": MODIFIED,
        "facility_id": relation(facility),
        "company_id": relation(company),
        "order_nbr": f"ORD-{order_id}",
        "status_id": 0,
        "ord_date": "2026-05-04",
        "req_ship_date": "2026-05-05",
        "order_shipped_ts": None,
        "cust_name": "Maria da Silva",
        **fields,
    }


def line(
    order_dtl_id: int, order_id: int, *, item: int | None = ITEM, quantity: str = "10", **fields: object
) -> Document:
    """Return an order line."""
    return {
        "id": order_dtl_id,
        "create_ts": CREATED,
        "mod_ts": MODIFIED,
        "order_id": relation(order_id),
        "seq_nbr": order_dtl_id,
        "item_id": relation(item),
        "ord_qty": quantity,
        "orig_ord_qty": quantity,
        "alloc_qty": "0",
        "status_id": 0,
        **fields,
    }


def allocation(allocation_id: int, order_dtl_id: int, *, quantity: str = "10", **fields: object) -> Document:
    """Return an allocation waiting to be picked."""
    return {
        "id": allocation_id,
        "create_ts": CREATED,
        "mod_ts": MODIFIED,
        "order_dtl_id": relation(order_dtl_id),
        "status_id": 0,
        "alloc_qty": quantity,
        "packed_qty": "0",
        "picked_ts": None,
        "pick_user": "",
        "pick_locn_str": "",
        **fields,
    }


@dataclass(frozen=True)
class Warehouse:
    """A raw database with master data, and the marts built from it."""

    raw: RawDatabase
    dbt: DbtProject

    def build(self, *args: str, select: Sequence[str] = EVERYTHING) -> None:
        """Build seeds, models and snapshots, without tests."""
        skipped = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        self.dbt.run("build", *skipped, "--select", *select, *args)

    def ids(self, mart: str, key: str) -> set[int]:
        """Return the keys in a mart."""
        return {row[0] for row in self.raw.rows(f"select {key} from wms.{mart}")}

    def findings(self) -> set[tuple[str, int, str]]:
        """Return entity, id and rule of every open finding."""
        rows = self.raw.rows("select entity, entity_id, rule from wms.rejected_records")
        return {(entity, entity_id, rule) for entity, entity_id, rule in rows}

    def open(self) -> None:
        """Land companies, facilities, an item and the status lookups."""
        with self.raw.connected():
            self._open()

    def _open(self) -> None:
        audit = {"create_ts": CREATED, "mod_ts": MODIFIED}
        self.raw.put("company", {"id": COMPANY, **audit, "code": "GNOS", "name": "Grupo NOS"})
        self.raw.put_all(
            "facility",
            [
                {
                    "id": key,
                    **audit,
                    "code": code,
                    "name": code,
                    "parent_company_id": relation(COMPANY),
                    "time_zone_id": {"id": 25, "key": "America/Sao_Paulo", "url": ""},
                }
                for key, code in FACILITIES.items()
            ],
        )
        item = {"id": ITEM, **audit, "code": "SKU-900", "description": "Caderno", "company_id": relation(COMPANY)}
        self.raw.put("item", item)
        for entity, names in STATUSES.items():
            self.raw.put_all(entity, [{"id": status, "description": name} for status, name in names.items()])
        for entity in ("order_hdr", "order_dtl", "allocation"):
            self.raw.put_all(entity, [])
