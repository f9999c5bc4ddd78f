"""Entities that are no longer configured are named in the report, with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from loader.dbt import FreshnessResult, SourceFreshness
from loader.pipeline.scope_guard import register_scope, release_scope
from loader.report import RunReport, configured_entities, former_entities, from_json, render, to_json
from loader.report.model import FormerEntity
from loader.runs.build_stage import of_configured_entities
from loader.runs.run_session import Run
from loader.settings import TargetSettings, load_settings
from loader.warehouse import ENTITY_RUN, Warehouse
from loader.warehouse.duckdb.connect import DuckDbWarehouse
from loader.warehouse.schema import LEDGER, LEDGER_TABLE, create_statement

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Warehouse]:
    with DuckDbWarehouse(TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb")) as opened:
        yield opened


def load(target: Warehouse, pipeline: str, *entities: str) -> None:
    """Register what a pipeline is configured to read, as a load does."""
    target.ensure_run_tables()
    register_scope(target, load_settings({"GRUPONOS_PIPELINE__NAME": pipeline}, None), entities, AT)
    release_scope(target, pipeline, entities)


def land(target: Warehouse, entity: str, rows: int) -> None:
    """Record an entity's load package and its run."""
    ledger = {"dlt_load_id": "1", "file_id": entity, "entity": entity, "rows_read": rows, "rows_landed": rows}
    known = {"first_read_order": 1, "last_read_order": rows, "landed_at": AT}
    if not target.exists(target.raw(LEDGER)):
        target.execute(create_statement(target.raw(LEDGER), LEDGER_TABLE, "duckdb"))
    target.insert(LEDGER_TABLE, [{**ledger, **known}])
    run = {"run_id": "r", "entity": entity, "status": "ok", "load_mode": "initial", "finished_at": AT}
    target.insert(ENTITY_RUN, [run])


def test_smaller_profile_leaves_former_entities(target: Warehouse) -> None:
    assert former_entities(target) == ()
    load(target, "wms", "order_hdr", "vendor", "dock", "trailer")
    for entity, rows in (("order_hdr", 5), ("vendor", 3), ("dock", 0), ("trailer", 2)):
        land(target, entity, rows)
    assert former_entities(target) == ()
    load(target, "other", "trailer")
    load(target, "wms", "order_hdr")
    assert configured_entities(target) == {"order_hdr", "trailer"}
    assert former_entities(target) == (FormerEntity(entity="vendor", last_read_at=AT),)
    load(target, "wms", "order_hdr", "vendor")
    assert former_entities(target) == ()


def test_release_keeps_scopes_of_other_pipelines(target: Warehouse) -> None:
    load(target, "wms", "order_hdr")
    for worker in ("item", "load", "load_status"):
        load(target, f"wms_{worker}", worker)
    assert configured_entities(target) == {"order_hdr", "item", "load", "load_status"}
    load(target, "wms", "order_hdr")
    load(target, "wms_load", "load")
    assert "load_status" in configured_entities(target)
    release_scope(target, "wms", ("order_hdr", "load"), workers=True)
    assert configured_entities(target) == {"order_hdr", "load"}


def test_freshness_leaves_out_former_entities(target: Warehouse) -> None:
    load(target, "wms", "order_hdr", "vendor")
    load(target, "other", "trailer")
    given = {"GRUPONOS_PIPELINE__ENTITIES": "order_hdr", "GRUPONOS_PIPELINE__NAME": "wms"}
    run = cast(Run, SimpleNamespace(settings=load_settings(given, None), sessions=SimpleNamespace(open=lambda: opened)))
    opened = nullcontext(target)
    age = {"loaded_at": AT, "age_seconds": 1.0, "warn_after_seconds": None, "error_after_seconds": None}
    sources = tuple(
        SourceFreshness(source=f"wms.{name}", status="ok", **age)  # type: ignore[arg-type]
        for name in ("order_hdr", "trailer", "vendor", "wave")
    )

    def left() -> list[str]:
        return [
            line.source for line in of_configured_entities(FreshnessResult(sources=sources, seconds=0), run).sources
        ]

    assert left() == ["wms.order_hdr", "wms.trailer", "wms.vendor"]
    load(target, "wms", "order_hdr")
    assert left() == ["wms.order_hdr", "wms.trailer"]


def test_report_names_former_entities_and_what_to_do(report: RunReport) -> None:
    former = tuple(FormerEntity(entity=f"e{n}", last_read_at=AT) for n in range(10))
    known = replace(report, former_entities=former)
    console = Console(width=300, record=True)
    console.print(render(known))
    text = console.export_text()
    assert "e6, e7 and 2 more, in the JSON report: no longer configured" in text
    assert "Configure them again (GRUPONOS_PIPELINE__ENTITIES, __EXCLUDE_ENTITIES)" in text
    assert from_json(to_json(known)).former_entities == former
