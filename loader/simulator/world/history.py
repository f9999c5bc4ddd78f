"""Events of the warehouse up to an instant, computed lazily by part."""

from __future__ import annotations

from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

from loader.simulator.world.arrays import after, running_number
from loader.simulator.world.demand import Demand, build_demand
from loader.simulator.world.dice import Dice
from loader.simulator.world.disturb import Disturber, Parents
from loader.simulator.world.family import issue_ids
from loader.simulator.world.masters import Items, Locations, build_items, build_locations
from loader.simulator.world.people import People
from loader.simulator.world.picking import Floor, build_floor
from loader.simulator.world.plants import Plants, StockPlants, build_plants, build_stock_plants
from loader.simulator.world.reference import FACILITIES, TIME_ZONES
from loader.simulator.world.shipping import CREATED, Flow, build_flow
from loader.simulator.world.spec import NEVER, SECOND, Ints, WorldSpec
from loader.simulator.world.supply import Lots, Shipments, build_supply
from loader.simulator.world.timeline import Timeline

# first primary keys, as large as in a tenant that is some years old
ITEM_BASE, LOCATION_BASE = 40_100, 210_300
ORDER_BASE, LINE_BASE, ALLOCATION_BASE = 1_480_000, 5_210_000, 48_900_000
INVENTORY_BASE, CONTAINER_BASE = 31_000_000, 12_700_000
SHIPMENT_BASE, SHIPMENT_LINE_BASE = 310_000, 2_400_000
WAVE_BASE, TASK_BASE, HISTORY_BASE = 88_000, 6_100_000, 95_000_000

ALLOCATION_PICKED, ALLOCATION_PACKED = 2, 3  # events of an allocation, of which the first is its creation
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
    def stock_plants(self) -> StockPlants:
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
    def allocation_timeline(self) -> Timeline:
        """By allocation."""
        own = self.floor.allocations
        events = np.column_stack((own.created, own.tasked, own.picked, self.flow.packed, own.cancelled))
        return self.disturber.timeline("allocation", events, Parents(self.line_timeline, own.line))

    @cached_property
    def item_ids(self) -> Ints:
        """By item."""
        return self._ids("item", ITEM_BASE, np.arange(len(self.items.company)))

    @cached_property
    def location_ids(self) -> Ints:
        """By location."""
        return self._ids("location", LOCATION_BASE, np.arange(len(self.locations.kind)))

    @cached_property
    def order_ids(self) -> Ints:
        """By order."""
        return self._ids("order_hdr", ORDER_BASE, self.demand.orders.arrived)

    @cached_property
    def line_ids(self) -> Ints:
        """By line."""
        return self._ids("order_dtl", LINE_BASE, self.flow.lines[:, CREATED])

    @cached_property
    def allocation_ids(self) -> Ints:
        """By allocation."""
        return self._ids("allocation", ALLOCATION_BASE, self.floor.allocations.created)

    @cached_property
    def wave_ids(self) -> Ints:
        """By wave."""
        return self._ids("wave", WAVE_BASE, self.floor.waves.created)

    @cached_property
    def task_ids(self) -> Ints:
        """By task."""
        return self._ids("task", TASK_BASE, self.floor.tasks.created)

    @cached_property
    def shipment_ids(self) -> Ints:
        """By shipment."""
        return self._ids("ib_shipment", SHIPMENT_BASE, self.shipments.announced)

    @cached_property
    def shipment_line_ids(self) -> Ints:
        """By lot."""
        return self._ids("ib_shipment_dtl", SHIPMENT_LINE_BASE, self.lots.announced)

    @cached_property
    def goods_picked(self) -> Ints:
        """By allocation, when the inventory row of picked goods appears."""
        return after(self.floor.allocations.picked, -GOODS_BEFORE_PICK)

    @cached_property
    def picks(self) -> tuple[Ints, Ints]:
        """By [lot, pick], the instants in their order (NEVER if none) and the units taken."""
        own = self.floor.allocations
        taken = np.flatnonzero((own.picked != NEVER) & (own.picked_qty > 0))
        taken = taken[np.lexsort((own.picked[taken], own.lot[taken]))]
        lot = own.lot[taken]
        place = running_number(lot)
        shape = (len(self.lots.qty), int(place.max(initial=0)) + 1)
        instants, units = np.full(shape, NEVER, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        instants[lot, place] = own.picked[taken]
        units[lot, place] = own.picked_qty[taken]
        return instants, units

    @cached_property
    def inventory_ids(self) -> tuple[Ints, Ints]:
        """By lot, and by allocation for the picked goods."""
        lots, goods = issue_ids(self.spec, "inventory", INVENTORY_BASE, self.lots.received, self.goods_picked)
        return lots, goods

    @cached_property
    def container_ids(self) -> tuple[Ints, Ints]:
        """Of inbound LPNs by lot, and of outbound ones by carton."""
        outbound_created = self.flow.cartons[:, 0]
        inbound, outbound = issue_ids(self.spec, "container", CONTAINER_BASE, self.lots.announced, outbound_created)
        return inbound, outbound

    def _ids(self, entity: str, base: int, created: Ints) -> Ints:
        return issue_ids(self.spec, entity, base, created)[0]
