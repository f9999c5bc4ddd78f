"""Sources of the declared entities, except the log: what happens to their rows, and facts about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import words
from loader.simulator.world.arrays import after, earliest, latest, only, running_number, total
from loader.simulator.world.family import Column
from loader.simulator.world.log import LOG_SOURCES
from loader.simulator.world.masters import DOCK, STAGING, touches
from loader.simulator.world.names import CARTON, LPN, PURCHASE, TASK, TRAILER
from loader.simulator.world.reference import COMPANIES, FACILITIES
from loader.simulator.world.shipping import LOADED, PACKED, SHIPPED, departure_of
from loader.simulator.world.spec import DAY, HOUR, MINUTE, NEVER, SECOND, Ints
from loader.simulator.world.tables.declared import Source
from loader.simulator.world.tables.static import AGE, owned

if TYPE_CHECKING:
    from loader.simulator.world.history import History

PICKERS, VIAS, DOCKS, TRAILERS = 24, 5, 6, 60
PARCEL = 3  # position of the parcel service in ship_via
LATE_DEPARTURES = (0.05, 0.14, 0.03, 0.08, 0.0)  # share of loads that leave late, by shipping service
INSTRUCTIONS = ("Entregar das 8h às 12h", "Agendar descarga por telefone", "Não empilhar", "Exigir canhoto assinado")
_SERIAL_LOT, _FIRST_SERIAL = 8, 5_500_000  # units of a lot with a serial number


def _once(created: Ints, facts: Mapping[str, Ints | Column]) -> Source:
    return Source(("created",), created[:, None], facts)


def _long_ago(h: History, count: int) -> Ints:
    return np.full(count, h.spec.start_us - AGE, dtype=np.int64)


def _rows(count: int) -> Ints:
    return np.arange(count, dtype=np.int64)


# --- articles


def _items(h: History) -> Source:
    items = h.items
    count = len(items.company)
    kinds = len(words.PRODUCTS)
    category = _categories_of_products()[items.product]
    facts: dict[str, Ints | Column] = {
        "item": _rows(count),
        "net_cents": items.cents * 92 // 100,
        "retail_cents": items.cents * 155 // 100,
        "case": items.case,
        "case_milli": items.case * items.grams,
        "case_volume": items.case * items.volume,
        "life": items.life,
        "acceptable": np.where(items.life > 0, 30, 0),
        "brand": c.word(words.BRANDS, items.brand),
        "season": c.constant("ANUAL"),
        "velocity": c.word(("A", "B", "C"), _velocity(items.count)),
        "is_light": (items.grams < 4000).astype(np.int64),
        "is_perishable": (items.life > 0).astype(np.int64),
        "is_serial": _is_serial(h, _rows(count)),
        "category": items.company * len(words.CATEGORIES) + category,
        "level_1": items.company * len(words.CATEGORIES) + category,
        "level_2": len(COMPANIES) * len(words.CATEGORIES) + items.company * kinds + items.product,
    }
    touched = touches(h.spec, h.dice, "item", count, (8, 45), h.until)
    return Source(("created", "changed"), touched[:, :2] + SECOND * (touched[:, :2] != NEVER), facts)


def _is_serial(h: History, item: Ints) -> Ints:
    electric = np.array([kind.category == "ELET" for kind in words.PRODUCTS])
    return electric[h.items.product[item]].astype(np.int64)


def _velocity(count: Ints) -> Ints:
    """A for the first fifth of a company's items, B for the next three tenths, C for the rest."""
    place = np.concatenate([np.arange(size) / size for size in count.tolist()])
    return np.searchsorted([0.2, 0.5], place, side="right").astype(np.int64)


def _categories_of_products() -> Ints:
    codes = list(words.CATEGORIES)
    return np.array([codes.index(kind.category) for kind in words.PRODUCTS], dtype=np.int64)


def _assortment(h: History) -> Source:
    item = np.repeat(_rows(len(h.items.company)), len(FACILITIES))
    facts: dict[str, Ints | Column] = {
        "item": item,
        "facility": _rows(len(item)) % len(FACILITIES),
        "velocity": c.word(("A", "B", "C"), _velocity(h.items.count)[item]),
        "most": h.items.case[item] * 40,
    }
    return _once(_long_ago(h, len(item)), facts)


def _categories(h: History) -> Source:
    rows = _rows(len(COMPANIES) * len(words.CATEGORIES))
    kind = rows % len(words.CATEGORIES)
    facts: dict[str, Ints | Column] = {
        "company": rows // len(words.CATEGORIES),
        "code": c.word(tuple(words.CATEGORIES), kind),
        "text": c.word(tuple(words.CATEGORIES.values()), kind),
    }
    return _once(_long_ago(h, len(rows)), facts)


def _subcategories(h: History) -> Source:
    rows = _rows(len(COMPANIES) * len(words.PRODUCTS))
    kind = rows % len(words.PRODUCTS)
    facts: dict[str, Ints | Column] = {
        "company": rows // len(words.PRODUCTS),
        "code": c.label("SUB%02d", kind),
        "text": c.word([product.words for product in words.PRODUCTS], kind),
    }
    return _once(_long_ago(h, len(rows)), facts)


# --- inbound


def _vendors(h: History) -> Source:
    rows = _rows(len(COMPANIES) * len(words.BRANDS))
    brand = rows % len(words.BRANDS)
    names = c.word([f"{name} Indústria S.A." for name in words.BRANDS], brand)
    return _once(_long_ago(h, len(rows)), {"company": rows // len(words.BRANDS), "number": brand, "name": names})


def _purchases(h: History) -> Source:
    """One order for each inbound shipment but returns, sent by the host shortly before the announcement."""
    shipments, rows = h.shipments, _rows(len(h.shipments.announced))
    ordered = only(~shipments.is_return, shipments.announced - 2 * SECOND)
    local = shipments.announced + h.utc_offset[shipments.facility]
    arrives = shipments.started + h.utc_offset[shipments.facility]
    late = h.dice.pick("po.late", rows, (8, 70, 22)) - 1  # the supplier is late, on the day, or a day early
    due = arrives + late * DAY
    facts: dict[str, Ints | Column] = {
        "facility": shipments.facility,
        "company": shipments.company,
        "number": PURCHASE.of(rows),
        "vendor": shipments.company * len(words.BRANDS) + shipments.vendor,
        "ordered": local - h.dice.whole("po.age", rows, 3, 15) * DAY,
        "due": due,
        "latest": due + 7 * DAY,
        "lines": np.bincount(h.receipt_lines.shipment, minlength=len(rows)),
    }
    events = (ordered, shipments.announced, shipments.started, shipments.verified)
    return Source(("created", "shipped", "started", "received"), _known(ordered, *events), facts)


def _purchase_lines(h: History) -> Source:
    lines, lots = h.receipt_lines, h.lots
    item = lots.item[lines.lot]
    created = only(~h.shipments.is_return[lines.shipment], h.shipments.announced[lines.shipment] - SECOND)
    last = np.where(lines.received == NEVER, 0, lines.received).max(axis=1)
    facts: dict[str, Ints | Column] = {
        "purchase": lines.shipment,
        "seq": lines.seq,
        "item": item,
        "ordered": lines.announced_qty,
        "shipped": lines.announced_qty,
        "received": lines.qty.sum(axis=1),
        "closed": np.ones(len(item), dtype=np.int64),
        "cost_cents": h.items.cents[item],
        "retail_cents": h.items.cents[item] * 155 // 100,
    }
    return Source(("created", "shipped", "received"), _known(created, created, lines.announced, last), facts)


def _known(created: Ints, *events: Ints) -> Ints:
    """Return events of rows that exist, NEVER for all others."""
    return np.column_stack([only(created != NEVER, event) for event in events])


def _batches(h: History) -> Source:
    """One batch for each lot with an expiry date; a few are locked."""
    lots = h.lots
    lot = np.flatnonzero(lots.expires > 0)
    created = lots.received[lot] - SECOND
    chosen = h.slow_lots[lot] & h.dice.chance("batch.locked", lot, 0.03)
    facts: dict[str, Ints | Column] = {
        "facility": lots.facility[lot],
        "company": lots.company[lot],
        "item": lots.item[lot],
        "number": 4_000_000 + lot,
        "expiry": created + h.utc_offset[lots.facility[lot]] + lots.expires[lot] * DAY,
        "lock": owned(2 + lot % 2, lots.company[lot]),
    }
    locked = only(chosen, created + h.dice.whole("batch.locked_after", lot, HOUR, 6 * DAY))
    return Source(("created", "locked"), np.column_stack((created, locked)), facts)


def _serials(h: History) -> Source:
    lots = h.lots
    lot = np.flatnonzero(h.slow_lots & (_is_serial(h, lots.item) == 1))
    units = np.minimum(lots.leftover[lot], _SERIAL_LOT)
    row_lot = np.repeat(lot, units)
    number = _rows(len(row_lot))
    facts: dict[str, Ints | Column] = {
        "facility": lots.facility[row_lot],
        "company": lots.company[row_lot],
        "item": lots.item[row_lot],
        "number": _FIRST_SERIAL + number,
        "inventory": c.number(h.inventory_ids[0][row_lot]),
        "row": number,
    }
    return _once(lots.received[row_lot] + 1000, facts)


# --- yard and transport


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
    events = (packed, first - 8 * MINUTE, first, departed - 3 * MINUTE, departed + 2 * MINUTE)
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
        "units": weight // 500,
        "load": _rows(count),
        "dock_out": owned(2, facility),
    }
    return Source(("created", "arrived", "started", "closed", "departed"), np.column_stack(events), facts)


def _inbound_trucks(h: History) -> Source:
    """One load for each inbound shipment."""
    shipments, rows = h.shipments, _rows(len(h.shipments.announced))
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
        "driver": c.word(drivers, h.dice.whole(f"{side}.driver", key, 0, len(drivers))),
    }


def _trailers(h: History) -> Source:
    rows = _rows(TRAILERS)
    facts: dict[str, Ints | Column] = {
        "company": 0 * rows,
        "number": TRAILER.of(rows),
        "plate": c.label("RLG%dB12", rows),
    }
    return _once(_long_ago(h, TRAILERS), facts)


def _docks(h: History) -> Source:
    location = np.flatnonzero(h.locations.kind == DOCK)
    number = h.locations.rank[location]
    facts: dict[str, Ints | Column] = {
        "facility": h.locations.facility[location],
        "number": 1 + number,
        "type": owned(1 + number % 2, h.locations.facility[location]),
        "location": location,
    }
    return _once(_long_ago(h, len(location)), facts)


def _stops(h: History) -> Source:
    """One stop for each order on a truck."""
    orders, (_, load) = h.demand.orders, h.outbound_loads
    rows = _rows(len(load))
    lane = rows % h.locations.count[orders.facility, STAGING - 1]
    people, who = h.people, orders.customer
    facts: dict[str, Ints | Column] = {
        "load": np.maximum(load, 0),
        "seq": running_number(load) + 1,
        "name": lambda moment: [people.customer(number).name for number in who[moment.index].tolist()],
        "address": lambda moment: [people.customer(number).address.street for number in who[moment.index].tolist()],
        "lane": h.locations.first[orders.facility, STAGING - 1] + lane,
        "number": c.label("BOL%d", rows),
        "weight_milli": h.order_grams,
    }
    created = only(load >= 0, h.flow.orders[:, PACKED])
    events = _known(created, after(created, 1000), h.flow.orders[:, LOADED], h.flow.orders[:, SHIPPED])
    return Source(("created", "loaded", "shipped"), events, facts)


def _stop_details(h: History) -> Source:
    cartons = h.flow.cartons
    return _once(cartons[:, 2], {"stop": h.flow.carton_order, "container": c.number(h.container_ids[1])})


def _parcels(h: History) -> Source:
    carton = np.flatnonzero(h.ship_via[h.flow.carton_order] == PARCEL)
    grams = h.carton_grams[carton]
    packed = h.flow.cartons[carton, 1]
    facts: dict[str, Ints | Column] = {
        "container": c.number(h.container_ids[1][carton]),
        "number": 100_000_000 + carton,
        "rate_cents": 1200 + grams // 4,
        "weight_milli": grams,
        "delivery": np.where(packed == NEVER, 0, packed) + 3 * DAY,
    }
    return _once(after(packed, SECOND), facts)


# --- stock keeping


def _waves(h: History) -> Source:
    waves = h.floor.waves
    facts: dict[str, Ints | Column] = {
        "facility": waves.facility,
        "number": 52_000 + _rows(len(waves.key)),
        "host": 1 + waves.facility,
        "mode": c.constant(h.codes.text("allocation_distribution_mode", 1)),
        "stage": c.by_event(*(c.constant(stage) for stage in (0, 0, 90, 90))),
    }
    events = np.column_stack((waves.created, waves.running, waves.completed, waves.undone))
    return Source(("created", "running", "completed", "undone"), events, facts)


def _tasks(h: History) -> Source:
    tasks, rows = h.floor.tasks, _rows(len(h.floor.tasks.wave))
    user = _user(tasks.facility, tasks.picker)
    facts: dict[str, Ints | Column] = {
        **_task_facts(tasks.facility, 1, user, "WAVE"),
        "number": TASK.of(rows),
        "wave": tasks.wave,
        "cart": c.label("CAR%02d", 1 + rows % 60),
        "location": tasks.first_location,
    }
    events = (tasks.created, tasks.ready, tasks.started, tasks.completed, tasks.cancelled)
    return Source(TASK_EVENTS, np.column_stack(events), facts)


TASK_EVENTS = ("created", "ready", "started", "completed", "cancelled")


def _task_facts(facility: Ints, kind: int, user: Column, creator: str) -> Mapping[str, Ints | Column]:
    return {
        "facility": facility,
        "type": owned(kind, facility),
        "user": user,
        "worker": c.since(TASK_EVENTS.index("started"), user, before=creator),
        "one": np.ones(len(facility), dtype=np.int64),
    }


def _move_tasks(h: History) -> Source:
    """One task for each replenishment."""
    moves = h.replenishment
    facility = h.lots.facility[moves.lot]
    facts: dict[str, Ints | Column] = {
        **_task_facts(facility, 2, c.label("EMP-%02d", 1 + moves.lot % 9), "WAVE"),
        "number": 1 + moves.lot,
        "wave": h.floor.allocations.wave[moves.allocation],
        "location": h.lots.location[moves.lot],
        "target": moves.location,
    }
    events = (moves.created, moves.created + SECOND, moves.started, moves.moved)
    return Source(TASK_EVENTS[:4], np.column_stack(events), facts)


def _count_tasks(h: History) -> Source:
    """One task for each cycle count, planned an hour before."""
    counts = h.counts
    facts: dict[str, Ints | Column] = {
        **_task_facts(h.locations.facility[counts.location], 3, c.label("INV%02d", counts.location % 12), "SCHEDULER"),
        "number": counts.location * 1000 + counts.at // DAY % 1000,
        "location": counts.location,
    }
    events = (counts.at - HOUR, counts.at - HOUR + SECOND, counts.at - 2 * MINUTE, counts.at)
    return Source(TASK_EVENTS[:4], np.column_stack(events), facts)


def _requests(h: History) -> Source:
    """One request for each wave that replenishes."""
    moves, wave, request = h.replenishment, *h.move_requests
    count = len(wave)
    first = np.zeros(count, dtype=np.int64)
    first[request[::-1]] = moves.lot[::-1]
    created = earliest(moves.created, request, count) - 1000
    facts: dict[str, Ints | Column] = {
        "facility": h.lots.facility[first],
        "company": h.lots.company[first],
        "number": 60_000 + wave,
    }
    completed = after(latest(moves.moved, request, count), SECOND)
    return Source(("created", "completed"), np.column_stack((created, completed)), facts)


def _moves(h: History) -> Source:
    moves, (_, request) = h.replenishment, h.move_requests
    facts: dict[str, Ints | Column] = {
        "request": request,
        "seq": running_number(request) + 1,
        "item": h.lots.item[moves.lot],
        "qty": moves.qty,
        "location": moves.location,
        "due": moves.created + 45 * MINUTE,
    }
    events = np.column_stack((moves.created, moves.started, moves.moved))
    return Source(("created", "started", "moved"), events, facts)


def _counts(h: History) -> Source:
    counts = h.counts
    lot = np.maximum(counts.lot, 0)
    difference = counts.counted - counts.expected
    company = np.where(counts.lot < 0, 0, h.lots.company[lot])
    facts: dict[str, Ints | Column] = {
        "counter": c.label("INV%02d", counts.location % 12),
        "facility": h.locations.facility[counts.location],
        "company": company,
        "location": counts.location,
        "number": 700_000 + counts.location,
        "task": len(h.floor.tasks.wave) + len(h.replenishment.lot) + _rows(len(lot)),
        "reason": np.where(difference == 0, -1, owned(np.where(difference < 0, 3, 5), company)),
    }
    return Source(("counted", "approved"), np.column_stack((counts.at, counts.approved)), facts)


def _counted_lots(h: History) -> Source:
    counts, lots = h.counts, h.lots
    row = np.flatnonzero(counts.lot >= 0)
    lot = counts.lot[row]
    difference = (counts.counted - counts.expected)[row]
    facts: dict[str, Ints | Column] = {
        "counter": c.label("INV%02d", counts.location[row] % 12),
        "count": row,
        "item": lots.item[lot],
        "lpn": c.where(lots.in_lpn[lot], c.number(h.container_ids[0][lot]), c.constant(None)),
        "location": counts.location[row],
        "expected": counts.expected[row],
        "counted": counts.counted[row],
        "cost_cents": h.items.cents[lots.item[lot]],
        "difference_cents": difference * h.items.cents[lots.item[lot]],
    }
    events = np.column_stack((counts.at[row] + 1000, counts.approved[row] + 1000))
    return Source(("counted", "approved"), events, facts)


def _lpn_locks(h: History) -> Source:
    lot = np.flatnonzero(h.locked_lots)
    facts: dict[str, Ints | Column] = {
        "container": c.number(h.container_ids[0][lot]),
        "lock": owned(1 + lot % 4, h.lots.company[lot]),
    }
    return Source(("created",), h.lots.received[lot][:, None], facts, gone=h.lock_released[lot])


def _notes(h: History) -> Source:
    order = h.noted_orders
    facts: dict[str, Ints | Column] = {"order": order, "text": c.word(INSTRUCTIONS, order % len(INSTRUCTIONS))}
    return _once(h.demand.orders.arrived[order], facts)


# --- people


def _pickers(h: History) -> Source:
    rows = _rows(len(FACILITIES) * PICKERS)
    facility, number = rows // PICKERS, 1 + rows % PICKERS
    facts: dict[str, Ints | Column] = {
        "facility": facility,
        "company": 0 * rows,
        "number": 5_000 + rows,
        "name": _user(facility, number),
    }
    return _once(_long_ago(h, len(rows)), facts)


def _user(facility: Ints, number: Ints) -> Column:
    codes = [place.code for place in FACILITIES]
    return c.word([f"SEP-{code}-{one:02d}" for code in codes for one in range(PICKERS + 1)], facility * 25 + number)


def _task_work(h: History) -> Source:
    tasks = h.floor.tasks
    facts: dict[str, Ints | Column] = {
        "user": _user(tasks.facility, tasks.picker),
        "facility": tasks.facility,
        "company": 0 * tasks.facility,
        "task": TASK.of(_rows(len(tasks.wave))),
    }
    events = np.column_stack((tasks.started, only(tasks.started != NEVER, tasks.completed)))
    return Source(("begun", "ended"), events, facts)


def _putaway_work(h: History) -> Source:
    lots, rows = h.lots, _rows(len(h.lots.qty))
    work = h.dice.whole("put.time", rows, 90 * SECOND, 7 * MINUTE)
    begun = lots.stored - np.minimum((lots.stored - lots.received) // 2, work)
    facts: dict[str, Ints | Column] = {
        "user": _user(lots.facility, 1 + lots.shipment % PICKERS),
        "facility": lots.facility,
        "company": lots.company,
        "activity": len(h.floor.tasks.wave) + rows,
        "item_code": c.word(h.item_codes, lots.item),
        "location": c.word(h.location_labels, lots.location),
        "lpn": LPN.of(rows),
        "units": lots.qty,
    }
    return Source(("begun", "ended"), np.column_stack((begun, lots.stored)), facts)


def _picked_units(h: History) -> Source:
    own = h.floor.allocations
    facts: dict[str, Ints | Column] = {
        "user": _user(h.floor.tasks.facility[own.task], h.floor.tasks.picker[own.task]),
        "activity": own.task,
        "item_code": c.word(h.item_codes, h.lots.item[own.lot]),
        "location": c.word(h.location_labels, h.lots.location[own.lot]),
        "carton": CARTON.of(h.flow.carton),
        "units": own.picked_qty,
        "ended": np.where(own.picked == NEVER, 0, own.picked) + 12 * SECOND,
    }
    return Source(("begun",), own.picked[:, None], facts)


def _clock(h: History, *, is_in: bool) -> Source:
    """Each day a picker clocks in before the first task, and out after the last one."""
    tasks = h.floor.tasks
    row = np.flatnonzero(tasks.started != NEVER)
    day = (tasks.started[row] + h.utc_offset[tasks.facility[row]]) // DAY
    person = tasks.facility[row] * PICKERS + tasks.picker[row] - 1
    people = len(FACILITIES) * PICKERS
    key, shift = np.unique(day * people + person, return_inverse=True)
    begun = earliest(tasks.started[row], shift, len(key)) - 6 * MINUTE
    ended = after(latest(tasks.completed[row], shift, len(key)), 5 * MINUTE)
    who = key % people
    facts: dict[str, Ints | Column] = {
        "user": _user(who // PICKERS, 1 + who % PICKERS),
        "facility": who // PICKERS,
        "person": who,
        "area": owned(1, who // PICKERS),
    }
    return _once(begun if is_in else ended, facts)


SOURCES: Mapping[str, Callable[[History], Source]] = {
    "items": _items,
    "assortment": _assortment,
    "categories": _categories,
    "subcategories": _subcategories,
    "vendors": _vendors,
    "purchases": _purchases,
    "purchase_lines": _purchase_lines,
    "batches": _batches,
    "serials": _serials,
    "outbound_trucks": _outbound_trucks,
    "inbound_trucks": _inbound_trucks,
    "trailers": _trailers,
    "docks": _docks,
    "stops": _stops,
    "stop_details": _stop_details,
    "parcels": _parcels,
    "waves": _waves,
    "tasks": _tasks,
    "move_tasks": _move_tasks,
    "count_tasks": _count_tasks,
    "requests": _requests,
    "moves": _moves,
    "counts": _counts,
    "counted_lots": _counted_lots,
    "lpn_locks": _lpn_locks,
    "notes": _notes,
    "pickers": _pickers,
    "task_work": _task_work,
    "putaway_work": _putaway_work,
    "picked_units": _picked_units,
    "clock_ins": lambda h: _clock(h, is_in=True),
    "clock_outs": lambda h: _clock(h, is_in=False),
    **LOG_SOURCES,
}
