"""The KPI dictionary is complete; tests/dbt/test_reference_pages.py compares its pages with the seed."""

from __future__ import annotations

from tests.dbt.marts.kpi_page import definitions


def test_every_kpi_is_fully_declared() -> None:
    for row in definitions():
        assert all(row[column] for column in row if column != "target"), row["kpi"]
