from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loader.dbt import NodeResult
from loader.errors import ConfigError, SourceError
from loader.report import (
    EntityResult,
    ErrorEntry,
    RunReport,
    from_json,
    save_entities,
    save_run,
    to_json,
    write,
)
from loader.report.model import SCHEMA_VERSION
from loader.settings import Settings, TargetSettings
from loader.warehouse import ENTITY_RUN, NODE_RESULT, RUN, TEST_RESULT, TableSpec, Warehouse, open_warehouse
from tests.support.sampling import examples

ROOT = Path(__file__).parents[3]
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(Settings(target=TargetSettings(duckdb_path=tmp_path / "warehouse.duckdb"))) as opened:
        yield opened


def test_report_round_trips_through_json(report: RunReport, error: ErrorEntry) -> None:
    whole = replace(report, errors=(error,))
    assert from_json(to_json(whole)) == whole


NODES = st.builds(
    NodeResult,
    name=st.text(max_size=20),
    kind=st.sampled_from(["model", "test"]),
    status=st.sampled_from(["ok", "failed"]),
    seconds=st.floats(0, 1e6),
    failures=st.integers(0, 2**53),
    message=st.text(max_size=50),
)


@settings(max_examples=examples(0.5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes=st.lists(NODES, max_size=5), instant=INSTANTS, text=st.text(max_size=30))
def test_any_report_round_trips_through_json(nodes: list[NodeResult], instant: datetime, text: str) -> None:
    from loader.dbt import BuildResult

    report = RunReport(
        run_id=text,
        status="ok",
        exit_code=0,
        started_at=instant,
        finished_at=instant,
        duration_s=0.0,
        source=text,
        target=text,
        build=BuildResult(nodes=tuple(nodes), seconds=1.0),
    )
    encoded = to_json(report)
    assert from_json(encoded) == report
    jsonschema.validate(json.loads(encoded), msgspec.json.schema(RunReport))


def test_report_json_has_documented_keys(report: RunReport) -> None:
    """A removed or renamed field needs a new schema_version and an entry in docs/reference/run-report.md."""
    page = (ROOT / "docs" / "reference" / "run-report.md").read_text()
    document = json.loads(to_json(report))
    assert document["schema_version"] == SCHEMA_VERSION == 1
    assert f"`schema_version` is {SCHEMA_VERSION}" in page
    assert set(document) == {field.name for field in fields(RunReport)}
    names = {
        name for table in (document, document["entities"][0], document["quality"], document["build"]) for name in table
    }
    names |= set(document["freshness"]["sources"][0]) | set(document["build"]["nodes"][0])
    assert not [name for name in sorted(names) if f"`{name}`" not in page]
    jsonschema.validate(document, msgspec.json.schema(RunReport))


def test_report_times_are_utc_with_z(report: RunReport) -> None:
    document = json.loads(to_json(report))
    assert document["started_at"] == "2026-11-23T12:00:00Z"
    assert document["entities"][0]["window_to"] == "2026-11-23T11:58:00Z"


def test_error_entry_keeps_context() -> None:
    error = SourceError("WMS_X", "no answer", hint="wait", context={"host": "h", "port": 443})
    assert ErrorEntry.of(error) == ErrorEntry(
        code="WMS_X", message="no answer (host=h, port=443)", hint="wait", exit_code=20
    )


def test_report_is_written_under_its_id_and_as_latest(report: RunReport, tmp_path: Path) -> None:
    path = write(report, tmp_path)
    assert path == tmp_path / "runs" / f"{report.run_id}.json"
    write(replace(report, run_id="later"), tmp_path)
    assert from_json((tmp_path / "runs" / "latest.json").read_bytes()).run_id == "later"
    assert from_json(path.read_bytes()) == report
    assert sorted(file.name for file in path.parent.iterdir()) == [f"{report.run_id}.json", "later.json", "latest.json"]


def test_report_file_is_replaced_atomically(report: RunReport, tmp_path: Path) -> None:
    latest = tmp_path / "runs" / "latest.json"
    write(report, tmp_path)
    done, torn = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            try:
                from_json(latest.read_bytes())
            except Exception as error:
                torn.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(30):
        write(replace(report, run_id=f"r{number}"), tmp_path)
    done.set()
    reader.join()
    assert torn == []


def test_unwritable_directory_is_a_config_error(report: RunReport, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file in the way")
    with pytest.raises(ConfigError, match="WMS_CONF_005"):
        write(report, tmp_path)


def test_run_is_stored_in_run_tables(report: RunReport, error: ErrorEntry, target: Warehouse) -> None:
    save_entities(report, target)
    save_run(replace(report, errors=(error,)), target)
    run = target.fetch(f"select {', '.join(RUN.column_names)} from {target.raw('elt_run')}")
    assert dict(zip(RUN.column_names, run[0], strict=True)) == {
        "run_id": report.run_id,
        "schema_version": 1,
        "started_at": report.started_at.replace(tzinfo=None),
        "finished_at": report.finished_at.replace(tzinfo=None),
        "status": "warned",
        "exit_code": 0,
        "source": report.source,
        "target": report.target,
        "rows_read": 1205,
        "new_versions": 33,
        "models_ok": 2,
        "models_failed": 0,
        "tests_passed": 1,
        "tests_warned": 1,
        "tests_failed": 0,
        "rejected_rows": 312,
        "quality_score": 0.995209,
        "duration_s": 41.25,
        "command": "elt",
        "host": "etl-1",
        "release": "0.1.0",
        "error_code": "WMS_CONN_001",
        "refused_share": 0.004,
        "built_from": datetime.fromisoformat("2026-11-23T12:00:00"),
    }
    columns = "entity, load_mode, window_from, rows_read, deleted_rows, message"
    rows = target.fetch(f"select {columns} from {target.raw('elt_entity_run')} order by entity")
    assert report.entities[0].window_from
    assert rows == [
        ("company", "snapshot", None, 1, 0, ""),
        ("order_hdr", "incremental", report.entities[0].window_from.replace(tzinfo=None), 1204, 1, ""),
    ]


@pytest.mark.parametrize("spec", [RUN, ENTITY_RUN, TEST_RESULT, NODE_RESULT], ids=lambda spec: spec.name)
def test_save_run_writes_every_column(report: RunReport, error: ErrorEntry, target: Warehouse, spec: TableSpec) -> None:
    save_entities(report, target)
    save_run(replace(report, errors=(error,)), target)
    counts = ", ".join(f"count({name})" for name in spec.column_names)
    assert 0 not in target.fetch(f"select {counts} from {target.raw(spec.name)}")[0]


def test_tests_and_models_are_stored_as_rows(report: RunReport, target: Warehouse) -> None:
    save_run(report, target)
    tests = f"select test_name, status, severity, failures, owner_group from {target.raw('elt_test_result')} order by 1"
    assert target.fetch(tests) == [
        ("few_rejected", "warn", "warn", 312, "data_quality"),
        ("unique_orders_order_id", "ok", "error", 0, None),
    ]
    nodes = f"select node_name, node_kind, duration_s from {target.raw('elt_node_result')} order by duration_s desc"
    assert target.fetch(nodes) == [("orders", "model", 0.5), ("order_hdr_history", "snapshot", 0.2)]


def test_names_equal_after_cutting_are_one_row(report: RunReport, target: Warehouse) -> None:
    assert report.build
    nodes = tuple(replace(report.build.nodes[2], name="t" * 200 + end) for end in "ab")
    save_run(replace(report, build=replace(report.build, nodes=nodes)), target)
    assert target.fetch(f"select length(test_name) from {target.raw('elt_test_result')}") == [(128,)]


def test_run_that_ended_early_is_stored(report: RunReport, target: Warehouse) -> None:
    early = replace(report, entities=(), build=None, freshness=None, quality=None)
    save_entities(early, target)
    save_run(early, target)
    assert target.fetch(f"select models_ok, quality_score from {target.raw('elt_run')}") == [(None, None)]
    assert target.fetch(f"select count(*) from {target.raw('elt_entity_run')}") == [(0,)]


def test_long_message_fits_its_column(report: RunReport, entity: EntityResult, target: Warehouse) -> None:
    save_entities(replace(report, entities=(replace(entity, message="é" * 9000),)), target)
    ((message,),) = target.fetch(f"select message from {target.raw('elt_entity_run')}")
    assert len(str(message).encode()) <= 4000
