"""Sources: Loads, trailers, docks, stops and parcels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import words
from loader.simulator.world.arrays import after, earliest, latest, only, running_number, total
from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.masters import DOCK, STAGING
from loader.simulator.world.names import TRAILER, TRAILERS
from loader.simulator.world.reference import FACILITIES
from loader.simulator.world.shipping import LOADED, PACKED, SHIPPED, departure_of
from loader.simulator.world.sources.inbound import known
from loader.simulator.world.sources.shared import (
    DOCKS,
    LATE_DEPARTURES,
    PARCEL,
    VIAS,
    long_ago,
    numbered,
    once,
)
from loader.simulator.world.spec import DAY, HOUR, MINUTE, NEVER, SECOND, Ints
from loader.simulator.world.tables.declared import Source, source
from loader.simulator.world.tables.static import owned


@source("outbound_trucks")
def _outbound_trucks(h: History) -> Source:
    """One load for each truck and service, from the first packed order to the departure."""
    key, load = h.outbound_loads
    count = len(key)
    shipped = np.flatnonzero(load >= 0)
    own = load[shipped]
    orders = h.flow.orders[shipped]
    packed = earliest(orders[:, PACKED], own, count)
    first, last = earliest(orders[:, LOADED], own, count), latest(orders[:, LOADED], own, count)
    due, departed = departure_of(h.dice, key // VIAS)
    via, facility = key % VIAS, key // VIAS % len(FACILITIES)
    is_late = h.dice.uniform("load.late", key) < np.array(LATE_DEPARTURES)[via]
    due = due - np.where(is_late, h.dice.whole("load.minutes", key, 20, 75) * MINUTE, 0)
    company = np.zeros(count, dtype=np.int64)
    company[own[::-1]] = h.demand.orders.company[shipped[::-1]]
    weight = total(h.order_grams[shipped], own, count)
    arrived = first - np.minimum(h.dice.whole("yard.dock", key, 4 * MINUTE, 30 * MINUTE), (first - packed) // 2)
    events = (packed, arrived, first, departed - 3 * MINUTE, departed + 2 * MINUTE)
    facts: dict[str, Ints | Column] = {
        **_truck_facts(h, "out", key, facility),
        "company": company,
        "carrier": via + 1,
        "route": c.label("R%03d", key % 120),
        "pro": c.label("PRO%07d", key % 10_000_000),
        "due": due,
        "planned": due - HOUR,
        "delivery": due + (1 + via % 3) * DAY,
        "last_loaded": last,
        "weight_milli": weight,
        "volume": weight * 5 // 4,
        "units": weight // 500,
        "load": numbered(count),
        "dock_out": owned(2, facility),
    }
    return Source(("created", "arrived", "started", "closed", "departed"), np.column_stack(events), facts)


@source("inbound_trucks")
def _inbound_trucks(h: History) -> Source:
    """One load for each inbound shipment."""
    shipments, rows = h.shipments, numbered(len(h.shipments.announced))
    transit = shipments.started - shipments.announced
    arrived = shipments.started - np.minimum(transit // 3, h.dice.whole("yard.wait", rows, 5 * MINUTE, 50 * MINUTE))
    early = h.dice.whole("yard.planned", rows, -40 * MINUTE, 60 * MINUTE)
    facts: dict[str, Ints | Column] = {
        **_truck_facts(h, "in", rows, shipments.facility),
        "company": shipments.company,
        "carrier": 1 + rows % 2,
        "due": shipments.announced + transit // 2,
        "planned": arrived + early,
        "units": total(h.lots.announced_qty, h.lots.shipment, len(rows)),
        "load": len(h.outbound_loads[0]) + rows,
        "dock_in": owned(1, shipments.facility),
    }
    departed = shipments.verified + 10 * MINUTE
    events = (shipments.announced, arrived, shipments.started, shipments.finished, departed)
    return Source(("created", "arrived", "started", "unloaded", "departed"), np.column_stack(events), facts)


def _truck_facts(h: History, side: str, key: Ints, facility: Ints) -> Mapping[str, Ints | Column]:
    prefix = side.upper()[0]
    drivers = [f"{given} {name}" for given, name in zip(words.GIVEN_NAMES, words.SURNAMES, strict=True)]
    return {
        "facility": facility,
        "number": c.label(f"LD{prefix}%d", key % 1_000_000_000),
        "appointment": c.label(f"AP{prefix}%d", key % 1_000_000_000),
        "trailer": key % TRAILERS,
        "seal": c.label("LACRE%06d", key % 1_000_000),
        "dock": c.label("D%02d", 1 + key % DOCKS),
        "preferred": facility * DOCKS + key % DOCKS,
        "driver": c.word(drivers, h.dice.whole(f"{side}.driver", key, 0, len(drivers))),
    }


@source("trailers")
def _trailers(h: History) -> Source:
    rows = numbered(TRAILERS)
    facts: dict[str, Ints | Column] = {
        "company": 0 * rows,
        "number": TRAILER.of(rows),
        "plate": c.label("RLG%dB12", rows),
    }
    return once(long_ago(h, TRAILERS), facts)


@source("docks")
def _docks(h: History) -> Source:
    location = np.flatnonzero(h.locations.kind == DOCK)
    number = h.locations.rank[location]
    facts: dict[str, Ints | Column] = {
        "facility": h.locations.facility[location],
        "number": 1 + number,
        "type": owned(1 + number % 2, h.locations.facility[location]),
        "location": location,
    }
    return once(long_ago(h, len(location)), facts)


@source("stops")
def _stops(h: History) -> Source:
    """One stop for each order on a truck."""
    orders, (_, load) = h.demand.orders, h.outbound_loads
    rows = numbered(len(load))
    lane = rows % h.locations.count[orders.facility, STAGING - 1]
    facts: dict[str, Ints | Column] = {
        "load": np.maximum(load, 0),
        "seq": running_number(load) + 1,
        "name": h.people.column(orders.customer, "name"),
        "address": h.people.column(orders.customer, "addr"),
        "lane": h.locations.first[orders.facility, STAGING - 1] + lane,
        "number": c.label("BOL%d", rows),
        "weight_milli": h.order_grams,
    }
    created = only(load >= 0, h.flow.orders[:, PACKED])
    events = known(created, after(created, 1000), h.flow.orders[:, LOADED], h.flow.orders[:, SHIPPED])
    return Source(("created", "loaded", "shipped"), events, facts)


@source("stop_details")
def _stop_details(h: History) -> Source:
    cartons = h.flow.cartons
    return once(cartons[:, 2], {"stop": h.flow.carton_order, "container": c.number(h.part_ids("container")[1])})


@source("parcels")
def _parcels(h: History) -> Source:
    carton = np.flatnonzero(h.ship_via[h.flow.carton_order] == PARCEL)
    grams = h.carton_grams[carton]
    packed = h.flow.cartons[carton, 1]
    facts: dict[str, Ints | Column] = {
        "container": c.number(h.part_ids("container")[1][carton]),
        "number": 100_000_000 + carton,
        "rate_cents": 1200 + grams // 4,
        "weight_milli": grams,
        "delivery": np.where(packed == NEVER, 0, packed) + 3 * DAY,
    }
    return once(after(packed, SECOND), facts)
