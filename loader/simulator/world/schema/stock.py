"""Inventory, LPNs, receipts and the activity log (wms-api 6.8 to 6.10)."""

from __future__ import annotations

from loader.simulator.contract import EntitySchema, Field
from loader.simulator.world.schema import fields as f


def schemas() -> tuple[EntitySchema, ...]:
    """Everything that lies in the warehouse or comes into it."""
    lpns = tuple(_container(name) for name in ("container", "iblpn", "oblpn"))
    return (_inventory(), *lpns, _ib_shipment(), _ib_shipment_dtl(), _inventory_history())


def _inventory() -> EntitySchema:
    return EntitySchema(
        "inventory",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("item", "item_id", required=True),
            *f.to("location", "location_id"),
            *f.to("container", "container_id"),
            *f.day("priority_date manufacture_date expiry_date"),
            *f.decimal("curr_qty orig_qty pack_qty case_qty"),
            *f.status("inventory_status"),
            *f.to("batch_number", "batch_number_id"),
            *f.to("invn_attr", "invn_attr_id"),
            *f.to("uom", "uom_id"),
            *f.children("inventory_serial_nbr", "serial_nbr_set"),
        ),
        facility_path=("facility_id",),
        company_path=("item_id", "company_id"),
    )


def _container(name: str) -> EntitySchema:
    return EntitySchema(
        name,
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "company_id", required=True),
            *f.require(f.text("container_nbr"), "container_nbr"),
            *f.text("type", 1),
            *f.status("container_status"),
            *f.integer("vas_status_id audit_status_id qc_status_id"),
            *f.to("location", "curr_location_id prev_location_id"),
            *f.day("priority_date"),
            *f.to("pallet", "pallet_id"),
            *f.text("pallet_position", 20),
            *f.to("ib_shipment", "rcvd_shipment_id"),
            *f.instant("rcvd_ts"),
            *f.text("rcvd_user rcvd_trailer_nbr", 30),
            *f.decimal("weight volume length width height"),
            *f.flag("actual_weight_flg"),
            *f.text("pick_user pack_user", 30),
            *f.to("putaway_type", "putawaytype_id"),
            *f.text("ref_iblpn_nbr ref_shipment_nbr ref_po_nbr ref_oblpn_nbr"),
            *f.instant("first_putaway_ts"),
            *f.flag("parcel_batch_flg"),
            *f.to("lpn_type", "lpn_type_id"),
            *f.text("cart_posn_nbr", 20),
            Field("cart_nbr", "string", max_length=30, default="", since="25B"),
            *f.to("asset", "asset_id"),
            *f.text("asset_seal_nbr", 30),
            *f.flag("price_labels_printed"),
            *f.text("comments", 250),
            *f.text("orig_container_nbr"),
            *f.integer("nbr_files"),
            *f.children("inventory_lock", "inventory_lock_set"),
            *f.text(f.numbered("cust_field", 5), 200),
        ),
        facility_path=("facility_id",),
        company_path=("company_id",),
    )


def _ib_shipment() -> EntitySchema:
    return EntitySchema(
        "ib_shipment",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "company_id", required=True),
            *f.require(f.text("shipment_nbr"), "shipment_nbr"),
            *f.to("ib_shipment_type", "shipment_type_id"),
            *f.status("ib_shipment_status"),
            *f.to("load", "load_id"),
            *f.to("facility", "origin_facility_id"),
            *f.text("trailer_type manifest_nbr ref_nbr vendor_info origin_info"),
            *f.decimal("orig_shipped_units"),
            *f.integer("orig_shipped_lpns"),
            *f.day("shipped_date"),
            *f.instant("first_rcvd_ts last_rcvd_ts verified_ts"),
            *f.text("verified_user", 30),
            *f.custom_groups(),
            *f.children("ib_shipment_dtl", "ib_shipment_dtl_set"),
        ),
        facility_path=("facility_id",),
        company_path=("company_id",),
    )


def _ib_shipment_dtl() -> EntitySchema:
    return EntitySchema(
        "ib_shipment_dtl",
        (
            *f.identity(),
            *f.to("ib_shipment", "ib_shipment_id", required=True),
            *f.integer("seq_nbr"),
            *f.to("item", "item_id", required=True),
            *f.to("purchase_order_dtl", "po_dtl_id"),
            *f.text("container_nbr"),
            *f.to("container", "container_id", since="25C"),
            *f.text("pallet_nbr batch_nbr"),
            *f.day("expiry_date priority_date"),
            *f.decimal("shipped_qty received_qty"),
            *f.to("invn_attr", "invn_attr_id"),
            *f.to("putaway_type", "putawaytype_id"),
            *f.decimal("lpn_weight lpn_volume lpn_length lpn_width lpn_height"),
            *f.flag("lpn_is_physical_pallet_flg recv_flg"),
            *f.custom_groups(),
        ),
        facility_path=("ib_shipment_id", "facility_id"),
        company_path=("ib_shipment_id", "company_id"),
    )


def _inventory_history() -> EntitySchema:
    references = " ".join(f"ref_code_{n} ref_value_{n}" for n in range(1, 4))
    return EntitySchema(
        "inventory_history",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "company_id", required=True),
            *f.integer("group_nbr seq"),
            *f.integer("history_activity_id status_id"),
            *f.text("item_code item_alternate_code container_nbr order_nbr po_nbr shipment_nbr"),
            *f.decimal("adj_qty units_shipped"),
            *f.text(references),
            *f.text("reason_code screen_name"),
        ),
        facility_path=("facility_id",),
        company_path=("company_id",),
    )
