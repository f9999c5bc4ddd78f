"""A dbt project of the user with ours as a package, on the Oracle emulator: our materializations build its tables."""

from __future__ import annotations

import pytest

from loader.dbt import DbtProject
from loader.warehouse import open_warehouse
from tests.oracle.conftest import OracleLoads
from tests.oracle.scenarios import LONG_AGO
from tests.support.sampling import A_RELEASE
from tests.support.small_project import overlaid_project

pytestmark = pytest.mark.exhaustive
RELEASES = A_RELEASE

PACKAGE = {
    "models/marts/seen.sql": (
        "select '{{ business_rules('order_hdr') | map(attribute='name') | list | last }}' as last_rule from dual"
    ),
    "seeds/facility_time_zones.csv": "facility_code,time_zone\nDC01,Europe/Berlin\n",
    "seeds/status_overrides.csv": "entity,status_id,status_description,meaning\n",
}
OVERLAY = {
    "models/marts/mine.sql": "select {{ hash_key(['last_rule']) }} as mine_id, last_rule from {{ ref('seen') }}",
    "models/marts/mine_by_key.sql": (
        "{{ config(materialized='incremental', incremental_strategy='merge', unique_key='mine_id') }} "
        "select mine_id, last_rule from {{ ref('mine') }}"
    ),
}


def test_overlay_builds_twice_without_renames(oracle_loads: OracleLoads) -> None:
    root = oracle_loads.work_dir / "release"
    place = overlaid_project(root, PACKAGE, OVERLAY)
    oracle_loads.options["GRUPONOS_TARGET__DBT_PROJECT_DIR"] = str(place)
    oracle_loads.wms.put("item", 1, LONG_AGO)
    oracle_loads.run()
    settings = oracle_loads.settings()
    with open_warehouse(settings) as target:
        target.ensure_run_tables()
    project, server = DbtProject(settings, root=root), oracle_loads.server
    for _ in range(2):
        built = project.build()
        assert [node.message for node in built.nodes if node.status == "failed"] == []
    user = server.user
    assert server.rows(f"select last_rule from {user}.mine_by_key") == [("order_number_starts_with_letter",)]
    # the materializations of dbt-oracle build another table and rename it
    sent = [entry.text.lower() for entry in server.statements]
    assert not [text for text in sent if "rename to" in text and "mine" in text]
