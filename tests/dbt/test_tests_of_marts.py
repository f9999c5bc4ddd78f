"""Tests of the marts fail for wrong models, and not for facts that a site can have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml

from tests.support.harness import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
REFERENCE = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")
LEAVE_OUT_UNKNOWN = {
    *("dim_item_facility", "inventory_daily", "pick_performance", "kpi_current", "kpi_daily"),
}
"""Marts without records that name no facility or item: their models leave them out."""
KPI_UNITS = """create table kpi_definitions as select * from (
    values ('line_fill_rate', 'share'), ('space_utilisation', 'share'), ('shrinkage', 'percent')
) definitions (kpi, unit)"""


@pytest.mark.parametrize(
    ("kpi", "unit", "value", "fails"),
    [
        ("line_fill_rate", "share", 1, False),
        ("line_fill_rate", "share", 1.2, True),
        ("line_fill_rate", "share", -0.1, True),
        ("line_fill_rate", "percent", 1, True),
        ("space_utilisation", "share", 1.5, False),
        ("space_utilisation", "share", -0.2, False),
        ("space_utilisation", "percent", 0.5, True),
        ("shrinkage", "percent", -3, False),
    ],
)
def test_only_space_utilisation_can_leave_the_bounds_of_a_share(kpi: str, unit: str, value: float, fails: bool) -> None:
    test = PROJECT / "tests" / "singular" / "assert_kpis_are_measured_as_declared.sql"
    with duckdb.connect() as connection:
        connection.execute(KPI_UNITS)
        connection.execute(
            "create table kpi_daily as select 11 as facility_id, date '2026-05-04' as business_date, "
            "?::varchar as kpi, ?::decimal(19, 4) as kpi_value, ?::varchar as unit",
            [kpi, value, unit],
        )
        found = connection.execute(REFERENCE.sub(r"\1", test.read_text())).fetchall()
    assert bool(found) is fails


def test_a_record_without_facility_or_item_fails_no_test() -> None:
    assert set(marts_that_need("facility_id", "item_id", "location_id")) <= LEAVE_OUT_UNKNOWN


def marts_that_need(*keys: str) -> Iterator[str]:
    """Yield marts in which a missing value of these columns is an error."""
    for path in sorted((PROJECT / "models" / "marts").rglob("*.yml")):
        for mart in yaml.safe_load(path.read_text()).get("models", []):
            needed = {column["name"] for column in mart.get("columns", []) if is_needed(column)}
            own_key = {mart["name"].removeprefix("dim_") + "_id", "location_id" if "location" in mart["name"] else ""}
            if needed & set(keys) - own_key:
                yield mart["name"]


def is_needed(column: dict[str, Any]) -> bool:
    """Return whether the column has a test `not_null` of severity error."""
    return "not_null" in column.get("data_tests", [])
