"""The KPIs of a simulated warehouse, computed from its own truth in plain Python: no SQL, no document, no model."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from loader.simulator.world import WarehouseWorld
from loader.simulator.world.reference import FACILITIES, TIME_ZONES

ZONES = {facility.id: ZoneInfo(TIME_ZONES[facility.time_zone]) for facility in FACILITIES}
SHIPPED, COMPLETE, CANCELLED = 90, 90, 99
SLA_SECONDS = 30 * 60
ORDER_FIELDS = ("facility_id", "create_ts", "req_ship_date", "order_shipped_ts", "status_id")

Day = tuple[int, date]
Fraction = tuple[float, float]


@dataclass
class Order:
    """An accepted order with its accepted lines: units wanted, units packed."""

    facility: int
    created: datetime
    due: date
    shipped: datetime | None
    status: int
    lines: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)

    @property
    def in_full(self) -> bool:
        return self.shipped is not None and all(packed >= wanted for wanted, packed in self.lines.values())

    @property
    def on_time(self) -> bool:
        return self.shipped is not None and self.local(self.shipped).date() <= self.due

    def local(self, instant: datetime) -> datetime:
        """The instant on the clock of the facility."""
        return instant.astimezone(ZONES[self.facility])


@dataclass(frozen=True)
class Pick:
    """An accepted allocation that was picked."""

    day: Day
    hour: int
    seconds: int
    wanted: Decimal
    packed: Decimal | None


@dataclass
class Truth:
    """What is true at an instant, of everything that breaks no planted rule."""

    at: datetime
    orders: list[Order]
    picks: list[Pick]

    @classmethod
    def of(cls, world: WarehouseWorld, at: datetime) -> Truth:
        """Reads the world once; a status that went back cannot be seen by who looks only once."""
        bad = {(fault.entity, fault.row_id) for fault in world.violations(at) if fault.rule != "status_regression"}
        orders = {
            key: Order(
                row["facility_id"], row["create_ts"], row["req_ship_date"], row["order_shipped_ts"], row["status_id"]
            )
            for key, row in _good(world, "order_hdr", at, bad)
        }
        order_of = {
            key: (orders[row["order_id"]], row["ord_qty"])
            for key, row in _good(world, "order_dtl", at, bad)
            if row["order_id"] in orders
        }
        for key, (order, wanted) in order_of.items():
            order.lines[key] = (wanted, Decimal(0))
        picks = []
        for _, row in _good(world, "allocation", at, bad):
            line = row["order_dtl_id"]
            if line not in order_of or row["status_id"] == CANCELLED:
                continue
            order, wanted = order_of[line]
            order.lines[line] = (wanted, order.lines[line][1] + row["packed_qty"])
            if row["picked_ts"] is not None:
                picks.append(_pick(order, row))
        return cls(at, list(orders.values()), picks)

    def kpis(self) -> dict[str, dict[Day, Fraction]]:
        """By KPI and day, numerator and denominator; no day without anything to measure."""
        return {**self._due(), **self._shipped(), **self._picked(), "order_backlog": self._backlog()}

    def _due(self) -> dict[str, dict[Day, Fraction]]:
        days: defaultdict[Day, list[Order]] = defaultdict(list)
        for order in self.orders:
            if order.status != CANCELLED and order.lines and order.due < order.local(self.at).date():
                days[order.facility, order.due].append(order)
        return {
            "order_fulfilment_rate": {day: share(order.in_full for order in found) for day, found in days.items()},
            "on_time_shipment": {day: share(order.on_time for order in found) for day, found in days.items()},
            "on_time_in_full": {
                day: share(order.in_full and order.on_time for order in found) for day, found in days.items()
            },
        }

    def _shipped(self) -> dict[str, dict[Day, Fraction]]:
        days: defaultdict[Day, list[Order]] = defaultdict(list)
        for order in self.orders:
            if order.shipped is not None:
                days[order.facility, order.local(order.shipped).date()].append(order)
        lines = {day: [line for order in found for line in order.lines.values()] for day, found in days.items()}
        return {
            "orders_shipped": {day: (len(found), 1) for day, found in days.items()},
            "order_cycle_time": {
                day: (sum(seconds(order.created, order.shipped) for order in found) / 3600, len(found))
                for day, found in days.items()
            },
            "line_fill_rate": {
                day: share(packed >= wanted for wanted, packed in found) for day, found in lines.items() if found
            },
        }

    def _picked(self) -> dict[str, dict[Day, Fraction]]:
        days: defaultdict[Day, list[Pick]] = defaultdict(list)
        for pick in self.picks:
            days[pick.day].append(pick)
        found: defaultdict[str, dict[Day, Fraction]] = defaultdict(dict)
        for day, picks in days.items():
            packed = [pick for pick in picks if pick.packed is not None]
            minutes = [pick.seconds / 60 for pick in picks]
            short = [pick for pick in packed if pick.packed < pick.wanted]  # type: ignore[operator]
            units = float(sum(pick.packed for pick in packed))  # type: ignore[misc]
            found["short_picks"][day] = (len(short), 1)
            found["allocation_cycle_time"][day] = (sum(minutes), len(picks))
            found["allocation_cycle_median"][day] = (statistics.median(minutes) * len(picks), len(picks))
            found["allocation_within_sla"][day] = share(pick.seconds <= SLA_SECONDS for pick in picks)
            found["throughput_per_day"][day] = (units, 1)
            if packed:
                found["pick_accuracy"][day] = (len(packed) - len(short), len(packed))
                found["throughput_per_hour"][day] = (units, len({pick.hour for pick in packed}))
        return found

    def _backlog(self) -> dict[Day, Fraction]:
        """Counted anew for every day, by looking at all orders."""
        found: dict[Day, Fraction] = {}
        for facility, zone in ZONES.items():
            alive = [order for order in self.orders if order.facility == facility and order.status != CANCELLED]
            day = min(order.local(order.created).date() for order in alive)
            while day <= self.at.astimezone(zone).date():
                found[facility, day] = (sum(_is_open(order, day) for order in alive), 1)
                day = date.fromordinal(day.toordinal() + 1)
        return found


def share(outcomes: Iterable[bool]) -> Fraction:
    """How many of them are true, and how many there are."""
    known = list(outcomes)
    return sum(known), len(known)


def seconds(start: datetime, end: datetime | None) -> int:
    """Whole seconds between two instants."""
    assert end is not None
    return int((end - start).total_seconds())


def _is_open(order: Order, day: date) -> bool:
    came = order.local(order.created).date() <= day
    return came and (order.shipped is None or order.local(order.shipped).date() > day)


def _pick(order: Order, row: Mapping[str, Any]) -> Pick:
    local = order.local(row["picked_ts"])
    packed = row["packed_qty"] if row["status_id"] == COMPLETE else None
    taken = seconds(row["create_ts"], row["picked_ts"])
    return Pick((order.facility, local.date()), local.hour, taken, row["alloc_qty"], packed)


def _good(
    world: WarehouseWorld, entity: str, at: datetime, bad: set[tuple[str, int]]
) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """Ids and full rows that break no rule of their own."""
    ids = world.ids(entity, at)
    defaults = {item.name: item.default for item in world.entities[entity].fields}
    for key, row in zip(ids.tolist(), world.rows(entity, ids, at), strict=True):
        if (entity, key) not in bad:
            yield key, {**defaults, **row}
