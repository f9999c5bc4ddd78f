"""Field changes of a WMS release are reported and never stop a load."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loader.report.drift import drift_warning, field_changes, record_schemas
from loader.settings import Settings, TargetSettings
from loader.warehouse import open_warehouse

START = datetime(2026, 5, 1, tzinfo=UTC)
BEFORE = {"id": "integer", "alloc_qty": "decimal", "old": "string"}
AFTER = {"id": "integer", "alloc_qty": "string", "new": "boolean"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))


def test_schema_changes_have_field_and_kind() -> None:
    assert list(map(str, field_changes("allocation", BEFORE, AFTER))) == [
        "allocation.alloc_qty decimal -> string",
        "allocation.new added",
        "allocation.old removed",
    ]


def test_only_a_changed_describe_is_stored(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        assert record_schemas(target, "run-1", START, {"allocation": BEFORE}) == []
        assert record_schemas(target, "run-2", START + timedelta(hours=2), {"allocation": BEFORE}) == []
        changes = record_schemas(target, "run-3", START + timedelta(hours=4), {"allocation": AFTER})
        assert record_schemas(target, "run-4", START + timedelta(hours=6), {"allocation": AFTER}) == []
        kept = target.fetch(f"select distinct run_id from {target.raw('elt_described_field')} order by 1")
        rows = target.fetch(
            f"select run_id, field_name, change_kind, seen_at from {target.raw('elt_schema_change')} order by 2"
        )
    assert len(changes) == 3
    assert kept == [("run-1",), ("run-3",)]
    seen = datetime(2026, 5, 1, 4)  # noqa: DTZ001 - stored without zone
    assert rows == [
        ("run-3", "alloc_qty", "retyped", seen),
        ("run-3", "new", "added", seen),
        ("run-3", "old", "removed", seen),
    ]


def test_drift_warning_names_a_few_and_counts_the_rest() -> None:
    changes = field_changes("item", {}, {f"f{number}": "string" for number in range(8)})
    assert "item.f0 added" in drift_warning(changes)
    assert "and 3 more" in drift_warning(changes)


def test_removed_and_retyped_fields_are_named_first() -> None:
    changes = field_changes("item", {"z": "string"}, {f"f{number}": "string" for number in range(8)})
    assert drift_warning(changes).startswith("the WMS changed its fields: item.z removed, item.f0 added")


def test_first_describe_is_compared_with_the_discovery(settings: Settings) -> None:
    with open_warehouse(settings) as target:
        changes = record_schemas(target, "run-1", START, {"allocation": AFTER, "item": AFTER}, {"allocation": BEFORE})
        again = record_schemas(target, "run-2", START, {"allocation": AFTER, "item": AFTER}, {"allocation": BEFORE})
    assert [(change.field_name, change.change_kind) for change in changes] == [
        ("alloc_qty", "retyped"),
        ("new", "added"),
        ("old", "removed"),
    ]
    assert again == []
