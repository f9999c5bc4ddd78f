"""The spec of a staging model and its YAML say the same, and the models cover the default entities."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.harness import REPOSITORY

STAGING = REPOSITORY / "dbt_project" / "models" / "staging" / "wms"
META = [
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
DATA_TYPES = {
    "integer": "bigint",
    "decimal": "decimal(19,6)",
    "boolean": "integer",
    "timestamp": "timestamp",
    "date": "date",
}
MODELS = sorted(path.stem for path in STAGING.glob("stg_wms__*.sql"))


def spec(model: str) -> list[dict[str, Any]]:
    text = (STAGING / f"{model}.sql").read_text()
    found = re.search(r"set spec -%}\n(.*?)\n{%- endset", text, re.DOTALL)
    assert found
    lines = [line.split() for line in found.group(1).splitlines()]
    return [{"name": name, "type": kind, "path": path, "personal": mark} for name, kind, path, *mark in lines]


@pytest.fixture(scope="module")
def described() -> dict[str, list[dict[str, Any]]]:
    models = yaml.safe_load((STAGING / "_wms__models.yml").read_text())["models"]
    return {model["name"]: model["columns"] for model in models}


@pytest.mark.parametrize("model", MODELS)
def test_every_column_is_described_with_its_type(model: str, described: dict[str, list[dict[str, Any]]]) -> None:
    expected = [
        (column["name"], DATA_TYPES.get(column["type"], column["type"].replace("string", "varchar")))
        for column in spec(model)
    ]
    key, *columns = described[model]
    assert key["name"] == f"{model.removeprefix('stg_wms__')}_id"
    assert key["data_tests"][:2] == ["unique", "not_null"]
    assert [(column["name"], column["data_type"]) for column in columns[: len(expected)]] == expected
    assert [column["name"] for column in columns[len(expected) :]] == META
    assert all(len(column["description"]) >= 4 for column in columns)


@pytest.mark.parametrize("model", MODELS)
def test_personal_data_is_marked_in_both(model: str, described: dict[str, list[dict[str, Any]]]) -> None:
    tagged = {
        column["name"] for column in described[model] if column.get("config", {}).get("meta", {}).get("personal_data")
    }
    assert tagged == {column["name"] for column in spec(model) if column.get("personal")}


def test_every_default_entity_has_a_source_and_a_model() -> None:
    from loader.settings import PipelineSettings

    sources = yaml.safe_load((STAGING / "_wms__sources.yml").read_text())["sources"]
    tables = {table["name"] for source in sources if source["name"] == "wms" for table in source["tables"]}
    assert tables == set(PipelineSettings().entities)
    assert {model.removeprefix("stg_wms__") for model in MODELS} == tables


def test_no_model_holds_more_than_a_spec_and_one_macro_call() -> None:
    shape = re.compile(
        r"\{\{ config\(unique_key='(\w+)'\) \}\}\n\n"
        r"\{%- set spec -%\}\n.*\{%- endset -%\}\n\n\{\{ json_entity\(.*\) \}\}\n",
        re.DOTALL,
    )
    odd = [path.name for path in Path(STAGING).glob("*.sql") if not shape.fullmatch(path.read_text())]
    assert odd == []
