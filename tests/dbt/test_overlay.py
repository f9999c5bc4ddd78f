"""A dbt project of the user with ours as a package. It has few models, so that dbt parses it quickly."""

from __future__ import annotations

import duckdb
import pytest

from loader.dbt import DbtProject
from loader.errors import InternalError
from loader.settings import PipelineSettings, Settings, TargetSettings
from tests.support.small_project import overlaid_project

PACKAGE = {
    "models/marts/seen.sql": (
        "select '{{ business_rules('order_hdr') | map(attribute='name') | list | last }}' as last_rule, "
        "'{{ var('default_time_zone') }}' as zone, (select max(time_zone) from {{ ref('facility_time_zones') }}) as own"
    ),
    "models/staging/stg_wms__order_hdr.sql": ("select 1 as order_hdr_id, cast('web' as varchar(999)) as cust_field_1"),
    # a mart of ours that publishes custom fields
    "models/marts/orders.sql": (
        "select {{- custom_fields('order_hdr', 'orders.order_hdr_id') }} orders.order_hdr_id as order_id "
        "from {{ ref('stg_wms__order_hdr') }} orders"
    ),
    "models/marts/_marts.yml": (
        "models: [{name: orders, config: {contract: {enforced: true}}, "
        "columns: [{name: order_id, data_type: integer}]}]"
    ),
    "models/marts/indexed.sql": "{{ config(indexes=[{'columns': ['n']}]) }} select 1 as n",
    "seeds/facility_time_zones.csv": "facility_code,time_zone\nDC01,Europe/Berlin\n",
    "seeds/status_overrides.csv": "entity,status_id,status_description,meaning\n",
    "seeds/_seeds.yml": (
        "seeds: [{name: facility_time_zones, config: {column_types: {facility_code: varchar(20), time_zone: varchar}}}]"
    ),
}
OVERLAY = {
    # a macro of ours without the name of the package, and a mart of the package by its name alone
    "models/marts/mine.sql": "select {{ hash_key(['zone']) }} as key, zone from {{ ref('seen') }}",
    "models/marts/by_channel.sql": "select channel, count(*) as orders from {{ ref('orders') }} group by channel",
    "models/marts/mine_indexed.sql": "{{ config(indexes=[{'columns': ['n']}]) }} select 1 as n",
    "seeds/facility_time_zones.csv": "facility_code,time_zone\nDC01,America/Lima\n",
}


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    root = tmp_path_factory.mktemp("release")
    place = overlaid_project(root, PACKAGE, OVERLAY)
    text = (place / "dbt_project.yml").read_text()
    (place / "dbt_project.yml").write_text(text.replace("default_time_zone: UTC", "default_time_zone: America/Bogota"))
    settings = Settings(
        target=TargetSettings(duckdb_path=root / "built.duckdb", dbt_project_dir=place),
        pipeline=PipelineSettings(work_dir=root / "work", custom_fields={"order_hdr": ("cust_field_1=channel",)}),
    )
    return DbtProject(settings, root=root)


def test_overlay_decides_variables_seeds_rules_and_materializations(overlay: DbtProject) -> None:
    built = overlay.build()
    status = {node.name: node.status for node in built.nodes if node.kind in {"model", "seed"}}
    assert status == {
        **dict.fromkeys(("seen", "mine", "facility_time_zones", "status_overrides"), "ok"),
        **dict.fromkeys(("stg_wms__order_hdr", "orders", "by_channel"), "ok"),
        **dict.fromkeys(("indexed", "mine_indexed"), "failed"),
    }
    # the materializations of dbt-duckdb would create the index
    messages = [node.message for node in built.nodes if node.status == "failed"]
    assert all("Can't apply the config 'indexes'" in message for message in messages)
    with duckdb.connect(str(overlay._settings.target.duckdb_path), read_only=True) as connection:
        seen = connection.execute("select last_rule, zone, own from wms.seen").fetchall()
        assert seen == [("order_number_starts_with_letter", "America/Bogota", "America/Lima")]
        assert connection.execute("select zone from wms.mine").fetchall() == [("America/Bogota",)]
        # a mart of the overlay reads a custom field that a mart of ours publishes
        assert connection.execute("select channel, orders from wms.by_channel").fetchall() == [("web", 1)]


def test_declarations_and_fingerprint_cover_both_projects(overlay: DbtProject) -> None:
    before = overlay.fingerprint(overlay.declarations())
    model = overlay.directory / "models" / "marts" / "mine.sql"
    model.write_text(model.read_text() + " where 1 = 1")
    assert (changed := overlay.fingerprint(overlay.declarations())) != before
    package = overlay.directories[0] / "models" / "marts" / "seen.sql"
    package.write_text(package.read_text() + " where 1 = 1")
    assert overlay.fingerprint(overlay.declarations()) != changed


def test_macro_with_the_name_of_one_of_ours_is_refused_with_a_way_out(overlay: DbtProject) -> None:
    macro = overlay.directory / "macros" / "hash_key.sql"
    macro.write_text("{% macro hash_key(columns) %}'mine'{% endmacro %}")
    try:
        with pytest.raises(InternalError, match="multiple macros named") as caught:
            overlay.build()
    finally:
        macro.unlink()
    assert caught.value.code == "WMS_DBT_004"
    assert "Rename your macro" in caught.value.hint


def test_hint_for_a_model_that_does_not_parse_names_the_setting_of_the_overlay(overlay: DbtProject) -> None:
    model = overlay.directory / "models" / "marts" / "broken.sql"
    model.write_text("select {{ ")
    try:
        with pytest.raises(InternalError, match=r"broken\.sql") as caught:
            overlay.build()
    finally:
        model.unlink()
    assert "GRUPONOS_TARGET__DBT_PROJECT_DIR" in caught.value.hint
