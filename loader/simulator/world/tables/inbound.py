"""Rows of ib_shipment and ib_shipment_dtl."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from loader.simulator.contract import Value
from loader.simulator.world import columns as c
from loader.simulator.world import words
from loader.simulator.world.arrays import total
from loader.simulator.world.family import Columns, Family, Moment
from loader.simulator.world.history import FIRST_IDS, History
from loader.simulator.world.names import LPN, ORDER, SHIPMENT
from loader.simulator.world.reference import COMPANY_IDS, FACILITIES, FACILITY_IDS
from loader.simulator.world.spec import DAY, HOUR
from loader.simulator.world.tables.declared import fixed
from loader.simulator.world.tables.static import owned

STARTED, FINISHED, VERIFIED = 1, 2, 3
_RETURNABLE = 60  # customers return goods of the first orders
_LOCKED_SHARE = 0.01


def ib_shipment(h: History) -> Family:
    """Inbound shipments, from the announcement to verification."""
    shipments = h.shipments
    hasty = c.moments(shipments.announced - HOUR)
    events = (shipments.announced, shipments.started, shipments.finished, shipments.verified)
    return Family(
        h.ids("ib_shipment"),
        h.disturber.timeline("ib_shipment", np.column_stack(events)),
        {
            **fixed(h, "ib_shipment"),
            "facility_id": c.number(FACILITY_IDS[shipments.facility]),
            "company_id": c.number(COMPANY_IDS[shipments.company]),
            "shipment_nbr": c.named(SHIPMENT.text),
            "shipped_date": c.day(shipments.announced + h.utc_offset[shipments.facility]),
            "verified_ts": c.where(h.stock_plants["early_verified"], c.since(VERIFIED, hasty), c.instant(VERIFIED)),
            **_origin(h),
            **_quantities(h),
        },
        SHIPMENT.text,
    )


def _origin(h: History) -> Columns:
    shipments = h.shipments
    index = np.arange(len(shipments.announced), dtype=np.int64)
    other = FACILITY_IDS[(shipments.facility + 1) % len(FACILITIES)]
    locked = h.dice.chance("asn.locked", index, _LOCKED_SHARE)
    return {
        "shipment_type_id": c.number(1 + shipments.is_return),
        "load_id": c.number(h.row_parts("load", "inbound_trucks")),
        "vendor_info": c.word([f"{brand} Indústria S.A." for brand in words.BRANDS], shipments.vendor),
        "origin_code": c.where(shipments.is_return, c.constant("CLIENTE"), c.label("FORN%02d", shipments.vendor)),
        "return_from_facility_id": c.where(shipments.is_return, c.number(other), c.constant(None)),
        "lock_id": c.where(locked, c.number(owned(2, shipments.company)), c.constant(None)),
        "qc_eligibility_check_performed_flg": c.since(STARTED, c.constant(True), before=False),
    }


def _quantities(h: History) -> Columns:
    shipments, lots = h.shipments, h.lots
    count = len(shipments.announced)
    lpns = np.diff(shipments.first_lot)
    units = total(lots.announced_qty, lots.shipment, count)
    return {
        "orig_shipped_units": c.decimal(units),
        "orig_shipped_cntrs": c.number(np.where(shipments.by_sku, 0, lpns)),
        "shipped_qty": c.decimal(units),
        "received_qty": c.since(FINISHED, c.decimal(total(lots.qty, lots.shipment, count)), before=Decimal(0)),
        "lpn_count": c.where(shipments.by_sku, c.since(FINISHED, c.number(lpns), before=0), c.number(lpns)),
        "received_lpn_count": c.since(FINISHED, c.number(lpns), before=0),
        "ib_shipment_dtl_set": c.number(np.bincount(h.receipt_lines.shipment, minlength=count)),
    }


def ib_shipment_dtl(h: History) -> Family:
    """Lines of inbound shipments; each is one LPN, or an item in any number of LPNs."""
    rows, lots = h.receipt_lines, h.lots
    lot = rows.lot
    local = rows.announced + h.utc_offset[lots.facility[lot]]
    nothing = FIRST_IDS["ib_shipment"] - 1 - np.arange(len(lot), dtype=np.int64) % FIRST_IDS["ib_shipment"]
    announced = np.where(h.stock_plants["negative"][lot], -rows.announced_qty, rows.announced_qty)
    by_sku, returned = h.shipments.by_sku[rows.shipment], h.shipments.is_return[rows.shipment]
    expected = np.bincount(lots.line, minlength=len(lot))
    null = c.constant(None)

    def received(moment: Moment) -> Sequence[Value]:
        done = moment.done[:, 1:]
        return [Decimal(value) for value in (rows.qty[moment.index] * done).sum(axis=1).tolist()]

    return Family(
        h.ids("ib_shipment_dtl"),
        h.disturber.timeline("ib_shipment_dtl", np.column_stack((rows.announced, rows.received))),
        {
            "create_user": c.constant("HOST"),
            "mod_user": lambda moment: ["RF" if event else "HOST" for event in moment.last.tolist()],
            "ib_shipment_id": c.number(
                np.where(h.stock_plants["orphan_receipt"][lot], nothing, h.ids("ib_shipment")[rows.shipment])
            ),
            "host_seq_nbr": c.number(rows.seq),
            "item_id": c.number(h.ids("item")[lots.item[lot]]),
            "container_nbr": c.where(by_sku, c.constant(""), LPN.of(lot)),
            "container_id": c.where(by_sku, null, c.number(h.ids("container")[lot])),
            "po_dtl_id": c.where(returned, null, c.number(h.part_ids("purchase_order_dtl")[0])),
            "ref_order_nbr": c.where(returned, ORDER.of(lot % _RETURNABLE), c.constant("")),
            "ref_order_seq_nbr": c.number(returned.astype(np.int64)),
            "expiry_date": c.where(lots.expires[lot] > 0, c.day(local + lots.expires[lot] * DAY), null),
            "shipped_qty": c.decimal(announced),
            "shipped_uom_qty": c.decimal(announced),
            "received_qty": received,
            "lpn_weight": c.scaled(rows.announced_qty * h.items.grams[lots.item[lot]], 3),
            "dtl_rcv_flg": lambda moment: (moment.done[:, 1:].sum(axis=1) == expected[moment.index]).tolist(),
        },
        lambda row: f"{SHIPMENT.text(int(rows.shipment[row]))},{rows.seq[row]}",
    )
