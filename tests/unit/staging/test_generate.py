"""Files of generated staging models."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from loader.errors import ConfigError
from loader.staging import expected_models, generate
from loader.staging.generate import model_yaml
from tests.support.described import described, description_of
from tests.support.harness import REPOSITORY

STAGING = REPOSITORY / "dbt_project" / "models" / "staging"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one staging model and its source."""
    directory = tmp_path / "dbt_project" / "models" / "staging" / "wms"
    directory.mkdir(parents=True)
    (directory / "stg_wms__task.sql").write_text("{{ json_entity('task') }}\n")
    (directory / "stg_wms__task.yml").write_text("models: [{name: stg_wms__task}]\n")
    (directory / "_wms__sources.yml").write_text((STAGING / "wms" / "_wms__sources.yml").read_text())
    return tmp_path / "dbt_project"


def tables(path: Path, source: str = "wms") -> list[str]:
    sources = yaml.safe_load(path.read_text())["sources"]
    return [table["name"] for entry in sources if entry["name"] == source for table in entry["tables"]]


def test_model_source_and_yaml_are_written(project: Path) -> None:
    directory = project / "models" / "staging" / "wms"
    before = tables(directory / "_wms__sources.yml", "elt")
    written = generate([described("uom"), described("load")], directory, project=project)
    assert [file.path.name for file in written] == [
        "stg_wms__uom.sql",
        "stg_wms__uom.yml",
        "stg_wms__load.sql",
        "stg_wms__load.yml",
        "_wms__sources.yml",
    ]
    assert [file.is_changed for file in written] == [False, False, False, False, True]
    assert (directory / "stg_wms__uom.sql").read_text() == "{{ json_entity('uom') }}\n"
    assert tables(directory / "_wms__sources.yml")[-2:] == ["uom", "load"]
    assert tables(directory / "_wms__sources.yml", "elt") == before


def test_other_directory_gets_its_own_sources(project: Path) -> None:
    directory = project / "models" / "staging" / "tenant"
    generate([described("uom")], directory, project=project)
    assert tables(directory / "_wms__sources.yml") == ["uom"]
    generate([described("dock")], directory, project=project)
    assert tables(directory / "_wms__sources.yml") == ["uom", "dock"]
    assert "uom" not in tables(project / "models" / "staging" / "wms" / "_wms__sources.yml")


def test_source_declared_in_other_file_is_not_repeated(project: Path) -> None:
    """dbt refuses a project that declares a table of a source twice."""
    directory = project / "models" / "staging" / "wms"
    declared = (STAGING / "wms" / "_wms__sources_shipping.yml").read_text()
    (directory / "_wms__sources_shipping.yml").write_text(declared)
    assert "dock" in tables(directory / "_wms__sources_shipping.yml")
    written = generate([described("dock")], directory, project=project)
    assert [file.path.name for file in written] == ["stg_wms__dock.sql", "stg_wms__dock.yml"]
    assert "dock" not in tables(directory / "_wms__sources.yml")


def test_existing_model_is_refused_and_nothing_written(project: Path) -> None:
    directory = project / "models" / "staging" / "tenant"
    with pytest.raises(ConfigError, match=r"stg_wms__task.sql exists") as raised:
        generate([described("uom"), described("task")], directory, project=project)
    assert raised.value.code == "WMS_CONF_060"
    assert not directory.exists()


def test_force_replaces_the_model_in_its_directory(project: Path) -> None:
    directory = project / "models" / "staging" / "wms"
    generate([described("task")], directory, project=project, force=True)
    (model,) = expected_models(project)
    assert model.entity == "task"
    assert len(model.columns) > 20
    assert tables(directory / "_wms__sources.yml").count("task") == 1


def test_force_changes_no_file_outside_the_directory(project: Path, tmp_path: Path) -> None:
    def contents() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    before = contents()
    written = generate([described("task")], tmp_path / "review", project=project, force=True)
    assert {file.path.parent for file in written} == {tmp_path / "review"}
    with pytest.raises(ConfigError, match=r"wms/stg_wms__task.sql exists") as raised:
        generate([described("task")], project / "models" / "staging" / "tenant", project=project, force=True)
    assert raised.value.code == "WMS_CONF_060"
    assert contents() == before


def test_fields_without_a_column_are_named_in_the_yaml() -> None:
    odd: dict[str, dict[str, object]] = {"2nd-name": {"type": "string"}, "lines_set": {"type": "set"}}
    text = model_yaml(description_of("dock", odd))
    assert "# Child sets have no column: lines_set." in text
    assert "# Fields whose name is no identifier have no column: '2nd-name'." in text
    assert yaml.safe_load(text)["models"]


def test_directory_outside_staging_is_refused(project: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        generate([described("uom")], project / "models" / "marts", project=project)
    assert raised.value.code == "WMS_CONF_061"


def test_generated_yaml_reads_back_as_expected_columns(project: Path) -> None:
    generate([described("order_hdr")], project / "models" / "staging" / "tenant", project=project)
    model = next(model for model in expected_models(project) if model.entity == "order_hdr")
    found = {column.name: column for column in model.columns}
    assert found["facility_id"].reads_relation
    assert (found["order_nbr"].field, found["order_nbr"].width) == ("order_nbr", 30)
    assert found["total_orig_ord_qty"].width is None


def test_expected_models_cover_the_project() -> None:
    found = expected_models(STAGING)
    assert len(found) >= 24
    assert all(model.columns for model in found)


def test_broken_yaml_is_reported_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "stg_wms__uom.yml").write_text("models: [")
    with pytest.raises(ConfigError, match="Can't read the staging model's YAML") as raised:
        expected_models(tmp_path)
    assert raised.value.code == "WMS_DBT_005"
