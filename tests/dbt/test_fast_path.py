"""The whole project with the materializations of dbt-duckdb (variable duckdb_fast_path)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support.harness import DbtProject, RawDatabase

OFF = ("--vars", "{duckdb_fast_path: false}")
COMPANY = {"id": 3, "code": "GNOS"}
FACILITY = {"id": 7, "code": "DC01", "parent_company_id": {"id": 3}}
ORDER = {
    "id": 1,
    "order_nbr": "ORD-1",
    "facility_id": {"id": 7},
    "company_id": {"id": 3},
    "status_id": 20,
    "create_ts": "2026-05-04T09:00:00Z",
    "mod_ts": "2026-05-04T09:00:00Z",
}


def statuses(project: DbtProject) -> Counter[str]:
    return Counter(str(result.status) for result in project.run("build", *OFF).result.results)


@pytest.mark.exhaustive
def test_project_builds_twice_without_fast_path(raw_db: RawDatabase, dbt_work_dir: Path) -> None:
    # a variable makes dbt parse everything again, so don't use the shared parse of the other tests
    project = DbtProject(dbt_work_dir / "no_fast_path")
    raw_db.put("company", COMPANY)
    raw_db.put("facility", FACILITY)
    raw_db.put("order_hdr", ORDER)
    assert set(statuses(project)) <= {"success", "pass", "warn", "no-op"}
    raw_db.put("order_hdr", {**ORDER, "status_id": 90})
    assert set(statuses(project)) <= {"success", "pass", "warn", "no-op"}
    assert raw_db.rows("select order_id, status_id, is_shipped from wms.orders") == [(1, 90, 1)]
    comments = raw_db.rows("select count(comment) from duckdb_columns() where table_name = 'orders'")
    assert comments[0][0] > 0
