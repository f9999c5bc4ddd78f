"""Names and figures in docs/how-to/scale.md match the code."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from loader.integrations.plan import POOL, SCHEDULES
from loader.settings.catalog import variables

ROOT = Path(__file__).parents[3]
PAGE = "\n".join((ROOT / "docs" / "how-to" / name).read_text() for name in ("scale.md", "orchestrate.md"))


def test_settings_in_docs_exist() -> None:
    known = {variable.name for variable in variables()}
    named = set(re.findall(r"GRUPONOS_[A-Z]+__[A-Z_]+", PAGE))
    assert named
    assert named <= known


def test_dbt_variables_in_docs_are_read() -> None:
    named = set(re.findall(r"DBT_ORACLE_[A-Z]+", PAGE))
    texts = [(ROOT / name).read_text() for name in ("dbt_project/dbt_project.yml", "profiles.yml.example")]
    assert named
    assert all(any(f"env_var('{name}'" in text for text in texts) for name in named)


def test_load_hours_in_docs_match_measured_rates() -> None:
    """The hours in the table are those of 50 million rows at the measured rates."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line] for line in lines if len(line) == 5]
    rates = {(row[0], row[1]): row[2:] for row in rows if row[2].replace(",", "").isdigit()}
    hours = {(row[0], row[1]): row[2:] for row in rows if row[-1].endswith(" h")}
    shared = set(rates) & set(hours)
    assert len(shared) == 3
    for key in shared:
        for rate, hour in zip(rates[key], hours[key], strict=True):
            computed = 50_000_000 / float(rate.replace(",", "")) / 3600
            assert float(hour.removesuffix(" h")) == pytest.approx(computed, rel=0.05), key


@pytest.mark.parametrize("module", sorted(set(re.findall(r"wms_elt\.[a-z_]+\.[a-z_.]+[a-z]", PAGE))))
def test_modules_in_docs_exist(module: str) -> None:
    # in a checkout it is an alias of the package `loader`
    importlib.import_module("wms_elt")
    assert importlib.util.find_spec(module)


def test_extras_in_docs_exist_and_are_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    named = set(re.findall(r"wms-elt\[(\w+)\]", PAGE))
    assert named
    assert named <= set(extras)
    [ours] = [entry for entry in project["dependency-groups"]["dev"] if entry.startswith("wms-elt[")]
    # Airflow has a separate environment
    assert set(extras) - {"airflow"} == set(ours.removeprefix("wms-elt[").rstrip("]").split(","))


def test_pool_and_jobs_in_docs_match_the_code() -> None:
    assert f"airflow pools set {POOL} " in PAGE
    assert all(f"`{name}`" in PAGE for name in SCHEDULES)


def test_dagster_yaml_in_docs_limits_pools_without_telemetry() -> None:
    [block] = re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    content = yaml.safe_load(block)
    assert content["concurrency"]["pools"]["default_limit"] >= 1
    assert content["telemetry"] == {"enabled": False}


def test_dags_file_in_docs_is_a_dag_file_for_airflow() -> None:
    [block] = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    compile(block, "wms_elt.py", "exec")
    # cosmos reads it when Airflow loads the plugin, before the DAG file
    assert "`DO_NOT_TRACK=1`" in PAGE
    # Airflow parses only files that contain both words
    assert "dag" in block
    assert "airflow" in block
