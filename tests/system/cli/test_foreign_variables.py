"""A whole command with every foreign variable of the field cases at once: nothing of it changes (E1 to E4)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_environment import FOREIGN_DLT, OTHERS, variables_of_dbt
from tests.system.runs.conftest import Tenant, tenant

__all__ = ["tenant"]
ROOT = Path(__file__).parents[3]
FOREIGN_DBT = {
    **dict.fromkeys((*variables_of_dbt(), *OTHERS), "true"),
    "DBT_TARGET": "prod",
    "DBT_PROFILE": "x",
    "DBT_PROFILES_DIR": "/nowhere",
    "DBT_PROJECT_DIR": "/nowhere",
    "DBT_TARGET_PATH": "/nowhere",
    "PYTHONWARNINGS": "error",
}
del FOREIGN_DBT["HTTPS_PROXY"]  # the network's variables are the operator's


@pytest.mark.exhaustive
def test_load_and_build_are_the_same_with_foreign_variables(tenant: Tenant) -> None:
    home = tenant.directory / "home"
    (home / ".dlt").mkdir(parents=True)
    (home / ".dlt" / "config.toml").write_text("[normalize]\nparquet_normalizer.add_dlt_load_id = true\n")
    (home / ".dbt").mkdir()
    (home / ".dbt" / "profiles.yml").write_text("wms_elt: {target: x, outputs: {x: {type: duckdb, path: /nowhere/x}}}")
    settings = {
        "HOME": str(home),
        "GRUPONOS_WMS__BASE_URL": tenant.simulator.url,
        "GRUPONOS_WMS__USERNAME": tenant.simulator.username,
        "GRUPONOS_WMS__PASSWORD": tenant.simulator.password,
        "GRUPONOS_TARGET__DUCKDB_PATH": str(tenant.database),
        "GRUPONOS_PIPELINE__WORK_DIR": str(tenant.directory / "work"),
        "GRUPONOS_PIPELINE__ENTITIES": "company,facility",
    }

    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "loader", *words],
            env={**os.environ, **FOREIGN_DLT, **FOREIGN_DBT, **settings},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=1200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("load")
    assert tenant.current("facility") == tenant.documents("facility")
    run("dbt", "--select", "stg_wms__facility", "--resource-type", "model")
    [(staged,)] = tenant.query("select count(*) from wms.stg_wms__facility")
    assert staged == len(tenant.documents("facility"))
    # every file of the run is for its user only
    open_files = [path for path in tenant.directory.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert [path for path in open_files if path.is_relative_to(tenant.directory / "work")] == []
    assert tenant.database.stat().st_mode & 0o077 == 0
