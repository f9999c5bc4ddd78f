"""A dbt project of the user with ours as a package. It has few models, so that dbt parses it quickly."""

from __future__ import annotations

import duckdb
import pytest

from loader.dbt import DbtProject
from loader.settings import PipelineSettings, Settings, TargetSettings
from tests.support.small_project import overlaid_project

PACKAGE = {
    "models/marts/seen.sql": (
        "select '{{ business_rules('order_hdr') | map(attribute='name') | list | last }}' as last_rule, "
        "'{{ var('default_time_zone') }}' as zone, (select max(time_zone) from {{ ref('facility_time_zones') }}) as own"
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
        pipeline=PipelineSettings(work_dir=root / "work"),
    )
    return DbtProject(settings, root=root)


def test_overlay_decides_variables_seeds_rules_and_materializations(overlay: DbtProject) -> None:
    built = overlay.build()
    status = {node.name: node.status for node in built.nodes if node.kind in {"model", "seed"}}
    assert status == {
        **dict.fromkeys(("seen", "mine", "facility_time_zones", "status_overrides"), "ok"),
        **dict.fromkeys(("indexed", "mine_indexed"), "failed"),
    }
    # the materializations of dbt-duckdb would create the index
    messages = [node.message for node in built.nodes if node.status == "failed"]
    assert all("Can't apply the config 'indexes'" in message for message in messages)
    with duckdb.connect(str(overlay._settings.target.duckdb_path), read_only=True) as connection:
        seen = connection.execute("select last_rule, zone, own from wms.seen").fetchall()
        assert seen == [("order_number_starts_with_letter", "America/Bogota", "America/Lima")]
        assert connection.execute("select zone from wms.mine").fetchall() == [("America/Bogota",)]


def test_declarations_and_fingerprint_cover_both_projects(overlay: DbtProject) -> None:
    before = overlay.fingerprint(overlay.declarations())
    model = overlay.directory / "models" / "marts" / "mine.sql"
    model.write_text(model.read_text() + " where 1 = 1")
    assert (changed := overlay.fingerprint(overlay.declarations())) != before
    package = overlay.directories[0] / "models" / "marts" / "seen.sql"
    package.write_text(package.read_text() + " where 1 = 1")
    assert overlay.fingerprint(overlay.declarations()) != changed
