"""The KPI dictionary pages match the seed."""

from __future__ import annotations

from tests.dbt.marts.kpi_page import BLOCK, PAGE, block, definitions, page
from tests.support.reference_pages import ADVICE


def test_kpi_page_matches_seed() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(definitions()), ADVICE


def test_kpi_docs_block_matches_seed() -> None:
    assert BLOCK.read_text(encoding="utf-8") == block(definitions()), ADVICE


def test_every_kpi_is_fully_declared() -> None:
    for row in definitions():
        assert all(row[column] for column in row if column != "target"), row["kpi"]
