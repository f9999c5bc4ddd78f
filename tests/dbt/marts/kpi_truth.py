"""The KPIs of a simulated warehouse, computed from its ground truth in plain Python, without SQL or documents."""

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
# planted with severity warn only: the values of such a record count
WARNINGS = {
    *("status_regression", "unknown_currency", "packed_exceeds_allocated", "packed_but_open", "picked_but_untouched"),
    "over_allocation",
}

Day = tuple[int, date]
Fraction = tuple[float, float]


@dataclass
class Line:
    """An order line: ordered and packed units, and whether both are known."""

    wanted: Decimal
    packed: Decimal
    is_known: bool
    is_cancelled: bool

    @property
    def is_filled(self) -> bool:
        return 0 < self.wanted <= self.packed


@dataclass
class Order:
    """An order of a known facility, with its lines. `is_good` if it breaks no rule with severity error."""

    facility: int
    created: datetime
    due: date | None
    shipped: datetime | None
    status: int
    is_good: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        return self.is_good and bool(self.lines) and all(line.is_known for line in self.lines)

    @property
    def in_full(self) -> bool:
        return self.shipped is not None and all(line.is_filled for line in self.lines)

    @property
    def on_time(self) -> bool:
        return self.shipped is not None and self.due is not None and self.local(self.shipped).date() <= self.due

    def is_due_before(self, instant: datetime) -> bool:
        """Whether the order was due on a local day before that of the instant."""
        return self.due is not None and self.due < self.local(instant).date()

    def local(self, instant: datetime) -> datetime:
        """Return the instant in the facility's local time."""
        return instant.astimezone(ZONES[self.facility])


@dataclass(frozen=True)
class Pick:
    """A picked allocation without errors."""

    day: Day
    hour: int
    seconds: int
    wanted: Decimal
    packed: Decimal | None


@dataclass
class Truth:
    """The ground truth at an instant, without planted errors."""

    at: datetime
    orders: list[Order]
    picks: list[Pick]

    @classmethod
    def of(cls, world: WarehouseWorld, at: datetime) -> Truth:
        """Read the world once."""
        bad = {(fault.entity, fault.row_id) for fault in world.violations(at) if fault.rule not in WARNINGS}
        orders = {
            key: Order(
                row["facility_id"],
                row["create_ts"],
                row["req_ship_date"] or row["sched_ship_date"] or row["stop_ship_date"],
                row["order_shipped_ts"],
                row["status_id"],
                ("order_hdr", key) not in bad,
            )
            for key, row in _all(world, "order_hdr", at)
            if row["facility_id"] in ZONES
        }
        lines, order_of = {}, {}
        for key, row in _all(world, "order_dtl", at):
            is_known = ("order_dtl", key) not in bad or _is_closed_short(row)
            wanted = row["orig_ord_qty"] if row["orig_ord_qty"] > 0 else row["ord_qty"]
            lines[key] = Line(wanted, Decimal(0), is_known, row["status_id"] == CANCELLED)
            if row["order_id"] in orders:
                order_of[key] = orders[row["order_id"]]
                order_of[key].lines.append(lines[key])
        picks = []
        for key, row in _all(world, "allocation", at):
            line = row["order_dtl_id"]
            if row["status_id"] == CANCELLED or not row["is_picking_flg"] or line not in lines:
                continue
            is_good = ("allocation", key) not in bad
            lines[line].packed += row["packed_qty"]
            lines[line].is_known &= is_good
            if is_good and row["picked_ts"] is not None and line in order_of:
                picks.append(_pick(order_of[line], row))
        return cls(at, list(orders.values()), picks)

    def kpis(self) -> dict[str, dict[Day, Fraction]]:
        """Return numerator and denominator by KPI and day, without days that have nothing to measure."""
        families = (self._due(), self._shipped(), self._created(), self._picked(), {"order_backlog": self._backlog()})
        return {name: values for family in families for name, values in family.items()}

    def _due(self) -> dict[str, dict[Day, Fraction]]:
        days: defaultdict[Day, list[Order]] = defaultdict(list)
        for order in self.orders:
            if order.is_good and order.status != CANCELLED and order.lines and order.is_due_before(self.at):
                days[order.facility, order.due].append(order)  # type: ignore[index]
        known = {day: [order for order in found if order.is_known] for day, found in days.items()}
        known = {day: found for day, found in known.items() if found}
        return {
            "order_fulfilment_rate": {day: share(order.in_full for order in found) for day, found in known.items()},
            "on_time_shipment": {day: share(order.on_time for order in found) for day, found in days.items()},
            "on_time_in_full": {
                day: share(order.in_full and order.on_time for order in found) for day, found in known.items()
            },
        }

    def _shipped(self) -> dict[str, dict[Day, Fraction]]:
        days: defaultdict[Day, list[Order]] = defaultdict(list)
        for order in self.orders:
            if order.is_good and order.shipped is not None:
                days[order.facility, order.local(order.shipped).date()].append(order)
        lines = {day: [line for order in found for line in order.lines if line.is_known] for day, found in days.items()}
        return {
            "orders_shipped": {day: (len(found), 1) for day, found in days.items()},
            "order_cycle_time": {
                day: (sum(seconds(order.created, order.shipped) for order in found) / 3600, len(found))
                for day, found in days.items()
            },
            "order_cycle_median": {
                day: (middle(cycles(found)) * len(found), len(found)) for day, found in days.items()
            },
            "order_cycle_p90": {
                day: (ninetieth(cycles(found)) * len(found), len(found)) for day, found in days.items()
            },
            "line_fill_rate": {day: share(line.is_filled for line in found) for day, found in lines.items() if found},
            "unit_fill_rate": {
                day: (
                    float(sum(min(line.packed, line.wanted) for line in found)),
                    float(sum(line.wanted for line in found)),
                )
                for day, found in lines.items()
                if found
            },
        }

    def _created(self) -> dict[str, dict[Day, Fraction]]:
        days: defaultdict[Day, list[Order]] = defaultdict(list)
        due: defaultdict[Day, list[Line]] = defaultdict(list)
        for order in self.orders:
            days[order.facility, order.local(order.created).date()].append(order)
            if order.is_good and order.status != CANCELLED and order.is_due_before(self.at):
                known = [line for line in order.lines if line.is_known and not line.is_cancelled]
                due[order.facility, order.due].extend(known)  # type: ignore[index]
        return {
            "cancellation_rate": {
                day: share(order.status == CANCELLED for order in found) for day, found in days.items()
            },
            "orders_without_due_date": {
                day: share(order.due is None for order in found) for day, found in days.items()
            },
            "backorder_share": {
                day: share(not line.is_filled for line in found) for day, found in due.items() if found
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
                for name in ("pick_fill_rate", "pick_accuracy"):
                    found[name][day] = (len(packed) - len(short), len(packed))
                found["throughput_per_hour"][day] = (units, len({pick.hour for pick in packed}))
        return found

    def waiting(self) -> list[Order]:
        """Open or formerly open orders: all unshipped ones, and shipped ones without errors."""
        return [order for order in self.orders if order.status != CANCELLED and (order.is_good or not order.shipped)]

    def _backlog(self) -> dict[Day, Fraction]:
        """Count from scratch for each day over all orders."""
        found: dict[Day, Fraction] = {}
        for facility, zone in ZONES.items():
            alive = [order for order in self.waiting() if order.facility == facility]
            day = min(order.local(order.created).date() for order in alive)
            while day <= self.at.astimezone(zone).date():
                found[facility, day] = (sum(_is_open(order, day) for order in alive), 1)
                day = date.fromordinal(day.toordinal() + 1)
        return found


def share(outcomes: Iterable[bool]) -> Fraction:
    """Return the number of true values and of all values."""
    known = list(outcomes)
    return sum(known), len(known)


def cycles(orders: Iterable[Order]) -> list[float]:
    """Return the hours from creation to shipping."""
    return [seconds(order.created, order.shipped) / 3600 for order in orders]


def middle(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def ninetieth(values: list[float]) -> float:
    """Return the 90th percentile, interpolated."""
    ordered = sorted(values)
    place = 0.9 * (len(ordered) - 1)
    lower = int(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (place - lower) * (ordered[upper] - ordered[lower])


def seconds(start: datetime, end: datetime | None) -> int:
    """Return the whole seconds between two instants."""
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


def _is_closed_short(row: Mapping[str, Any]) -> bool:
    return row["ord_qty"] == 0 and (row["orig_ord_qty"] > 0 or row["status_id"] in (COMPLETE, CANCELLED))


def _all(world: WarehouseWorld, entity: str, at: datetime) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """Return ids and complete rows."""
    ids = world.ids(entity, at)
    defaults = {item.name: item.default for item in world.entities[entity].fields}
    for key, row in zip(ids.tolist(), world.rows(entity, ids, at), strict=True):
        yield key, {**defaults, **row}
