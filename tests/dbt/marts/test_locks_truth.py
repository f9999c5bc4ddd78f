"""Availability by lock, batches and their trace equal values calculated from the WMS's documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from tests.dbt.marts.documents import Document, related
from tests.dbt.marts.full_world import FullWorld

OUT_OF_STORAGE = {("O", 91), ("O", 95), ("O", 99), ("I", 0), ("I", 48), ("I", 90), ("I", 99)}
"""Types and statuses of LPNs of the simulated world whose stock is not in the warehouse."""
CANCELLED = 99
Parts = dict[str, Decimal]


def stored_stock(full_world: FullWorld) -> dict[int, Document]:
    """Return stock records in the warehouse, without hidden ones."""
    lpns = full_world.documents("container")
    hidden = {
        row["entity_id"]
        for row in full_world.records(
            "select entity_id from wms.rejected_records where entity = 'inventory' and handling = 'hidden'"
        )
    }
    found = {}
    for key, row in full_world.documents("inventory").items():
        lpn = lpns.get(related(row, "container_id") or 0)
        if key not in hidden and not (lpn and (lpn["type"], lpn["status_id"]) in OUT_OF_STORAGE):
            found[key] = row
    return found


def preventing(full_world: FullWorld) -> set[int]:
    """Return locks that prevent allocation."""
    return {key for key, row in full_world.documents("inventory_lock").items() if not row["allocatable_for_order"]}


def lock_level(full_world: FullWorld, stock: dict[int, Document]) -> dict[int, str]:
    """Return how records are locked: through the LPN, else the batch, else the location."""
    locks = preventing(full_world)
    locked_lpns = {
        related(row, "container_id")
        for row in full_world.documents("container_lock_xref").values()
        if related(row, "lock_id") in locks
    }
    lpns, places = full_world.documents("container"), full_world.documents("location")
    batches = full_world.documents("batch_number")
    found = {}
    for key, row in stock.items():
        lpn, batch = related(row, "container_id"), batches.get(related(row, "batch_number_id") or 0)
        own = related(row, "location_id") or (related(lpns[lpn], "curr_location_id") if lpn in lpns else None)
        place = places.get(own or 0)
        if lpn in locked_lpns:
            found[key] = "lpn_locked_qty"
        elif batch and related(batch, "lock_id") in locks:
            found[key] = "batch_locked_qty"
        elif place and related(place, "lock_code_id") in locks:
            found[key] = "location_locked_qty"
    return found


def reserved(full_world: FullWorld) -> Counter[int | None]:
    """Return quantities that open allocations reserve, by stock record."""
    found: Counter[int | None] = Counter()
    for row in full_world.documents("allocation").values():
        quantity = Decimal(row["alloc_qty"])
        if quantity > 0 and not row["picked_ts"] and row["status_id"] not in (90, CANCELLED):
            found[related(row, "from_inventory_id")] += quantity  # type: ignore[assignment]
    return found


def test_availability_equals_documents(full_world: FullWorld) -> None:
    stock, lpns = stored_stock(full_world), full_world.documents("container")
    levels, taken = lock_level(full_world, stock), reserved(full_world)
    expected: defaultdict[tuple[int, int], Parts] = defaultdict(lambda: defaultdict(Decimal))
    for key, row in full_world.documents("inventory").items():
        facility, item = related(row, "facility_id"), related(row, "item_id")
        if not (facility and item):
            continue
        parts = expected[facility, item]
        if key not in stock:
            continue
        quantity, lpn = Decimal(row["curr_qty"]), lpns.get(related(row, "container_id") or 0)
        parts["on_hand_qty"] += quantity
        if lpn and lpn["type"] == "O":
            parts["outbound_qty"] += quantity
        elif key in levels:
            parts[levels[key]] += quantity
        else:
            parts["available_qty"] += max(quantity - taken[key], Decimal(0))
    names = [
        "on_hand_qty",
        "outbound_qty",
        "lpn_locked_qty",
        "batch_locked_qty",
        "location_locked_qty",
        "available_qty",
    ]
    rows = full_world.records(f"select facility_id, item_id, {', '.join(names)} from wms.stock_availability")
    found = {(row["facility_id"], row["item_id"]): [row[name] for name in names] for row in rows}
    wanted = {key: [parts[name] for name in names] for key, parts in expected.items()}
    assert {key: value for key, value in found.items() if any(value)} == {
        key: value for key, value in wanted.items() if any(value)
    }
    assert all(sum(value[place] for value in wanted.values()) > 0 for place in (0, 1, 5))
    assert sum(sum(value[2:5]) for value in wanted.values()) > 0


def test_parts_add_up_to_stock_on_hand(full_world: FullWorld) -> None:
    rows = full_world.records(
        "select * from wms.stock_availability "
        "where on_hand_qty <> outbound_qty + locked_qty + reserved_qty + available_qty "
        "or locked_qty <> lpn_locked_qty + batch_locked_qty + location_locked_qty"
    )
    assert rows == []


def test_batches_equal_documents(full_world: FullWorld) -> None:
    locks, quantity, lpns = preventing(full_world), Counter[int | None](), defaultdict[int | None, set[int]](set)
    for row in stored_stock(full_world).values():
        quantity[related(row, "batch_number_id")] += Decimal(row["curr_qty"])  # type: ignore[assignment]
    for row in full_world.documents("inventory").values():
        if lpn := related(row, "container_id"):
            lpns[related(row, "batch_number_id")].add(lpn)
    expected = {
        key: (
            row["batch_nbr"],
            row["expiry_date"],
            int(related(row, "lock_id") in locks),
            quantity[key],
            len(lpns[key]),
        )
        for key, row in full_world.documents("batch_number").items()
    }
    rows = full_world.records(
        "select batch_number_id, batch_nbr, expiry_date, is_locked, on_hand_qty, lpn_count from wms.dim_batch"
    )
    found = {}
    for row in rows:
        key, number, expiry, *rest = row.values()
        found[key] = (number, expiry.isoformat(), *rest)
    assert found == expected
    assert sum(values[3] for values in expected.values()) > 0


def test_trace_has_every_order_that_got_units_of_a_batch(full_world: FullWorld) -> None:
    batch_of = {key: related(row, "batch_number_id") for key, row in full_world.documents("inventory").items()}
    hidden = {
        row["entity_id"]
        for row in full_world.records(
            "select entity_id from wms.rejected_records where entity = 'allocation' and handling = 'hidden'"
        )
    }
    expected = {
        (batch_of[source], key)
        for key, row in full_world.documents("allocation").items()
        for source in [related(row, "from_inventory_id")]
        if source in batch_of
        and batch_of[source]
        and row["is_picking_flg"]
        and row["picked_ts"]
        and row["status_id"] != CANCELLED
        and key not in hidden
    }
    rows = full_world.records(
        "select trace.batch_number_id, allocation.allocation_id from wms.lot_trace trace "
        "inner join wms.allocation_performance allocation on trace.order_dtl_id = allocation.order_dtl_id "
        "where trace.trace_step = 'order'"
    )
    found = {(row["batch_number_id"], row["allocation_id"]) for row in rows}
    assert expected <= found
    assert len(full_world.records("select 1 as one from wms.lot_trace where trace_step = 'order'")) == len(expected)
    assert len(expected) > 100


def test_trace_has_stock_of_every_batch(full_world: FullWorld) -> None:
    expected = {
        key: batch
        for key, row in full_world.documents("inventory").items()
        if (batch := related(row, "batch_number_id"))
    }
    rows = full_world.records("select batch_number_id from wms.lot_trace where trace_step = 'stock'")
    assert Counter(row["batch_number_id"] for row in rows) == Counter(expected.values())
