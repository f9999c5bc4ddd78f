"""Companies, facilities, items, locations and the lookups (wms-api 6.4 to 6.7)."""

from __future__ import annotations

from loader.simulator.contract import EntitySchema, Field
from loader.simulator.world.schema import fields as f

RELEASE_26A = "26A"


def schemas() -> tuple[EntitySchema, ...]:
    """The master data but not the lookups."""
    return (_company(), _facility(), _item(), _location())


def lookup(name: str, *, with_code: bool = False) -> EntitySchema:
    """A lookup: no audit fields, so no mod_ts (wms-api 5)."""
    code = f.text("code", 20) if with_code else ()
    return EntitySchema(name, (Field("id", "integer"), *code, *f.text("description", 100)))


def _address() -> f.Fields:
    return (
        *f.text("address_1 address_2 address_3 locality", 60),
        *f.text("city state", 30),
        *f.text("zip country", 20),
        *f.text("contact", 60),
        *f.text("phone_nbr", 25),
        *f.text("email", 100),
        *f.text("lang", 10),
    )


def _company() -> EntitySchema:
    newer = (
        Field("reload_literals_flg", "boolean", default=False, since=RELEASE_26A),
        Field("display_uom_with_qty_flg", "boolean", default=False, since=RELEASE_26A),
        *f.to("uom", "volume_uom_id weight_uom_id dimension_uom_id", since=RELEASE_26A),
        Field("display_units_uom_in_rf_flg", "boolean", default=False, since=RELEASE_26A),
        Field("allow_treat_as_attribute_flg", "boolean", default=False, since=RELEASE_26A),
    )
    return EntitySchema(
        "company",
        (
            *f.identity(),
            *f.require(f.text("code", 10), "code"),
            *f.text("name", 50),
            *f.to("company_type", "company_type_id", default=1),
            *f.to("company", "parent_company_id"),
            *_address(),
            *f.text("tax_id_nbr currency_code", 20),
            *f.integer("priority", 10),
            *f.flag("active_flg", default=True),
            *f.text("default_ship_via_code", 10),
            *f.text(f.numbered("cust_field", 5), 200),
            *newer,
        ),
        company_path=("id",),
    )


def _facility() -> EntitySchema:
    return EntitySchema(
        "facility",
        (
            *f.identity(),
            *f.require(f.text("code", 20), "code"),
            *f.text("name", 50),
            *f.to("company", "parent_company_id"),
            *f.to("facility_type", "facility_type_id", default=1),
            *_address(),
            *f.decimal("latitude longitude", None),
            *f.integer("priority", 10),
            *f.to("time_zone", "time_zone_id", default=0),
            *f.flag("wms_managed_flg accept_transfer_shipment_flg"),
            *f.decimal("bonus_amt_per_user"),
            *f.text("default_ship_via_code", 10),
            *f.text(f.numbered("cust_field", 5), 200),
        ),
        facility_path=("id",),
    )


def _item() -> EntitySchema:
    hierarchy = " ".join(f"hierarchy{n}_code hierarchy{n}_description" for n in range(1, 5))
    return EntitySchema(
        "item",
        (
            *f.identity(),
            *f.to("company", "company_id", required=True),
            *f.require(f.text("code item_alternate_code part_a part_b part_c part_d part_e part_f barcode"), "code"),
            *f.text("description", 250),
            *f.text("image_data", 100_000),
            *f.text("short_descr", 50),
            *f.decimal("unit_cost unit_length unit_width unit_height unit_weight unit_volume"),
            *f.flag("hazmat"),
            *f.text("brand"),
            *f.decimal("retail_price net_cost"),
            *f.text("currency_code", 10),
            *f.decimal("std_pack_qty std_case_qty max_case_qty"),
            *f.text(hierarchy),
            *f.text("group_code external_style putaway_type"),
            *f.flag("conveyable sortable"),
            *f.text("velocity_code", 10),
            *f.integer("product_life"),
            *f.decimal("percent_acceptable_product_life"),
            *f.integer("lpns_per_tier tiers_per_pallet"),
            *f.flag("req_batch_nbr_flg"),
            *f.integer("serial_nbr_tracking"),
            *f.flag("handle_decimal_qty_flg host_aware_item_flg dummy_sku_flg"),
        ),
        company_path=("company_id",),
    )


def _counting() -> f.Fields:
    return (
        *f.flag("to_be_counted_flg"),
        *f.instant("to_be_counted_ts last_count_ts"),
        *f.text("last_count_user", 30),
    )


def _location() -> EntitySchema:
    return EntitySchema(
        "location",
        (
            *f.identity(),
            *f.to("facility", "facility_id", required=True),
            *f.to("company", "dedicated_company_id destination_company_id"),
            *f.text("area aisle bay level position bin", 10),
            *f.text("locn_str barcode"),
            *f.to("location_type", "type_id", required=True),
            *f.to("locn_size_type", "locn_size_type_id"),
            *f.flag("allow_multi_sku"),
            *f.decimal("length width height max_units min_units"),
            *f.integer("max_lpns"),
            *f.decimal("min_volume max_volume min_weight max_weight"),
            *_counting(),
            *f.to("lock_code", "lock_code_id"),
            *f.flag("lock_for_putaway_flg"),
            *f.instant("lock_applied_ts"),
            *f.integer("pick_seq putaway_seq"),
            *f.flag("allow_reserve_partial_pick_flg"),
            *f.text("alloc_zone pick_zone", 20),
            *f.to("zone", "replenishment_zone_id task_zone_id"),
            *f.flag("restrict_batch_nbr_flg restrict_invn_attr_flg"),
            *f.text("ignore_attr_values_for_restrict_invn_attr", 100),
            *f.to("item_assignment_type", "item_assignment_type_id"),
            *f.to("item", "item_id"),
            *f.to("mhe_system", "mhe_system_id"),
            *f.text("divert_lane", 20),
            *f.decimal("in_transit_units"),
            *f.flag("assembly_flg"),
            *f.text("billing_location_type", 20),
            *f.to("uom", "cc_threshold_uom_id"),
            *f.decimal("cc_threshold_value x_coordinate y_coordinate z_coordinate"),
            *f.integer("ranking"),
            *f.text(f.numbered("cust_field", 5), 200),
        ),
        facility_path=("facility_id",),
    )
