"""Rows of ib_shipment and ib_shipment_dtl."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from loader.simulator.world import columns as c
from loader.simulator.world import reference, words
from loader.simulator.world.arrays import total
from loader.simulator.world.family import Family
from loader.simulator.world.history import SHIPMENT_BASE, History
from loader.simulator.world.spec import DAY, HOUR

FIRST_SHIPMENT, FIRST_LPN = 45_000, 30_200_000
VERIFIED = 3
_STARTED, _FINISHED = 1, 2
_RECEIVED = 1


def shipment_number(shipment: int) -> str:
    """The number of an inbound shipment."""
    return f"ASN{FIRST_SHIPMENT + shipment}"


def lpn_number(lot: int) -> str:
    """The number of the LPN in which a lot arrives."""
    return f"LPN{FIRST_LPN + lot:010d}"


def ib_shipment(h: History) -> Family:
    """Inbound shipments, from the announcement to verification."""
    shipments, lots = h.shipments, h.lots
    count = len(shipments.announced)
    index = np.arange(count, dtype=np.int64)
    children = np.diff(shipments.first_lot)
    vendor = h.dice.whole("asn.vendor", index, 0, len(words.BRANDS))
    hasty = c.moments(shipments.announced - HOUR)
    events = (shipments.announced, shipments.started, shipments.finished, shipments.verified)
    return Family(
        h.shipment_ids,
        h.disturber.timeline("ib_shipment", np.column_stack(events)),
        {
            "create_user": c.constant("HOST"),
            "mod_user": c.by_event(c.constant("HOST"), *[c.constant("RF")] * 2, c.constant("CONFERENTE")),
            "facility_id": c.number(reference.facility_ids()[shipments.facility]),
            "company_id": c.number(reference.company_ids()[shipments.company]),
            "shipment_nbr": c.named(shipment_number),
            "shipment_type_id": c.number(1 + h.dice.pick("asn.type", index, (0.95, 0.05))),
            "status_id": c.status((0, 10, 20, 90)),
            "trailer_type": c.constant("SECA"),
            "manifest_nbr": c.serial("MDF%06d", 120_000),
            "vendor_info": c.word([f"{brand} Indústria S.A." for brand in words.BRANDS], vendor),
            "orig_shipped_units": c.decimal(total(lots.announced_qty, lots.shipment, count)),
            "orig_shipped_lpns": c.number(children),
            "shipped_date": c.day(shipments.announced + h.utc_offset[shipments.facility]),
            "first_rcvd_ts": c.instant(_STARTED),
            "last_rcvd_ts": c.instant(_FINISHED),
            "verified_ts": c.where(h.stock_plants.early_verified, c.since(VERIFIED, hasty), c.instant(VERIFIED)),
            "verified_user": c.since(VERIFIED, c.constant("CONFERENTE"), before=""),
            "ib_shipment_dtl_set": c.number(children),
        },
        shipment_number,
    )


def ib_shipment_dtl(h: History) -> Family:
    """Lines of inbound shipments; each is one LPN."""
    lots = h.lots
    local = lots.received + h.utc_offset[lots.facility]
    life = h.items.life[lots.item]
    nothing = SHIPMENT_BASE - 1 - np.arange(len(lots.qty), dtype=np.int64) % SHIPMENT_BASE
    return Family(
        h.shipment_line_ids,
        h.disturber.timeline("ib_shipment_dtl", np.column_stack((lots.announced, lots.received))),
        {
            "create_user": c.constant("HOST"),
            "mod_user": c.by_event(c.constant("HOST"), c.constant("RF")),
            "ib_shipment_id": c.number(np.where(h.stock_plants.orphan, nothing, h.shipment_ids[lots.shipment])),
            "seq_nbr": c.number(lots.seq),
            "item_id": c.number(h.item_ids[lots.item]),
            "container_nbr": c.named(lpn_number),
            "container_id": c.number(h.container_ids[0]),
            "expiry_date": c.where(life > 0, c.day(local + (life - 20) * DAY), c.constant(None)),
            "shipped_qty": c.decimal(np.where(h.stock_plants.negative, -lots.announced_qty, lots.announced_qty)),
            "received_qty": c.since(_RECEIVED, c.decimal(lots.qty), before=Decimal(0)),
            "lpn_weight": c.scaled(lots.announced_qty * h.items.grams[lots.item], 3),
            "recv_flg": c.since(_RECEIVED, c.constant(True), before=False),
        },
        lambda lot: f"{shipment_number(int(lots.shipment[lot]))},{lots.seq[lot]}",
    )
