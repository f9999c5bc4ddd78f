"""The whole project on a simulated warehouse with every entity that models read."""

from __future__ import annotations

from pathlib import Path

from tests.dbt.marts.full_world import FullWorld

MARTS = Path(__file__).parents[3] / "dbt_project" / "models" / "marts"
EMPTY = {"source_reconciliation", "value_losses"}
"""Results of a comparison that did not run, and of values that were not lost."""


def test_every_mart_has_rows(full_world: FullWorld) -> None:
    marts = {path.stem for path in MARTS.rglob("*.sql")}
    empty = {mart for mart in marts if not full_world.records(f"select 1 as found from wms.{mart} limit 1")}
    assert empty <= EMPTY
