"""Rows of order_hdr and order_dtl."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from loader.simulator.contract import Value
from loader.simulator.world import columns as c
from loader.simulator.world.arrays import total
from loader.simulator.world.demand import NONE
from loader.simulator.world.family import Column, Columns, Family, Moment
from loader.simulator.world.history import FIRST_IDS, History
from loader.simulator.world.masters import STAGING
from loader.simulator.world.names import ORDER
from loader.simulator.world.plants import twins
from loader.simulator.world.reference import COMPANY_IDS, FACILITY_IDS
from loader.simulator.world.shipping import ALLOCATED, CANCELLED, PACKED, PARTLY, SHIPPED, TRIED, UNDONE
from loader.simulator.world.sources.shared import INSTRUCTIONS
from loader.simulator.world.spec import DAY, HOUR, NEVER, Bools, Ints
from loader.simulator.world.tables.declared import fixed
from loader.simulator.world.tables.static import labels

CHANNELS = ("LOJA", "SITE", "TELEVENDAS", "REPRESENTANTE")
CONTACT = ("name", "addr", "addr2", "addr3", "city", "state", "zip", "phone_nbr", "email", "contact")
UNKNOWN_ID = 7  # below all ids of facilities, companies and items
TRANSFER = 1  # place of the type of orders to another facility
DATED_SHARES = (0.85, 0.06, 0.05, 0.04)  # orders with all dates, without a required one, with a last one, without any


def order_hdr(h: History) -> Family:
    """Orders; an owner is null or unknown, and a number stands twice, where it is planted so."""
    orders = h.demand.orders
    index = np.arange(len(orders.arrived), dtype=np.int64)
    kind = h.dice.pick("order.type", index, (0.7, 0.08, 0.22))
    facilities = FACILITY_IDS
    facility = c.number(facilities[orders.facility])
    other = (orders.facility + 1) % len(facilities)
    company = c.number(COMPANY_IDS[orders.company])
    number = np.where(h.plants["twin_number"], twins(h.demand, h.plants), index)
    return Family(
        h.ids("order_hdr"),
        h.order_timeline,
        {
            **fixed(h, "order_hdr"),
            "facility_id": _unless(h.plants["no_facility"], h.plants["strange_facility"], facility),
            "company_id": _unless(h.plants["no_company"], h.plants["strange_company"], company),
            "order_nbr": ORDER.of(number),
            "order_type_id": c.number(1 + kind),
            "dest_facility_id": c.where(kind == TRANSFER, c.number(facilities[other]), c.constant(None)),
            **_dates(h, index),
            **_parties(h),
            **_carriage(h, index),
            **_commerce(h, index),
            **_totals(h),
        },
        ORDER.text,
    )


def _unless(missing: Bools, unknown: Bools, owner: Column) -> Column:
    return c.where(missing, c.constant(None), c.where(unknown, c.constant(UNKNOWN_ID), owner))


def _dates(h: History, index: Ints) -> Columns:
    arrived = h.demand.orders.arrived
    local = arrived + h.utc_offset[h.demand.orders.facility]
    lead = h.dice.pick("order.lead", index, (5, 51, 28, 16)) * DAY
    dated = h.dice.pick("order.dated", index, DATED_SHARES)
    null = c.constant(None)
    impossible = c.moments(arrived - h.dice.whole("order.hasty", index, 1, 72) * HOUR)
    shipped = h.flow.orders[:, SHIPPED]
    future = c.moments(np.where(shipped == NEVER, 0, shipped) + 30 * DAY)
    ordinary = c.where(h.plants["late_shipment"], c.since(SHIPPED, future), c.instant(SHIPPED))
    return {
        "ord_date": c.day(local),
        "req_ship_date": c.where(dated == 0, c.day(local + lead), null),
        "start_ship_date": c.day(local),
        "stop_ship_date": c.where(dated < 3, c.day(local + lead + np.where(dated == 2, 0, 3) * DAY), null),
        "sched_ship_date": c.where(dated < 2, c.day(local + lead), null),
        "order_shipped_ts": c.where(h.plants["early_shipment"], c.since(SHIPPED, impossible), ordinary),
    }


def _parties(h: History) -> Columns:
    people, number = h.people, h.demand.orders.customer
    sides = {f"{side}_{name}": people.column(number, name) for side in ("cust", "shipto") for name in CONTACT}
    return {**sides, "cust_nbr": people.column(number, "nbr")}


def _carriage(h: History, index: Ints) -> Columns:
    orders = h.demand.orders
    via = h.ship_via
    codes = tuple(labels("ship_via").values())
    lane = index % h.locations.count[orders.facility, STAGING - 1]
    staging = h.ids("location")[h.locations.first[orders.facility, STAGING - 1] + lane]
    return {
        "ship_via_id": c.number(via + 1),
        "ship_via_ref_code": c.word(codes, via),
        "route_nbr": c.label("R%03d", h.dice.whole("order.route", index, 1, 120)),
        "stage_location_id": c.since(PACKED, c.number(staging)),
    }


def _commerce(h: History, index: Ints) -> Columns:
    channel = h.dice.pick("order.channel", index, (45, 30, 10, 15))
    ids = h.part_ids("order_instruction")[0].tolist()
    notes = {order: _instruction(order, own) for order, own in zip(h.noted_orders.tolist(), ids, strict=True)}
    return {
        "sales_channel": c.word(CHANNELS, channel),
        "customer_po_nbr": c.label("OC%d", 4_000 + h.dice.whole("order.po", index, 0, 900_000)),
        "currency_code": c.where(h.plants["strange_currency"], c.constant("XXX"), c.constant("BRL")),
        "priority": c.word((3, 2, 1), h.dice.pick("order.priority", index, (80, 15, 5))),
        "order_instructions_set": lambda moment: [notes.get(order, ()) for order in moment.index.tolist()],
    }


def _instruction(order: int, row_id: int) -> tuple[object, ...]:
    note = INSTRUCTIONS[order % len(INSTRUCTIONS)]
    return ({"id": row_id, "instr_code": "ENTREGA", "instr_desc": note, "instr_type_id": 1},)


def _totals(h: History) -> Columns:
    lines, count = h.demand.lines, len(h.demand.orders.arrived)
    own = ~h.plants["orphan"]
    price = _sale_cents(h) * lines.qty
    children = total(own.astype(np.int64), lines.order, count)
    return {
        "total_orig_ord_qty": c.decimal(total(np.where(own, lines.qty, 0), lines.order, count)),
        "orig_sku_count": c.number(children),
        "orig_sale_price": c.scaled(total(np.where(own, price, 0), lines.order, count), 2),
        "order_dtl_set": c.number(children),
    }


def _sale_cents(h: History) -> Ints:
    return h.items.cents[h.demand.groups.item[h.demand.lines.group]] * 13 // 10


def order_dtl(h: History) -> Family:
    """Order lines; an orphan points to an id below all ids of orders."""
    lines = h.demand.lines
    index = np.arange(len(lines.order), dtype=np.int64)
    item = h.demand.groups.item[lines.group]
    sale = _sale_cents(h)

    def label(line: int) -> str:
        return f"{ORDER.text(int(lines.order[line]))},{lines.seq[line]}"

    order_id = np.where(
        h.plants["orphan"], FIRST_IDS["order_hdr"] - 1 - index % 400_000, h.ids("order_hdr")[lines.order]
    )
    wrong = -h.dice.whole("line.wrong", index, 1, 6)
    return Family(
        h.ids("order_dtl"),
        h.line_timeline,
        {
            **fixed(h, "order_dtl"),
            "order_id": c.number(order_id),
            "seq_nbr": c.number(np.where(h.plants["twin_line"], 1, lines.seq)),
            "item_id": c.where(h.plants["strange_item"], c.constant(UNKNOWN_ID), c.number(h.ids("item")[item])),
            "ord_qty": _ordered(h, wrong),
            "orig_ord_qty": c.decimal(lines.qty),
            "alloc_qty": _allocated(h),
            "ordered_uom_qty": c.decimal(lines.qty),
            "max_shipping_tolerance_percentage": c.word((Decimal(0), Decimal(10)), (lines.extra > 0).astype(np.int64)),
            "cost": c.scaled(h.items.cents[item], 2),
            "sale_price": c.scaled(sale, 2),
            "unit_declared_value": c.scaled(sale, 2),
            "ship_request_line": c.label("%d", lines.seq),
            "erp_fulfillment_line_ref": lambda moment: (300_000_000 + moment.index).tolist(),
            "order_dtl_original_seq_nbr": c.number(lines.seq),
        },
        label,
    )


def _ordered(h: History, wrong: Ints) -> Column:
    """The units ordered; some lines without stock are closed short, which lowers them to what is shipped."""
    lines = h.demand.lines
    closed, units = h.closed_short, lines.first_qty + lines.second_qty
    qty = np.where(h.plants["non_positive"], wrong, lines.qty)
    left = np.where(lines.service == NONE, 0, units)

    def compute(moment: Moment) -> list[Value]:
        is_over = moment.done[:, PACKED] | moment.done[:, CANCELLED]
        rows = moment.index
        return [Decimal(value) for value in np.where(closed[rows] & is_over, left[rows], qty[rows]).tolist()]

    return compute


def _allocated(h: History) -> Column:
    """The units reserved now: those of the line's allocations that exist and are not cancelled."""
    first, second = h.demand.lines.first_qty, h.demand.lines.second_qty

    def compute(moment: Moment) -> list[Value]:
        done, some = moment.done, first[moment.index]
        tried = done[:, TRIED] & ~done[:, UNDONE]
        held = np.where(done[:, ALLOCATED] | tried, some + second[moment.index], np.where(done[:, PARTLY], some, 0))
        return [Decimal(units) for units in np.where(done[:, CANCELLED], 0, held).tolist()]

    return compute
