"""DAGs as Airflow sees them, in separate processes of the environment that `make test-airflow` creates.

WMS_ELT_AIRFLOW_PYTHON is the Python of an environment with the extra `airflow`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from loader.integrations.plan import POOL, SCHEDULES
from loader.settings import load_settings
from tests.system.runs.conftest import Tenant, tenant

__all__ = ["tenant"]

ROOT = Path(__file__).parents[3]
ENTITIES = load_settings({}, env_file=None).pipeline.all_entities

# runs the code of the DAG file and prints the graph as JSON
DESCRIBE = """
import json, sys
from pathlib import Path
from loader.integrations.airflow.dags import dags

def described(task):
    return {"pool": task.pool, "up": sorted(task.upstream_task_ids), "retries": task.retries, "kind": task.task_type}

print(json.dumps({
    name: {
        "expression": dag.timetable.expression,
        "kind": type(dag.timetable).__name__,
        "active": dag.max_active_tasks,
        "paused": dag.is_paused_upon_creation,
        "catchup": dag.catchup,
        "tasks": {task.task_id: described(task) for task in dag.tasks},
    }
    for name, dag in dags(Path(sys.argv[1])).items()
}))
"""
AIRFLOW_PYTHON = os.environ.get("WMS_ELT_AIRFLOW_PYTHON", "")
needs_airflow = pytest.mark.skipif(not AIRFLOW_PYTHON, reason="needs an environment with Airflow: make test-airflow")
SECRET = "only-dbt-may-read-this"


def python(program: str, home: Path, *arguments: str, **variables: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        # the code under test, even if the environment was built from another version
        "PYTHONPATH": str(ROOT),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "GRUPONOS_PIPELINE__WORK_DIR": str(home / "work"),
        **variables,
    }
    done = subprocess.run(
        # not in the checkout, as for Airflow's workers
        [str(ROOT / AIRFLOW_PYTHON), "-c", program, *arguments],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    out = python(DESCRIBE, tmp_path_factory.mktemp("airflow"), str(ROOT))
    found: dict[str, dict[str, Any]] = json.loads(out.splitlines()[-1])
    return found


@needs_airflow
def test_dags_exist_for_schedules_and_backfills(described: dict[str, dict[str, Any]]) -> None:
    assert set(described) == {*SCHEDULES, "wms_backfill"}
    assert {name: described[name]["expression"] for name in SCHEDULES} == dict(SCHEDULES)
    assert not any(dag["catchup"] for dag in described.values())
    # runs only for requested days
    assert described["wms_backfill"]["kind"] == "CronDataIntervalTimetable"
    assert described["wms_backfill"]["paused"] is True


@needs_airflow
@pytest.mark.parametrize(
    ("dag", "group"), [("wms_elt", "load"), ("wms_reconcile", "compare"), ("wms_backfill", "reread")]
)
def test_entities_are_tasks_in_the_tenant_pool(described: dict[str, dict[str, Any]], dag: str, group: str) -> None:
    tasks = described[dag]["tasks"]
    asking = {name: task for name, task in tasks.items() if name.startswith(f"{group}.")}
    assert set(asking) == {f"{group}.{entity}" for entity in ENTITIES}
    assert {task["pool"] for task in asking.values()} == {POOL}
    assert all(task["retries"] for task in asking.values())
    assert {task["pool"] for name, task in tasks.items() if name not in asking} <= {"default_pool"}


@needs_airflow
def test_freshness_check_does_not_block_the_build(
    described: dict[str, dict[str, Any]],
) -> None:
    for dag in ("wms_elt", "wms_full"):
        tasks = described[dag]["tasks"]
        assert set(tasks["source_freshness"]["up"]) == {f"load.{entity}" for entity in ENTITIES}
        assert not [name for name, task in tasks.items() if "source_freshness" in task["up"]]


@needs_airflow
def test_dbt_tasks_follow_all_loads_and_the_dbt_graph(described: dict[str, dict[str, Any]]) -> None:
    tasks = described["wms_elt"]["tasks"]
    loads = {f"load.{entity}" for entity in ENTITIES}
    for entity in ENTITIES:
        staged = tasks[f"dbt.stg_wms__{entity}.run"]
        assert set(staged["up"]) == loads
        assert staged["kind"] == "DbtRunLocalOperator"
    orders = tasks["dbt.orders.run"]["up"]
    assert orders
    assert all(name.startswith("dbt.") for name in orders)
    assert tasks["dbt.orders.test"]["up"] == ["dbt.orders.run"]


@needs_airflow
def test_duckdb_runs_one_task_and_oracle_many_without_password(
    described: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    assert {dag["active"] for dag in described.values()} == {1}
    oracle = {
        "GRUPONOS_TARGET__KIND": "oracle",
        "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
        "GRUPONOS_TARGET__ORACLE_PASSWORD": SECRET,
        "GRUPONOS_TARGET__ORACLE_DSN": "nowhere",
    }
    program = """
import os, sys
from pathlib import Path
from airflow.serialization.serialized_objects import DagSerialization
from loader.integrations.airflow.dags import dags
made = dags(Path(sys.argv[1]))
print({dag.max_active_tasks for dag in made.values()})
print(os.environ["DBT_ENV_SECRET_ORACLE_PASSWORD"] == sys.argv[2])
print(any(sys.argv[2] in str(DagSerialization.to_dict(dag)) for dag in made.values()))
"""
    assert python(program, tmp_path, str(ROOT), SECRET, **oracle).splitlines()[-3:] == ["{16}", "True", "False"]


def test_load_does_not_import_airflow(tenant: Tenant, tmp_path: Path) -> None:
    """dlt imports Airflow to read its settings, which takes seconds and creates a folder in the user's home."""
    fake = tmp_path / "packages" / "airflow"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text("import pathlib\npathlib.Path('imported').touch()\n")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("wms-elt")), "load"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([str(tmp_path / "packages"), str(ROOT)]),
            "GRUPONOS_WMS__BASE_URL": tenant.simulator.url,
            "GRUPONOS_WMS__USERNAME": tenant.simulator.username,
            "GRUPONOS_WMS__PASSWORD": tenant.simulator.password,
            "GRUPONOS_PIPELINE__ENTITIES": "company",
        },
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "imported").exists()
