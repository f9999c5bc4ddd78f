"""The run report warns of values that staging cut or set to null."""

from __future__ import annotations

from pathlib import Path

from loader.report import value_losses
from loader.settings import Settings, TargetSettings
from loader.warehouse import open_warehouse


def test_value_losses_are_counted_by_column(tmp_path: Path) -> None:
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))) as target:
        assert value_losses(target) == ()
        target.execute("create schema wms")
        target.execute(
            f"""create table {target.model("value_losses")} as select 'order_hdr' as entity, 'c' || n as column_name,
            'cut' as kind, n as record_count from range(1, 7) t (n)
            union all select 'item', 'unit_cost', 'out_of_range', 9"""
        )
        (warning,) = value_losses(target)
        target.execute(f"delete from {target.model('value_losses')}")
        assert value_losses(target) == ()
    assert warning == (
        "staging cut values or set them to null: item.unit_cost 9 out of range, order_hdr.c6 6 cut, "
        "order_hdr.c5 5 cut, order_hdr.c4 4 cut, order_hdr.c3 3 cut and 2 more columns; see value_losses"
    )
