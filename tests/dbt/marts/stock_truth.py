"""Stock and receipts calculated in Python from the simulator's documents, without the project's SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from loader.simulator.world import WarehouseWorld
from tests.dbt.marts.simulated import documents

Documents = dict[int, dict[str, Any]]
Stock = tuple[int | None, int | None]  # facility, item

ZONES = {11: "America/Sao_Paulo", 12: "America/Sao_Paulo", 14: "America/Manaus", 17: "America/Recife"}
DEFAULT_ZONE_NAME = "UTC"
DEFAULT_ZONE = 0
"""No facility: its days follow the default time zone."""
AWAY = {"O": {"Shipped", "Delivered", "Cancelled"}, "I": {"In transit", "Lost", "Consumed", "Cancelled"}}
"""Statuses of LPNs that are not in the warehouse, by type."""
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
    return (
        datetime.fromisoformat(text).astimezone(ZoneInfo(ZONES.get(facility, DEFAULT_ZONE_NAME))).date()
        if text
        else None
    )


def stored(reading: Reading) -> list[dict[str, Any]]:
    """Return the stock that is in the warehouse."""
    names = {key: row["description"] for key, row in reading.documents("container_status").items()}
    containers = reading.documents("container")

    def is_away(row: dict[str, Any]) -> bool:
        lpn = containers.get(related(row, "container_id") or 0)
        return bool(lpn) and names[lpn["status_id"]] in AWAY[lpn["type"]]

    return [row for row in reading.documents("inventory").values() if not is_away(row)]


def on_hand(reading: Reading) -> dict[Stock, Decimal]:
    """Return nonzero quantities by facility and item; a record may have neither."""
    found: Counter[Stock] = Counter()
    for row in stored(reading):
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


def utilisation(reading: Reading) -> dict[int, tuple[Decimal, int, Decimal, Decimal | None]]:
    """Return units, LPNs, volume and the highest capacity share by location."""
    containers, items = reading.documents("container"), reading.documents("item")
    units: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    volume: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    lpns: defaultdict[int | None, set[int]] = defaultdict(set)
    for row in stored(reading):
        quantity, lpn = Decimal(row["curr_qty"]), related(row, "container_id")
        place = place_of(row, containers)
        if quantity > 0:
            units[place] += quantity
            item = items.get(related(row, "item_id") or 0)
            volume[place] += quantity * Decimal(item["unit_volume"] if item else 0)
            lpns[place] |= {lpn} if lpn else set()
    found = {}
    for key, row in reading.documents("location").items():
        used = (units[key], Decimal(len(lpns[key])), volume[key])
        limits = (limit(row["max_units"]), limit(row["max_lpns"]), limit(row["max_volume"]))
        shares = [amount / most for amount, most in zip(used, limits, strict=True) if most]
        share = max(shares).quantize(RATIO, ROUND_HALF_UP) if shares else None
        found[key] = used[0], len(lpns[key]), used[2], share
    return found


def place_of(row: dict[str, Any], containers: Documents) -> int | None:
    """Return the location of stock: its own, or that of its LPN."""
    lpn = related(row, "container_id")
    return related(row, "location_id") or (related(containers[lpn], "curr_location_id") if lpn else None)


def limit(text: object) -> Decimal | None:
    """Return a capacity, or nothing if the WMS shows that there is none."""
    most = Decimal(str(text))
    return most if 0 < most < 9_999_999 else None


def received_lpns(reading: Reading) -> dict[int, tuple[int, datetime | None, datetime, datetime | None]]:
    """Return facility, arrival of the shipment, receipt and putaway of each received inbound LPN."""
    arrivals: dict[int, datetime] = {}
    rows = {key: row for key, row in reading.documents("container").items() if row["type"] == "I" and row["rcvd_ts"]}
    for row in rows.values():
        shipment, at = related(row, "rcvd_shipment_id"), datetime.fromisoformat(row["rcvd_ts"])
        if shipment:
            arrivals[shipment] = min(at, arrivals.get(shipment, at))
    found = {}
    for key, row in rows.items():
        at = datetime.fromisoformat(row["rcvd_ts"])
        putaway = datetime.fromisoformat(row["first_putaway_ts"]) if row["first_putaway_ts"] else None
        facility = related(row, "facility_id") or DEFAULT_ZONE
        found[key] = facility, arrivals.get(related(row, "rcvd_shipment_id") or 0), at, putaway
    return found


def receipts(reading: Reading) -> dict[int, tuple[Decimal, Decimal, int | None, date | None]]:
    """Return by line: shipped and received quantity, seconds from dock to stock, putaway day."""
    shipments, containers = reading.documents("ib_shipment"), reading.documents("container")
    lpns, found = received_lpns(reading), {}
    arrivals = {related(containers[lpn], "rcvd_shipment_id"): arrived for lpn, (_, arrived, *_) in lpns.items()}
    contents: defaultdict[tuple[int | None, int | None], set[int]] = defaultdict(set)
    for row in documents(reading.world, "inventory", reading.at).values():
        lpn = related(row, "container_id")
        if lpn and containers[lpn]["type"] == "I":
            contents[related(containers[lpn], "rcvd_shipment_id"), related(row, "item_id")].add(lpn)
    numbers = {
        (related(row, "facility_id"), row["container_nbr"]): key
        for key, row in containers.items()
        if row["type"] == "I"
    }
    for key, row in reading.documents("ib_shipment_dtl").items():
        number = related(row, "ib_shipment_id")
        shipment = shipments.get(number or 0)
        facility = (related(shipment, "facility_id") if shipment else None) or DEFAULT_ZONE
        if lpn := related(row, "container_id"):
            chosen = {lpn}
        elif row["container_nbr"]:
            chosen = {numbers[facility, row["container_nbr"]]} & containers.keys() if shipment else set()
        else:
            chosen = contents[number, related(row, "item_id")] if number else set()
        times = [lpns[lpn] for lpn in chosen if lpn in lpns]
        last = max((at for *_, at in times if at), default=None)
        if not times or len(times) < len(chosen) or any(at is None for *_, at in times):
            last = None
        first = min((at for _, _, at, _ in times), default=None)
        arrived = arrivals.get(number or 0, first)
        seconds = int((last - arrived).total_seconds()) if last and arrived and first and last >= first else None
        stored_at = local_day(last.isoformat(), facility) if last else None
        found[key] = Decimal(row["shipped_qty"]), Decimal(row["received_qty"]), seconds, stored_at
    return found


def variances(reading: Reading) -> dict[int, tuple[str, Decimal, Decimal]]:
    """Return kind, difference and value by received line whose quantity differs from the shipped one."""
    items, found = reading.documents("item"), {}
    shipments = reading.documents("ib_shipment")
    for key, row in reading.documents("ib_shipment_dtl").items():
        difference = Decimal(row["received_qty"]) - Decimal(row["shipped_qty"])
        shipment = shipments.get(related(row, "ib_shipment_id") or 0)
        if difference and (row["dtl_rcv_flg"] or (shipment and shipment["verified_ts"])):
            cost = Decimal(items[row["item_id"]["id"]]["unit_cost"])
            kind = "over" if difference > 0 else "short" if Decimal(row["received_qty"]) else "missing"
            found[key] = kind, difference, difference * cost
    return found


def shipped_value(reading: Reading) -> dict[tuple[int, date], Decimal]:
    """Return the cost of packed goods in shipped orders, by facility and shipping day."""
    orders, lines = reading.documents("order_hdr"), reading.documents("order_dtl")
    items = reading.documents("item")
    found: defaultdict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for row in reading.documents("allocation").values():
        line = lines.get(related(row, "order_dtl_id") or 0) if row["is_picking_flg"] else None
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
