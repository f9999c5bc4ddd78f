"""Marts whose entities were never read are named in the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from loader.report import RunReport, empty_marts, render
from loader.report.model import EmptyMart
from loader.settings import TargetSettings
from loader.warehouse.duckdb.connect import DuckDbWarehouse

MARTS = (
    ("loads", "load", 1, 0),
    ("orders", "order_hdr", 1, 1),
    ("stock", "inventory_lock", 0, 0),
    ("yard", "appointment", 1, 0),
    ("yard", "dock", 1, 0),
)
"""Mart, entity, is_required and is_read; stock lacks only an optional entity."""


def test_empty_marts_lists_marts_with_unread_entities(tmp_path: Path) -> None:
    with DuckDbWarehouse(TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb")) as target:
        assert empty_marts(target) == ()
        target.execute("create schema wms")
        columns = "mart varchar, entity varchar, is_required integer, is_read integer"
        target.execute(f"create table {target.model('mart_entities')} ({columns})")
        for row in MARTS:
            target.execute(f"insert into {target.model('mart_entities')} values (?, ?, ?, ?)", row)
        assert empty_marts(target) == (
            EmptyMart(mart="loads", entities=("load",)),
            EmptyMart(mart="yard", entities=("appointment", "dock")),
        )


def test_report_names_three_empty_marts_and_counts_others(report: RunReport) -> None:
    marts = tuple(EmptyMart(mart=name, entities=("load",)) for name in ("a", "b", "c", "d", "e"))
    console = Console(width=200, record=True)
    console.print(render(replace(report, empty_marts=marts)))
    assert "a, b, c and 2 more, in mart_entities: their entities aren't read" in console.export_text()
