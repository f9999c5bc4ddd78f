"""Events of the warehouse up to an instant, computed lazily by part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from loader.simulator.world import words
from loader.simulator.world.arrays import after, only, total
from loader.simulator.world.codes import Codes
from loader.simulator.world.data import read
from loader.simulator.world.demand import NONE, SHORT, Demand, build_demand
from loader.simulator.world.dice import Dice
from loader.simulator.world.disturb import Disturber, Parents
from loader.simulator.world.family import Column, issue_ids
from loader.simulator.world.masters import RESERVE, Items, Locations, build_items, build_locations, touches
from loader.simulator.world.names import picker
from loader.simulator.world.people import People
from loader.simulator.world.picking import Floor, build_floor
from loader.simulator.world.plants import Plants, build_plants, build_stock_plants
from loader.simulator.world.reference import COMPANY_IDS, FACILITIES, FACILITY_IDS, TIME_ZONES
from loader.simulator.world.shipping import CREATED, Flow, build_flow
from loader.simulator.world.spec import DAY, NEVER, SECOND, Bools, Ints, WorldSpec
from loader.simulator.world.supply import Lots, ReceiptLines, Shipments, build_supply, receipt_lines
from loader.simulator.world.tables.declared import SOURCES, Source, declarations
from loader.simulator.world.timeline import Timeline
from loader.simulator.world.upkeep import (
    Adjustments,
    Counts,
    Replenishment,
    Takes,
    combined,
    count_cycles,
    occasional,
    replenish,
    table_of,
)

FIRST_IDS: Mapping[str, int] = read("entities")["first_ids"]

ALLOCATION_PICKED, ALLOCATION_PACKED = 2, 3  # events of an allocation, of which the first is its creation
INSTRUCTION_SHARE, UNLOCKED_SHARE = 0.03, 0.4
SERVICE_SHARES = (40, 25, 5, 20, 10)  # of the services in ship_via
LOCKED_SHARE, LOST_SHARE, CHECKED_SHARE = 0.08, 0.03, 0.04
CLOSED_SHARE = 0.5  # lines without enough stock of which the rest is cancelled
GOODS_BEFORE_PICK = 500  # microseconds: picked goods and their carton exist before the pick that refers to them


class History:
    """Parts of a warehouse, complete up to `until` (microseconds).

    A longer history extends a shorter one: rows keep their position, instants and ids.
    """

    def __init__(self, spec: WorldSpec, until: int) -> None:
        self.spec = spec
        self.until = until
        self.dice = Dice(spec.seed)
        self.people = People(self.dice)
        self.disturber = Disturber(spec)
        self.codes = Codes(renumbered=spec.statuses == "renumbered")
        self._ids: dict[str, list[Ints]] = {}
        self._sources: dict[str, Source] = {}

    @cached_property
    def items(self) -> Items:
        """Articles."""
        return build_items(self.spec)

    @cached_property
    def locations(self) -> Locations:
        """Places."""
        return build_locations(self.spec)

    @cached_property
    def location_labels(self) -> list[str]:
        """Names of the places."""
        return self.locations.labels()

    @cached_property
    def demand(self) -> Demand:
        """Orders and lines."""
        return build_demand(self.spec, self.items, self.until)

    @cached_property
    def plants(self) -> Plants:
        """Orders and lines with planted rule violations."""
        return build_plants(self.spec, self.demand)

    @cached_property
    def _supply(self) -> tuple[Shipments, Lots]:
        return build_supply(self.spec, self.demand, self.items, self.locations)

    @property
    def shipments(self) -> Shipments:
        """Inbound shipments."""
        return self._supply[0]

    @property
    def lots(self) -> Lots:
        """Stock lots of the shipments."""
        return self._supply[1]

    @cached_property
    def stock_plants(self) -> Plants:
        """Lots and shipments with planted rule violations."""
        return build_stock_plants(self.spec, self.shipments, self.lots)

    @cached_property
    def floor(self) -> Floor:
        """Waves, tasks, allocations."""
        return build_floor(self.spec, self.demand, self.lots, self.locations, self.plants)

    @cached_property
    def flow(self) -> Flow:
        """Orders, lines and cartons on their way to the truck."""
        return build_flow(self.spec, self.demand, self.floor, self.plants)

    def pickers(self, task: Ints) -> Column:
        """Return the users who pick tasks."""
        return picker(self.floor.tasks.facility[task], self.floor.tasks.picker[task])

    @cached_property
    def utc_offset(self) -> Ints:
        """By facility, microseconds from UTC to local time."""
        zones = (ZoneInfo(TIME_ZONES[facility.time_zone]) for facility in FACILITIES)
        offsets = [self.spec.origin.astimezone(zone).utcoffset() for zone in zones]
        return np.array([0 if offset is None else int(offset.total_seconds()) * SECOND for offset in offsets])

    @cached_property
    def order_timeline(self) -> Timeline:
        """Visible timeline by order."""
        return self.disturber.timeline("order_hdr", self.flow.orders)

    @cached_property
    def line_timeline(self) -> Timeline:
        """By line."""
        parents = Parents(self.order_timeline, self.demand.lines.order)
        return self.disturber.timeline("order_dtl", self.flow.lines, parents)

    @cached_property
    def goods_picked(self) -> Ints:
        """By allocation, when the inventory row of picked goods appears."""
        return after(self.floor.allocations.picked, -GOODS_BEFORE_PICK)

    @cached_property
    def ship_via(self) -> Ints:
        """By order, the service that ships it, from 0."""
        index = np.arange(len(self.demand.orders.arrived), dtype=np.int64)
        return self.dice.pick("order.via", index, SERVICE_SHARES)

    @cached_property
    def noted_orders(self) -> Ints:
        """Orders with an instruction."""
        index = np.arange(len(self.demand.orders.arrived), dtype=np.int64)
        return np.flatnonzero(self.dice.chance("order.noted", index, INSTRUCTION_SHARE))

    @cached_property
    def closed_short(self) -> Bools:
        """Lines without enough stock that are closed with a lower ordered quantity."""
        service, unusual = self.demand.lines.service, self.plants["non_positive"] | self.plants["orphan"]
        index = np.arange(len(service), dtype=np.int64)
        unusual = unusual | self.plants["strange_item"] | self.plants["twin_line"]
        chosen = self.dice.chance("line.closed", index, CLOSED_SHARE)
        return np.asarray(np.isin(service, (SHORT, NONE)) & ~unusual & chosen)

    @cached_property
    def item_codes(self) -> list[str]:
        """By item, its code: category and number."""
        kinds = self.items.product.tolist()
        return [f"{words.PRODUCTS[kind].category}{10_000 + row}" for row, kind in enumerate(kinds)]

    @cached_property
    def item_descriptions(self) -> list[str]:
        """By item, its description."""
        columns = (self.items.product, self.items.brand, self.items.variant, self.items.size)
        texts = []
        for product, brand, variant, size in zip(*(column.tolist() for column in columns), strict=True):
            kind = words.PRODUCTS[product]
            parts = (kind.words, words.BRANDS[brand], words.VARIANTS[variant], kind.sizes[size][0])
            texts.append(" ".join(part for part in parts if part))
        return texts

    @cached_property
    def carton_grams(self) -> Ints:
        """By carton, the weight of its goods."""
        own = self.floor.allocations
        grams = own.picked_qty * self.items.grams[self.lots.item[own.lot]]
        return total(np.where(own.picked == NEVER, 0, grams), self.flow.carton, len(self.flow.carton_order))

    @cached_property
    def order_grams(self) -> Ints:
        """By order, the weight of its cartons."""
        return total(self.carton_grams, self.flow.carton_order, len(self.demand.orders.arrived))

    @cached_property
    def outbound_loads(self) -> tuple[Ints, Ints]:
        """Loads by truck and service (see `shipping.departure_of`), and by order its load, or -1."""
        truck = self.flow.truck
        keys = np.where(truck < 0, -1, truck * len(SERVICE_SHARES) + self.ship_via)
        load, of_order = np.unique(keys, return_inverse=True)
        known = int(load[0] >= 0) if len(load) else 1
        return load[1 - known :], of_order - (1 - known)

    @cached_property
    def move_requests(self) -> tuple[Ints, Ints]:
        """Waves with replenishments, and by move the position of its wave among them."""
        wave, request = np.unique(self.floor.allocations.wave[self.replenishment.allocation], return_inverse=True)
        return wave, request

    @cached_property
    def lpn_lost(self) -> Ints:
        """By lot, when its LPN is found to be lost."""
        rows = np.arange(len(self.lots.qty), dtype=np.int64)
        return only(self.lost_lpns, self.lots.watched + self.dice.whole("lpn.lost_after", rows, DAY, 60 * DAY))

    @cached_property
    def lock_released(self) -> Ints:
        """By lot, when the lock of its LPN is removed."""
        rows = np.arange(len(self.lots.qty), dtype=np.int64)
        freed = self.locked_lots & self._chance("lpn.unlocked", UNLOCKED_SHARE)
        return only(freed, self.lots.watched + self.dice.whole("lpn.unlocked_after", rows, DAY, 20 * DAY))

    @cached_property
    def slow_lots(self) -> Bools:
        """Lots that no order takes from, and that stay in their LPN."""
        return np.asarray(self.lots.in_lpn & (self.lots.leftover == self.lots.qty))

    @cached_property
    def locked_lots(self) -> Bools:
        """LPNs with a lock."""
        return self.slow_lots & self._chance("lpn.locked", LOCKED_SHARE)

    @cached_property
    def lost_lpns(self) -> Bools:
        """LPNs that can't be found any more."""
        return np.asarray(self.slow_lots & ~self.locked_lots & self._chance("lpn.lost", LOST_SHARE))

    @cached_property
    def checked_lots(self) -> Bools:
        """Lots whose quality is checked."""
        return self._chance("lot.checked", CHECKED_SHARE)

    @cached_property
    def failed_checks(self) -> Bools:
        """Checked lots that are rejected, of those that no order needs."""
        return self.checked_lots & self.slow_lots & self._chance("lot.rejected", 0.3)

    def _chance(self, purpose: str, share: float) -> Bools:
        return self.dice.chance(purpose, np.arange(len(self.lots.qty), dtype=np.int64), share)

    @cached_property
    def replenishment(self) -> Replenishment:
        """Moves from LPNs to active locations."""
        return replenish(self.dice, self.lots, self.floor.allocations, self.locations, self.items.volume)

    @cached_property
    def _occasional(self) -> Adjustments:
        return occasional(self.dice, self.shipments, self.lots, self.replenishment)

    @cached_property
    def _planned_takes(self) -> Takes:
        """Takes of picks, moves and occasional adjustments."""
        own, moves, other = self.floor.allocations, self.replenishment, self._occasional
        taken = np.flatnonzero((own.picked != NEVER) & (own.picked_qty > 0))
        return table_of(
            len(self.lots.qty),
            np.concatenate([own.lot[taken], moves.lot, other.lot]),
            np.concatenate([own.picked[taken], moves.moved, other.at]),
            np.concatenate([own.picked_qty[taken], moves.qty, -other.delta]),
        )

    @cached_property
    def location_touches(self) -> Ints:
        """By [location, event], its creation and its cycle counts."""
        return touches(self.spec, self.dice, "location", len(self.locations.kind), (14, 60), self.until)

    @cached_property
    def counts(self) -> Counts:
        """Cycle counts of active and reserve locations, since the start of the history."""
        location, number = np.nonzero(self.location_touches[:, 1:] < self.until + DAY)
        at = self.location_touches[location, number + 1]
        chosen = (at > self.spec.start_us) & (self.locations.kind[location] <= RESERVE)
        busy = np.zeros(len(self.lots.qty), dtype=np.bool_)
        busy[self.replenishment.lot] = True
        busy[self._occasional.lot] = True
        return count_cycles(self.dice, self.lots, self._planned_takes, busy, location[chosen], at[chosen])

    @cached_property
    def adjustments(self) -> Adjustments:
        """All changes of quantities."""
        other, counts = self._occasional, self.counts
        found = np.flatnonzero(counts.counted != counts.expected)
        delta = (counts.counted - counts.expected)[found]
        return Adjustments(
            lot=np.concatenate([other.lot, counts.lot[found]]),
            delta=np.concatenate([other.delta, delta]),
            at=np.concatenate([other.at, counts.approved[found]]),
            reason=np.concatenate([other.reason, np.where(delta < 0, 3, 5)]),
            early=np.concatenate([other.early, np.zeros(len(found), dtype=np.bool_)]),
        )

    @cached_property
    def takes(self) -> Takes:
        """By [lot, number], the instants at which units leave a lot, and the units; negative units were found."""
        found = np.flatnonzero(self.counts.counted != self.counts.expected)
        lot, at = self.counts.lot[found], self.counts.approved[found]
        return combined(self.lots, self._planned_takes, (lot, at, (self.counts.expected - self.counts.counted)[found]))

    @cached_property
    def receipt_lines(self) -> ReceiptLines:
        """Lines of inbound shipments."""
        return receipt_lines(self.shipments, self.lots)

    def source(self, name: str) -> Source:
        """Return a source of declared entities. Raises KeyError."""
        if name not in self._sources:
            self._sources[name] = SOURCES[name](self)
        return self._sources[name]

    def part_ids(self, entity: str) -> list[Ints]:
        """Return the ids of an entity, by part and row. Raises KeyError for one whose rows are data."""
        if entity not in self._ids:
            created = _CREATED[entity](self) if entity in _CREATED else self._declared(entity)
            self._ids[entity] = issue_ids(self.spec, entity, FIRST_IDS.get(entity, FIRST_IDS["other"]), *created)
        return self._ids[entity]

    def _declared(self, entity: str) -> Iterable[Ints]:
        return [self.source(part.source).events[:, 0] for part in declarations()[entity]]

    def ids(self, entity: str) -> Ints:
        """Return the ids of an entity by row; of one with several parts, those of the first. Raises KeyError."""
        return self.part_ids(entity)[0]

    def row_parts(self, entity: str, source: str) -> Ints:
        """Return the ids of the rows of a declared entity that come from one source."""
        parts = [part.source for part in declarations()[entity]]
        return self.part_ids(entity)[parts.index(source)]

    def row_ids(self, entity: str) -> Ints | None:
        """Return the ids of an entity by row; None if the rows are data, whose positions are their ids."""
        if entity in ("facility", "company"):
            return FACILITY_IDS if entity == "facility" else COMPANY_IDS
        return np.concatenate(self.part_ids(entity)) if entity in _CREATED or entity in declarations() else None


# when the rows of the families in Python are created, by part
_CREATED: Mapping[str, Callable[[History], Iterable[Ints]]] = {
    "item": lambda h: [np.arange(len(h.items.company))],
    "location": lambda h: [np.arange(len(h.locations.kind))],
    "order_hdr": lambda h: [h.demand.orders.arrived],
    "order_dtl": lambda h: [h.flow.lines[:, CREATED]],
    # of picks, and of replenishments
    "allocation": lambda h: [h.floor.allocations.created, h.replenishment.created],
    "ib_shipment": lambda h: [h.shipments.announced],
    "ib_shipment_dtl": lambda h: [h.receipt_lines.announced],
    # lots, picked goods by allocation, and goods moved by a replenishment
    "inventory": lambda h: [h.lots.received, h.goods_picked, after(h.replenishment.moved, -GOODS_BEFORE_PICK)],
    # inbound LPNs by lot, and outbound ones by carton
    "container": lambda h: [h.lots.announced, h.flow.cartons[:, 0]],
}
