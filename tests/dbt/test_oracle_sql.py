"""The project's SQL for Oracle: every node compiles and breaks no rule."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from loader.site.catalogue import read_catalogue
from loader.site.column_lineage import trace_columns
from loader.warehouse.schema import LEDGER_TABLE, RAW_COLUMNS, RUN_TABLES
from tests.dbt.fake_oracle import FakeOracle
from tests.dbt.oracle_project import compile_for_oracle, statements_sent, write_manifest
from tests.dbt.oracle_rules import check
from tests.support.harness import REPOSITORY
from tests.support.sampling import parameters


@pytest.fixture(scope="module", params=parameters([False, True], [True]), ids=["first build", "incremental build"])
def compiled(request: pytest.FixtureRequest, oracle_work_dir: Path) -> dict[str, str]:
    return compile_for_oracle(oracle_work_dir, built_before=request.param)


def test_compiled_nodes_break_no_rule(compiled: dict[str, str]) -> None:
    assert len(compiled) > 100
    found = [f"{name}:{finding.line}: {finding}" for name, sql in compiled.items() for finding in check(sql)]
    assert found == []


def test_existing_table_compiles_with_watermark(compiled: dict[str, str], request: pytest.FixtureRequest) -> None:
    watermark = "coalesce(max(read_order), 0) from wms.stg_wms__task"
    assert (watermark in compiled["stg_wms__task"]) == ("incremental" in request.node.callspec.id)


def test_staging_models_parse_document_once(compiled: dict[str, str]) -> None:
    staging = {name: sql for name, sql in compiled.items() if name.startswith("stg_wms__")}
    assert len(staging) >= 20
    assert {name for name, sql in staging.items() if sql.count("json_table(") != 1 or "json_value(" in sql} == set()


def test_generic_test_returns_failing_rows(compiled: dict[str, str]) -> None:
    tests = {name: sql for name, sql in compiled.items() if name.startswith(("not_null_", "relationships_"))}
    assert len(tests) > 20
    assert {name for name, sql in tests.items() if "count(" in sql} == set()


def test_relationships_do_not_join(compiled: dict[str, str]) -> None:
    """The column need not be a key of the other table: joined by facility, 200,000 rows took ten seconds."""
    tests = {name: sql for name, sql in compiled.items() if name.startswith("relationships_")}
    assert len(tests) > 20
    assert {name for name, sql in tests.items() if re.search(r"\bjoin\b", sql)} == set()


@pytest.mark.exhaustive
def test_columns_of_all_but_staging_are_traced(compiled: dict[str, str], oracle_work_dir: Path) -> None:
    """The docs site shows JSON paths for staging, so it doesn't need its SQL."""
    manifest = write_manifest(oracle_work_dir)
    catalog = oracle_work_dir / "catalog.json"
    catalog.write_text(json.dumps({"nodes": {}, "sources": {**_source_columns(json.loads(manifest.read_bytes()))}}))
    tables = read_catalogue(manifest, catalog, REPOSITORY / "dbt_project").tables.values()
    lineage, untraced = trace_columns(
        (replace(table, compiled=compiled.get(table.name, "")) for table in tables), "oracle"
    )
    assert [name for name in untraced if not name.startswith("stg_wms__")] == []
    assert ("model.wms_elt.orders", "order_nbr") in lineage


def _source_columns(manifest: dict[str, Any]) -> dict[str, Any]:
    run_tables = {spec.name: spec.column_names for spec in (*RUN_TABLES, LEDGER_TABLE)}
    raw = [column.name for column in RAW_COLUMNS]
    return {
        unique_id: {
            "columns": {
                name: {"type": "text", "index": index, "name": name}
                for index, name in enumerate(run_tables.get(source["identifier"], raw))
            }
        }
        for unique_id, source in manifest["sources"].items()
    }


def test_freshness_queries_dual(oracle_work_dir: Path) -> None:
    fake = FakeOracle(tables=frozenset(["elt_entity_run"]))
    (query,) = [
        sql
        for sql in statements_sent(oracle_work_dir, "source freshness", "source:wms.wave", fake)
        if "max_loaded_at" in sql
    ]
    assert "from wms.elt_entity_run where entity = 'wave'" in query
    assert query.endswith("from dual")
    assert check(query) == []


def test_unit_tests_compare_in_oracle_sql(oracle_work_dir: Path, snapshot: SnapshotAssertion) -> None:
    fake = FakeOracle(
        columns=(
            ("WAVE_ID", "NUMBER", None, 19, 0, None),
            ("RUN_NBR", "VARCHAR2", 50, None, None, "C"),
            ("MODIFIED_AT", "TIMESTAMP(6)", None, None, 6, None),
            ("IS_DELETED", "NUMBER", None, 38, 0, None),
            ("DELETED_AT", "TIMESTAMP(6)", None, None, 6, None),
            ("LOADED_AT", "TIMESTAMP(6)", None, None, 6, None),
            ("LOAD_ID", "VARCHAR2", 64, None, None, "C"),
        )
    )
    name = "test_stg_wms__wave__latest_read_version_wins"
    statements = statements_sent(oracle_work_dir, "test", name, fake)
    (comparison,) = [sql for sql in statements if "actual_or_expected" in sql]
    broken = [finding for finding in check(comparison) if not finding.text.isupper()]
    # dbt reads that column by its quoted name
    assert {finding.text for finding in broken} == {"actual_or_expected"}
    assert comparison[comparison.index("dbt_internal_unit_test_expected as") :] == snapshot


def test_model_is_indexed_after_commit(oracle_work_dir: Path) -> None:
    fake = FakeOracle(tables=frozenset(["elt_landing", "wave"]))
    statements = statements_sent(oracle_work_dir, "run", "stg_wms__wave", fake)
    (made,) = [n for n, sql in enumerate(statements) if sql.startswith("create table wms.stg_wms__wave")]
    assert "from wms.wave" in statements[made]
    hooks = [n for n, sql in enumerate(statements) if "create unique index wms.ix_stg_wms__wave__wave_id" in sql]
    hooks += [n for n, sql in enumerate(statements) if "create index wms.ix_stg_wms__wave__read_order" in sql]
    assert len(hooks) == 2
    # Oracle has gathered statistics when it created the table
    assert not [sql for sql in statements if "dbms_stats" in sql]
    assert made < statements.index("COMMIT", made) < min(hooks)
    assert not [sql for sql in statements if sql.lower().startswith("commit") and sql != "COMMIT"]
