"""The double detects every undone override in dbt_project/macros/overrides (oracle B.3, B.9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.oracle.minimal_warehouse import SmallWarehouse, environment
from tests.support import parsed_once
from tests.support.harness import DbtProject
from tests.support.sampling import parameters

STORED = ("test", "--store-failures", "--select")
UNIT_TESTS = ("test", "--select", "stg_wms__wave,test_type:unit")
CONTRACT = ("run", "--select", "dim_facility")

CASES: Mapping[str, tuple[str, ...]] = {
    "oracle__cast": CONTRACT,
    "oracle__get_empty_schema_sql": CONTRACT,
    "oracle__collect_freshness_custom_sql": ("source freshness", "--select", "source:wms.wave"),
    "oracle__test_not_null": (*STORED, "not_null_stg_wms__wave_wave_id"),
    "oracle__test_accepted_values": (
        "test",
        "--store-failures",
        "--select",
        "business_rules,test_name:accepted_values",
    ),
    "oracle__test_relationships": (*STORED, "relationships_dim_location_facility_id__facility_id__ref_dim_facility_"),
    "oracle__safe_cast": UNIT_TESTS,
    "get_fixture_sql": UNIT_TESTS,
    "oracle__unit_test_fixture": UNIT_TESTS,
    "get_expected_sql": UNIT_TESTS,
    "oracle__unit_test_expected": UNIT_TESTS,
    "oracle__select_from_dual": UNIT_TESTS,
    "oracle__get_unit_test_sql": UNIT_TESTS,
    "run_hooks": ("run", "--select", "stg_wms__wave"),
}
"""Command to run without the macro."""

BY_NAMES = {"generate_schema_name", "generate_alias_name"}
OF_DUCKDB = {
    *("duckdb__create_view_as", "duckdb__get_columns_in_relation", "duckdb__persist_docs"),
    *("default__unit_test_fixture", "default__unit_test_expected"),
    *("duckdb__test_relationships",),
}
# these change the statements and not the outcome: test_one_step.py, test_grouped_tests.py, golden/dbt.sql; the
# relationships body is shared; the rows that tests look at: tests/dbt/marts/test_affected_rows.py
ELSEWHERE = {
    *("default__get_where_subquery", "limited_to", "rows_to_test"),
    *("snapshot_of_affected", "duckdb__snapshot_staging_table", "oracle__snapshot_staging_table"),
    *("oracle__persist_docs", "oracle__comments_of", "test_relationships_if_read"),
    "oracle__get_columns_in_relation",
    "oracle__list_relations_without_caching",
    "oracle__is_own",
    "oracle__described",
    "oracle__dictionary",
    "oracle__columns_sql",
    "oracle__objects_sql",
    "oracle__fetched",
    "oracle__note_change",
    "oracle__signature",
    "oracle__apply_grants",
    "oracle__get_show_grant_sql",
    "build_snapshot_staging_table",
    "default__build_snapshot_staging_table",
    "oracle__build_snapshot_staging_table",
    "oracle__post_snapshot",
    "oracle__test_model",
    "oracle__simple_tests",
    "oracle__tests_sql",
    "materialization_test_oracle",
}


@pytest.fixture(scope="module")
def built(small19: SmallWarehouse) -> SmallWarehouse:
    """Some models, with rows that fail their tests."""
    small19.put("wave", 1, run_nbr="W1")
    small19.put("facility", 1, code="DC01")
    assert small19.build("stg_wms__wave", "+dim_facility", "+dim_location", "+business_rules").success
    user = small19.server.user
    small19.execute(f"insert into {user}.stg_wms__wave (run_nbr) select 'X' from {user}.business_rules")
    small19.execute(f"insert into {user}.dim_location (location_id, facility_id) values (8, 8)")
    small19.execute(f"insert into {user}.dim_location (location_id, facility_id) values (9, 9)")
    small19.execute(f"update {user}.business_rules set severity = 'x'")
    return small19


def test_every_override_has_case(oracle_project: DbtProject) -> None:
    assert set(CASES) | BY_NAMES | OF_DUCKDB | ELSEWHERE == set(_overrides(oracle_project.manifest))


@pytest.fixture(scope="module")
def whole(built: SmallWarehouse) -> Mapping[Sequence[str], Any]:
    """Outcome of each command with all overrides."""
    return {command: _observed(built, command) for command in dict.fromkeys(CASES.values())}


OF_UNIT_TESTS = [macro for macro, command in CASES.items() if command == UNIT_TESTS]
NOT_SHOWN = pytest.mark.xfail(reason="the unit tests of stg_wms__wave don't need every one of these macros")
"""Unit tests of other models, which need them all, take too long to build here."""


@pytest.mark.parametrize(
    "macro",
    [
        *(pytest.param(macro, marks=[NOT_SHOWN, pytest.mark.exhaustive]) for macro in OF_UNIT_TESTS),
        *parameters([macro for macro in CASES if macro not in OF_UNIT_TESTS], ()),
    ],
)
def test_undone_override_is_detected(built: SmallWarehouse, whole: Mapping[Any, Any], macro: str) -> None:
    with _without(built.project.manifest, macro):
        assert _observed(built, CASES[macro]) != whole[CASES[macro]]


@pytest.mark.exhaustive
def test_every_failing_row_is_counted_and_kept(whole: Mapping[Any, Any]) -> None:
    (results, stored) = whole[CASES["oracle__test_relationships"]]
    assert [(status, failures) for _, status, failures in results] == [("warn", 2)]
    (kept,) = [rows for name, rows in stored.items() if "RELATIONSHIPS" in name]
    assert sorted(kept) == [(8,), (9,)]


@pytest.mark.exhaustive
def test_dbt_default_names_are_refused(built: SmallWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise failing rows go to a schema without user, into tables that may have a model's name."""

    def of_dbt(manifest: Manifest, component: str, imported_package: str | None = None, **_: Any) -> Any:
        return None if imported_package else manifest.macros[f"macro.dbt.generate_{component}_name"]

    monkeypatch.setattr(Manifest, "find_generate_macro_by_name", of_dbt)
    # the parse must not come from the shared entries, nor become one
    monkeypatch.setattr(parsed_once, "_entry", lambda _: None)
    stock = DbtProject(built.project.work_dir / "stock", target="oracle")
    name = "not_null_stg_wms__wave_wave_id"
    with environment(built.server):
        (test,) = [node for node in stock.parse().nodes.values() if node.name == name]
        (result,) = stock.invoke("test", "--store-failures", "--select", name).result.results
    assert test.alias == name
    assert "ORA-01918" in result.message


def _observed(warehouse: SmallWarehouse, command: Sequence[str]) -> Any:
    """Return the outcomes of the nodes, and the stored failing rows."""
    outcome = warehouse.dbt(*command)
    if outcome.exception:
        return str(outcome.exception)
    names = [item.name for item in warehouse.server.catalogue.relations.values() if "DQ__" in item.name]
    stored = {name: warehouse.rows(f"select * from {{user}}.{name}") for name in names}
    results = outcome.result.results
    return [(item.node.name, str(item.status), getattr(item, "failures", None)) for item in results], stored


def _overrides(manifest: Manifest | None) -> dict[str, str]:
    """Return the macros in the folder by name; the value is the key in the manifest."""
    assert manifest is not None
    return {
        macro.name: key
        for key, macro in manifest.macros.items()
        if macro.package_name == "wms_elt" and macro.original_file_path.startswith("macros/overrides/")
    }


@contextmanager
def _without(manifest: Manifest | None, macro: str) -> Iterator[None]:
    """Return the project without the macro."""
    assert manifest is not None
    key = _overrides(manifest)[macro]
    taken = manifest.macros.pop(key)
    _forget_macros(manifest)
    try:
        yield
    finally:
        manifest.macros[key] = taken
        _forget_macros(manifest)


def _forget_macros(manifest: Manifest) -> None:
    """dbt caches the macros it finds."""
    manifest._macros_by_name = manifest._macros_by_package = None
