from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from loader.errors import ConfigError
from loader.report.rules import read_rules, render_rules
from loader.settings import Settings, TargetSettings
from loader.warehouse import Warehouse, open_warehouse

COLUMNS = """
    entity, rule, default_severity, severity, parent_entity, parent_state, checked_rows, flagged_rows, hidden_rows,
    would_hide_rows, is_capped, is_refused_by_wms_allocations, reason, what_to_do
"""


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))) as opened:
        opened.execute("create schema wms")
        opened.execute(
            f"""create table {opened.model("business_rules")} as select * from (values
            ('order_hdr', 'late', 'error', 'hide', null, null, 1000, 20, 0, 20, 1, 0, 'Late.', 'Hurry.'),
            ('order_hdr', 'known', 'error', 'error', 'facility', 'not read', 1000, 0, 0, 0, 0, 0, 'No.', 'Do.'),
            ('allocation', 'unit_known', 'warn', 'off', null, null, 0, 0, 0, 0, 0, 1, 'Unit.', 'Add it.')
            ) t ({COLUMNS})"""
        )
        yield opened


def test_rules_have_counts_of_flagged_and_hidden_records(target: Warehouse) -> None:
    unit, facility, late = read_rules(target)
    assert (late.default_severity, late.severity, late.is_capped) == ("error", "hide", True)
    assert (late.checked_rows, late.flagged_rows, late.hidden_rows) == (1000, 20, 0)
    assert (late.would_hide_rows, late.would_hide_percent) == (20, 2.0)
    assert (facility.parent_entity, facility.is_asked) == ("facility", False)
    assert (unit.severity, unit.would_hide_percent, unit.is_refused_by_wms_allocations) == ("off", None, True)


def test_screen_names_capped_rules_and_unread_parents(target: Warehouse) -> None:
    screen = StringIO()
    Console(file=screen, width=140).print(render_rules(read_rules(target)))
    lines = screen.getvalue().splitlines()
    (late,) = [line.split() for line in lines if line.split()[1:2] == ["late"] and "flags" not in line]
    assert late == ["order_hdr", "late", "hide", "error", "20", "0", "20", "2.00"]
    text = " ".join(screen.getvalue().split())
    assert "order_hdr late flags instead of hiding: it would hide 20 records" in text
    assert "Rules that look up facility are inactive" in text


@pytest.mark.parametrize("change", ["drop table {}", "alter table {} drop column is_capped"])
def test_rules_without_mart_show_what_to_run(target: Warehouse, change: str) -> None:
    target.execute(change.format(target.model("business_rules")))
    with pytest.raises(ConfigError) as caught:
        read_rules(target)
    assert caught.value.code == "WMS_DQ_004"
    assert "wms-elt elt" in str(caught.value.hint)
