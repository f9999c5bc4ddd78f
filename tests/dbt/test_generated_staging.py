"""Generated staging models of 20 entities build on DuckDB and compile to valid SQL of Oracle."""

from __future__ import annotations

from pathlib import Path

import pytest

from loader.staging import generate, staged_columns
from loader.staging.columns import key_of
from loader.wms.catalog import Description
from tests.dbt.oracle_project import compile_for_oracle
from tests.dbt.oracle_rules import check
from tests.support.described import catalogue, described, description_of
from tests.support.harness import DbtProject, RawDatabase
from tests.support.sampling import parameters
from tests.support.small_project import small_project

ENTITIES = (
    # audit fields, decimals, dates, sets, inline arrays
    *("order_hdr", "order_dtl", "purchase_order_hdr", "item", "container", "work_order_kit"),
    # no mod_ts: lookups and cross-references
    *("carrier_type", "container_lock_xref", "purchase_order_status", "uom", "inventory_lock"),
    # reserved words as fields, a key that a bookkeeping column has, relations called load_id
    *("location", "item_hierarchy_defn", "sql_selection", "load", "ob_stop", "interface_type"),
    # the longest names of an entity and of fields
    *("from_mhe_pick_confirmation_serial_nbr", "ib_shipment_type", "task_type"),
)
ODD = description_of(
    "odd_things",
    {
        "id": {"type": "integer"},
        "select": {"type": "string", "max_length": 20},
        "order": {"type": "integer"},
        "date": {"type": "date"},
        "group": {"type": "relation"},
        "start_of_day": {"type": "time"},
        "long_desc": {"type": "string", "max_length": 4000},
        "doc": {"type": "string", "max_length": 20},
        "entity_id": {"type": "relation"},
        "read_ts": {"type": "datetime"},
        "content_hash": {"type": "string", "max_length": 20},
        "children_set": {"type": "set"},
    },
)
VALUES: dict[str, object] = {
    "integer": 7,
    "decimal": "1.5",
    "boolean": True,
    "date": "2026-05-04",
    "datetime": "2026-05-04T09:00:00.25-03:00",
    "relation": {"id": 8, "key": "K", "url": ""},
    "set": {"result_count": 1, "url": ""},
}


def all_described() -> list[Description]:
    return [*map(described, ENTITIES), ODD]


def document(description: Description, row_id: int) -> dict[str, object]:
    """Return a document with a value in every field; texts are as long as the WMS allows."""
    filled = {
        field.name: VALUES.get(field.kind, "x" * (field.max_length or 10)) for field in description.fields.values()
    }
    return filled | {"id": row_id}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with the generated models only."""
    return generated(tmp_path_factory.mktemp("generated"), all_described())


def generated(directory: Path, descriptions: list[Description]) -> Path:
    copy = small_project(directory)
    generate(descriptions, copy / "models" / "staging" / "wms", project=copy)
    return copy


def build_and_compare(project: Path, raw_db: RawDatabase, descriptions: list[Description]) -> None:
    for description in descriptions:
        raw_db.put_all(description.entity, [document(description, 1), {"id": 2}])
    # also runs the generated data tests
    DbtProject(project.parent / "work", project_dir=project).run("build")
    for description in descriptions:
        key, model = key_of(description.entity), f"wms.stg_wms__{description.entity}"
        full, empty = raw_db.records(f"select * from {model} order by {key}")
        columns = staged_columns(description)
        # a text longer than the widest column is cut, and counted
        cut = {f.name for f in description.fields.values() if f.kind == "string" and (f.max_length or 0) > 999}
        lost = {word.partition(":")[2] for word in (full["lost_values"] or "").split()}
        assert lost == {column.name for column in columns if column.path.removeprefix("$.") in cut}
        assert [column.name for column in columns if full[column.name] is None] == []
        assert [column.name for column in columns if empty[column.name] is not None] == []
        assert (full[key], empty[key], full["is_valid_document"]) == (1, 2, 1)


def test_generated_models_build_on_duckdb(project: Path, raw_db: RawDatabase) -> None:
    build_and_compare(project, raw_db, all_described())


@pytest.mark.parametrize("built_before", parameters([False, True], [True]), ids=["first build", "incremental build"])
def test_generated_models_are_valid_on_oracle(project: Path, built_before: bool) -> None:
    assert_valid_on_oracle(project, all_described(), built_before=built_before)


def assert_valid_on_oracle(project: Path, descriptions: list[Description], *, built_before: bool) -> None:
    compiled = compile_for_oracle(project.parent / "oracle", built_before=built_before, project_dir=project)
    assert {f"stg_wms__{description.entity}" for description in descriptions} <= compiled.keys()
    assert [f"{name}: {finding}" for name, sql in compiled.items() for finding in check(sql)] == []


@pytest.mark.exhaustive
def test_every_entity_of_the_catalogue_can_be_staged(raw_db: RawDatabase, tmp_path: Path) -> None:
    descriptions = [described(entity) for entity in sorted(catalogue())]
    project = generated(tmp_path, descriptions)
    build_and_compare(project, raw_db, descriptions)
    assert_valid_on_oracle(project, descriptions, built_before=False)
