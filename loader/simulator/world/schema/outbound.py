"""Orders, lines, allocations, waves and tasks (wms-api 6.1 to 6.3 and 6.10)."""

from __future__ import annotations

from loader.simulator.contract import EntitySchema
from loader.simulator.world.schema import fields as f

_PARTY = "name addr addr2 addr3 city state zip country phone_nbr email"
_TO_FACILITY = ("order_dtl_id", "order_id", "facility_id")
_TO_COMPANY = ("order_dtl_id", "order_id", "company_id")


def schemas() -> tuple[EntitySchema, ...]:
    """Everything that leaves the warehouse."""
    return (_order_hdr(), _order_dtl(), _allocation(), _wave(), _task())


def _party(prefix: str, last: str) -> f.Fields:
    return f.text(" ".join(f"{prefix}_{name}" for name in f"{_PARTY} {last}".split()), 100)


def _shipping() -> f.Fields:
    accounts = "carrier_account_nbr billto_carrier_account_nbr duties_carrier_account_nbr"
    return (
        *f.to("ship_via", "ship_via_id"),
        *f.text("ship_via_ref_code route_nbr external_route"),
        *f.to("location", "stage_location_id"),
        *f.text(accounts),
        *f.to("payment_method", "payment_method_id duties_payment_method_id"),
        *f.to("customs_broker_contact", "customs_broker_contact_id"),
        *f.flag("stop_ship_flg"),
        *f.text("tms_parcel_shipment_nbr tms_order_hdr_ref"),
        *f.flag("externally_planned_load_flg"),
    )


def _commercial() -> f.Fields:
    return (
        *f.text("ref_nbr sales_order_nbr sales_channel customer_po_nbr customer_po_type customer_vendor_code"),
        *f.text("host_allocation_nbr currency_code"),
        *f.text("gift_msg", 250),
        *f.integer("priority"),
        *f.text("vas_group_code"),
        *f.text("spl_instr", 1000),
        *f.text("record_origin_code group_ref erp_source_hdr_ref erp_source_system_ref"),
        *f.decimal("total_orig_ord_qty"),
        *f.integer("orig_sku_count"),
        *f.decimal("orig_sale_price", None),
    )


def _order_hdr() -> EntitySchema:
    return EntitySchema(
        "order_hdr",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "company_id", required=True),
            *f.require(f.text("order_nbr"), "order_nbr"),
            *f.to("order_type", "order_type_id", required=True),
            *f.status("order_status"),
            *f.day("ord_date exp_date req_ship_date start_ship_date stop_ship_date sched_ship_date"),
            *f.instant("order_shipped_ts"),
            *f.to("facility", "dest_facility_id shipto_facility_id"),
            *f.to("company", "destination_company_id"),
            *f.text("dest_dept_nbr"),
            *_party("cust", "nbr contact"),
            *_party("shipto", "contact"),
            *_shipping(),
            *_commercial(),
            *f.text("ob_lpn_type"),
            *f.to("ob_lpn_type", "ob_lpn_type_id"),
            *f.text("lpn_type_class"),
            *f.to("work_order_kit", "work_order_kit_id"),
            *f.text("order_nbr_to_replace"),
            *f.custom_groups(),
            *f.children("order_dtl", "order_dtl_set"),
            *f.instructions(),
            *f.children("order_lock", "order_lock_set"),
        ),
        facility_path=("facility_id",),
        company_path=("company_id",),
    )


def _order_dtl() -> EntitySchema:
    return EntitySchema(
        "order_dtl",
        (
            *f.identity(),
            *f.to("order_hdr", "order_id", required=True),
            *f.integer("seq_nbr"),
            *f.to("item", "item_id", required=True),
            *f.decimal("ord_qty", required=True),
            *f.decimal("orig_ord_qty alloc_qty"),
            *f.status("order_status"),
            *f.to("uom", "uom_id ordered_uom_id"),
            *f.decimal("ordered_uom_qty"),
            *f.text("req_cntr_nbr req_pallet_nbr po_nbr shipment_nbr"),
            *f.text("dest_facility_attr_a dest_facility_attr_b dest_facility_attr_c ref_nbr_1 vas_activity_code"),
            *f.decimal("cost sale_price unit_declared_value"),
            *f.text("host_ob_lpn_nbr"),
            *f.text("spl_instr", 1000),
            *f.to("batch_number", "batch_number_id"),
            *f.to("invn_attr", "invn_attr_id"),
            *f.text("lock_code serial_nbr voucher_nbr"),
            *f.decimal("voucher_amount"),
            *f.day("voucher_exp_date"),
            *f.integer("voucher_print_count"),
            *f.text("ship_request_line externally_planned_load_nbr internal_text_field_1 orig_item_code"),
            *f.text("erp_source_line_ref erp_source_shipment_ref"),
            *f.integer("erp_fulfillment_line_ref", None),
            *f.decimal("min_shipping_tolerance_percentage max_shipping_tolerance_percentage", None),
            *f.integer("order_dtl_original_seq_nbr", None),
            *f.to("ob_lpn_type", "ob_lpn_type_id"),
            *f.text("planned_parcel_shipment_nbr"),
            *f.to("order_hdr", "orig_order_ref_id"),
            *f.custom_groups(),
            *f.children("required_serial_nbr", "required_serial_nbr_set"),
            *f.instructions(),
        ),
        facility_path=("order_id", "facility_id"),
        company_path=("order_id", "company_id"),
    )


def _allocation() -> EntitySchema:
    return EntitySchema(
        "allocation",
        (
            *f.identity(),
            *f.to("order_dtl", "order_dtl_id", required=True),
            *f.to("inventory", "from_inventory_id", required=True),
            *f.to("inventory", "to_inventory_id"),
            *f.status("allocation_status"),
            *f.decimal("alloc_qty", required=True),
            *f.decimal("packed_qty"),
            *f.to("allocation_type", "type_id", default=0),
            *f.to("wave", "wave_id"),
            *f.to("task", "task_id"),
            *f.to("uom", "alloc_uom_id cartonize_uom_id"),
            *f.integer("task_seq_nbr"),
            *f.to("ob_lpn_type", "ob_lpn_type_id"),
            *f.to("mhe_system", "mhe_system_id"),
            *f.text("pick_user", 30),
            *f.instant("picked_ts"),
            *f.text("pick_locn_str", 100),
            *f.text("final_oblpn_nbr", 30),
            *f.flag("is_picking_flg", default=True),
        ),
        facility_path=_TO_FACILITY,
        company_path=_TO_COMPANY,
    )


def _wave() -> EntitySchema:
    return EntitySchema(
        "wave",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "company_id"),
            *f.text("run_nbr"),
            *f.status("wave_status"),
            *f.to("wave_template", "wave_template_id"),
        ),
        facility_path=("facility_id",),
    )


def _task() -> EntitySchema:
    return EntitySchema(
        "task",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "company_id"),
            *f.text("task_nbr"),
            *f.to("task_type", "task_type_id"),
            *f.status("task_status"),
            *f.to("wave", "wave_id"),
            *f.text("cart_nbr"),
            *f.to("location", "curr_location_id next_location_id"),
            *f.to("zone", "destination_zone_id"),
            *f.text("assigned_user", 30),
            *f.integer("curr_task_type_exec_seq"),
        ),
        facility_path=("facility_id",),
    )
