"""The YAML of the staging models is complete, and every source has one model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from loader.settings import PipelineSettings
from tests.dbt.oracle_project import compile_inline
from tests.support.harness import REPOSITORY, DbtProject

STAGING = REPOSITORY / "dbt_project" / "models" / "staging"
BOOKKEEPING = [
    "is_valid_document",
    "is_deleted",
    "is_in_scope",
    "deleted_at",
    "loaded_at",
    "load_id",
    "read_order",
    "content_hash",
    "lost_values",
]
KINDS = {
    "varchar(50)": "string(50)",
    "bigint": "integer",
    "decimal(19,6)": "decimal",
    "integer": "boolean",
    "timestamp": "timestamp",
    "date": "date",
}
MODELS = sorted(STAGING.glob("*/stg_wms__*.sql"))


def columns(sql: Path) -> list[dict[str, Any]]:
    """Return the columns in the YAML next to a model."""
    (model,) = yaml.safe_load(sql.with_suffix(".yml").read_text())["models"]
    assert model["name"] == sql.stem
    found: list[dict[str, Any]] = model["columns"]
    return found


@pytest.mark.parametrize("sql", MODELS, ids=lambda sql: str(sql.stem))
def test_staging_column_has_type_path_and_description(sql: Path) -> None:
    key, *others = columns(sql)
    expected = sql.stem.removeprefix("stg_wms__").removesuffix("_versions") + "_id"
    assert key["name"] == (f"wms_{expected}" if expected in BOOKKEEPING else expected)
    assert "not_null" in key["data_tests"]
    for column in others:
        assert column["data_type"], column["name"]
        assert len(column["description"]) >= 4, column["name"]
        path = column.get("config", {}).get("meta", {}).get("json_path", "")
        assert path.startswith("$.") == (column["name"] not in BOOKKEEPING), column["name"]
    assert {column["name"] for column in others} >= set(BOOKKEEPING)


def staged() -> set[str]:
    """Return the entities with a staging model."""
    return {sql.stem.removeprefix("stg_wms__") for sql in MODELS if sql.parent.name == "wms"}


def test_source_has_one_model_and_default_entity_a_source() -> None:
    files = sorted((STAGING / "wms").glob("_wms__sources*.yml"))
    sources = [source for file in files for source in yaml.safe_load(file.read_text())["sources"]]
    tables = {table["name"] for source in sources if source["name"] == "wms" for table in source["tables"]}
    assert tables == staged()
    assert set(PipelineSettings().all_entities) - tables == set(), "default entities without a source"


def test_lost_values_are_collected_from_every_entity() -> None:
    model = REPOSITORY / "dbt_project" / "models" / "intermediate" / "quality" / "int_quality__values_lost.sql"
    listed = re.findall(r"'(\w+)'", model.read_text().partition("set entities = [")[2].partition("]")[0])
    assert sorted(listed) == sorted(staged()), f"add the entity to the list in {model.name}"


@pytest.mark.parametrize("sql", MODELS, ids=lambda sql: str(sql.stem))
def test_staging_model_is_one_macro_call(sql: Path) -> None:
    entity = sql.stem.removeprefix("stg_wms__").removesuffix("_versions")
    macro = "json_versions" if sql.parent.name == "versions" else "json_entity"
    assert sql.read_text() == f"{{{{ {macro}('{entity}') }}}}\n"


def test_data_type_determines_column_reading(dbt_project: DbtProject) -> None:
    calls = [f"{{{{ type_of_column({{'name': 'x', 'data_type': '{data_type}'}}) }}}}" for data_type in KINDS]
    assert compile_inline(dbt_project, " ".join(calls)).split() == list(KINDS.values())


def test_unknown_data_type_error_names_type(dbt_project: DbtProject) -> None:
    messages: list[str] = []
    text = "{{ type_of_column({'name': 'x', 'data_type': 'double'}) }}"
    dbt_project.invoke("compile", "--inline", text, on_message=messages.append)
    assert "its data_type 'double' is not varchar(n) or one of bigint" in "".join(messages)
