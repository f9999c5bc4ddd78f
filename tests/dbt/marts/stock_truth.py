"""Stock and receipts calculated in Python from the simulator's documents, without the project's SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from loader.simulator.world import WarehouseWorld
from tests.dbt.marts.simulated import documents

Documents = dict[int, dict[str, Any]]
Stock = tuple[int | None, int | None]  # facility, item

ZONES = {11: "America/Sao_Paulo", 12: "America/Sao_Paulo", 14: "America/Manaus", 17: "America/Recife"}
DEFAULT_ZONE = 11
"""Return a facility in the default time zone."""
RATIO = Decimal("0.0001")


@dataclass(frozen=True)
class Reading:
    """Documents read at an instant, without hidden ones.

    Args:
        hidden: by entity, ids that the rules hide from the marts.
    """

    world: WarehouseWorld
    at: datetime
    hidden: dict[str, set[int]]

    def documents(self, entity: str) -> Documents:
        """Return documents by id."""
        hidden = self.hidden.get(entity, set())
        return {key: row for key, row in documents(self.world, entity, self.at).items() if key not in hidden}


def related(row: dict[str, Any], name: str) -> int | None:
    """Return the id of a relation."""
    relation = row[name]
    return relation["id"] if relation else None


def local_day(text: str | None, facility: int) -> date | None:
    """Return the day of an instant in the facility's local time."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(ZONES[facility])).date() if text else None


def on_hand(reading: Reading) -> dict[Stock, Decimal]:
    """Return nonzero quantities by facility and item; a record may have neither."""
    found: Counter[Stock] = Counter()
    for row in reading.documents("inventory").values():
        found[related(row, "facility_id"), related(row, "item_id")] += Decimal(row["curr_qty"])  # type: ignore[assignment]
    return {key: Decimal(quantity) for key, quantity in found.items() if quantity}


def daily(readings: list[Reading]) -> dict[tuple[int, int, date], Decimal]:
    """Return quantity by facility, item and day, from the last read before the end of each day."""
    known: dict[tuple[int, date], Reading] = {}
    for reading in readings:
        for facility in ZONES:
            known[facility, local_day(reading.at.isoformat(), facility)] = reading  # type: ignore[index]
    stocks = {id(reading): on_hand(reading) for reading in readings}
    return {
        (facility, item, day): quantity
        for (facility, day), reading in known.items()
        for (place, item), quantity in stocks[id(reading)].items()
        if place == facility and item is not None
    }


def allocated(reading: Reading) -> dict[Stock, Decimal]:
    """Return reserved, unpicked quantity by facility and item."""
    inventory = reading.documents("inventory")
    found: defaultdict[Stock, Decimal] = defaultdict(Decimal)
    for row in reading.documents("allocation").values():
        source = inventory.get(related(row, "from_inventory_id") or 0)
        quantity = Decimal(row["alloc_qty"])
        if source and quantity > 0 and row["status_id"] not in (90, 99) and not row["picked_ts"]:
            found[related(source, "facility_id"), related(source, "item_id")] += quantity
    return dict(found)


def utilisation(reading: Reading) -> dict[int, tuple[Decimal, int, Decimal, Decimal]]:
    """Return units, LPNs, volume and the highest capacity share by location."""
    containers, items = reading.documents("container"), reading.documents("item")
    units: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    volume: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    lpns: defaultdict[int | None, set[int]] = defaultdict(set)
    for row in reading.documents("inventory").values():
        quantity, lpn = Decimal(row["curr_qty"]), related(row, "container_id")
        place = related(row, "location_id") or (related(containers[lpn], "curr_location_id") if lpn else None)
        if quantity > 0:
            units[place] += quantity
            item = items.get(related(row, "item_id") or 0)
            volume[place] += quantity * Decimal(item["unit_volume"] if item else 0)
            lpns[place] |= {lpn} if lpn else set()
    found = {}
    for key, row in reading.documents("location").items():
        used = (units[key], Decimal(len(lpns[key])), volume[key])
        limits = (Decimal(row["max_units"]), Decimal(row["max_lpns"]), Decimal(row["max_volume"]))
        shares = [amount / limit for amount, limit in zip(used, limits, strict=True) if limit]
        found[key] = used[0], len(lpns[key]), used[2], max(shares).quantize(RATIO)
    return found


def receipts(reading: Reading) -> dict[int, tuple[Decimal, Decimal, int | None, date | None]]:
    """Return by line: shipped and received quantity, seconds from dock to stock, putaway day."""
    shipments, containers = reading.documents("ib_shipment"), reading.documents("container")
    found = {}
    for key, row in reading.documents("ib_shipment_dtl").items():
        shipment = shipments.get(related(row, "ib_shipment_id") or 0)
        facility = (related(shipment, "facility_id") if shipment else None) or DEFAULT_ZONE
        lpn = containers[row["container_id"]["id"]]
        seconds = None
        if lpn["rcvd_ts"] and lpn["first_putaway_ts"]:
            elapsed = datetime.fromisoformat(lpn["first_putaway_ts"]) - datetime.fromisoformat(lpn["rcvd_ts"])
            seconds = int(elapsed.total_seconds())
        stored = local_day(lpn["first_putaway_ts"], facility)
        found[key] = Decimal(row["shipped_qty"]), Decimal(row["received_qty"]), seconds, stored
    return found


def variances(reading: Reading) -> dict[int, tuple[str, Decimal, Decimal]]:
    """Return kind, difference and value by received line whose quantity differs from the shipped one."""
    items, found = reading.documents("item"), {}
    for key, row in reading.documents("ib_shipment_dtl").items():
        difference = Decimal(row["received_qty"]) - Decimal(row["shipped_qty"])
        if row["recv_flg"] and difference:
            cost = Decimal(items[row["item_id"]["id"]]["unit_cost"])
            found[key] = "over" if difference > 0 else "short", difference, difference * cost
    return found


def shipped_value(reading: Reading) -> dict[tuple[int, date], Decimal]:
    """Return the cost of packed goods in shipped orders, by facility and shipping day."""
    orders, lines = reading.documents("order_hdr"), reading.documents("order_dtl")
    items = reading.documents("item")
    found: defaultdict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for row in reading.documents("allocation").values():
        line = lines.get(row["order_dtl_id"]["id"])
        order = orders.get(line["order_id"]["id"]) if line else None
        if line and order and order["status_id"] == 90 and row["status_id"] != 99:
            facility = order["facility_id"]["id"]
            day = local_day(order["order_shipped_ts"], facility)
            cost = Decimal(items[line["item_id"]["id"]]["unit_cost"])
            found[facility, day] += Decimal(row["packed_qty"]) * cost  # type: ignore[index]
    return dict(found)


def utc(*parts: int) -> datetime:
    """Return an instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
