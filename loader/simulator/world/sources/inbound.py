"""Sources: Vendors, purchase orders, batches and serial numbers."""

from __future__ import annotations

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import words
from loader.simulator.world.arrays import only
from loader.simulator.world.family import Column
from loader.simulator.world.history import History
from loader.simulator.world.names import PURCHASE
from loader.simulator.world.reference import COMPANIES
from loader.simulator.world.sources.articles import is_serial
from loader.simulator.world.sources.shared import FIRST_SERIAL, SERIAL_LOT, long_ago, numbered, once
from loader.simulator.world.spec import DAY, HOUR, NEVER, SECOND, Ints
from loader.simulator.world.tables.declared import Source, source
from loader.simulator.world.tables.static import owned


@source("vendors")
def _vendors(h: History) -> Source:
    rows = numbered(len(COMPANIES) * len(words.BRANDS))
    brand = rows % len(words.BRANDS)
    names = c.word([f"{name} Indústria S.A." for name in words.BRANDS], brand)
    return once(long_ago(h, len(rows)), {"company": rows // len(words.BRANDS), "number": brand, "name": names})


@source("purchases")
def _purchases(h: History) -> Source:
    """One order for each inbound shipment but returns, sent by the host shortly before the announcement."""
    shipments, rows = h.shipments, numbered(len(h.shipments.announced))
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
    return Source(("created", "shipped", "started", "received"), known(ordered, *events), facts)


@source("purchase_lines")
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
    return Source(("created", "shipped", "received"), known(created, created, lines.announced, last), facts)


def known(created: Ints, *events: Ints) -> Ints:
    """Return events of rows that exist, NEVER for all others."""
    return np.column_stack([only(created != NEVER, event) for event in events])


@source("batches")
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
    locked = only(chosen, lots.watched[lot] + h.dice.whole("batch.locked_after", lot, HOUR, 40 * DAY))
    return Source(("created", "locked"), np.column_stack((created, locked)), facts)


@source("serials")
def _serials(h: History) -> Source:
    lots = h.lots
    lot = np.flatnonzero(h.slow_lots & (is_serial(h, lots.item) == 1))
    units = np.minimum(lots.leftover[lot], SERIAL_LOT)
    row_lot = np.repeat(lot, units)
    number = numbered(len(row_lot))
    facts: dict[str, Ints | Column] = {
        "facility": lots.facility[row_lot],
        "company": lots.company[row_lot],
        "item": lots.item[row_lot],
        "number": FIRST_SERIAL + number,
        "inventory": c.number(h.ids("inventory")[row_lot]),
        "row": number,
    }
    return once(lots.received[row_lot] + 1000, facts)
