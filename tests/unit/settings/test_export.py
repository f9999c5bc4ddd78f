from __future__ import annotations

import re
from pathlib import Path

from loader.settings import load_settings

ROOT = Path(__file__).parents[3]
ORACLE = {
    "GRUPONOS_TARGET__KIND": "oracle",
    "GRUPONOS_TARGET__ORACLE_USER": "wms_elt",
    "GRUPONOS_TARGET__ORACLE_PASSWORD": "pw",
}
# optional variables for dbt, with a default in the profile
OPTIONAL = {"DBT_ORACLE_THREADS", "WMS_ELT_DBT_MEMORY_LIMIT"}


def test_duckdb_needs_no_secret() -> None:
    env = load_settings({"GRUPONOS_TARGET__DUCKDB_PATH": "data/x.duckdb"}, None).dbt_environment()
    assert env["WMS_ELT_DBT_TARGET"] == "duckdb"
    assert env["WMS_ELT_DUCKDB_PATH"] == str(Path("data/x.duckdb").absolute())
    assert (env["WMS_ELT_DBT_SCHEMA"], env["WMS_ELT_RAW_SCHEMA"]) == ("wms", "wms_raw")
    assert (env["DO_NOT_TRACK"], env["DBT_SEND_ANONYMOUS_USAGE_STATS"]) == ("1", "false")
    assert not any("ORACLE" in name for name in env)


def test_oracle_by_host_uses_the_users_schema() -> None:
    host = {"GRUPONOS_TARGET__ORACLE_HOST": "db", "GRUPONOS_TARGET__ORACLE_SERVICE": "pdb1"}
    env = load_settings({**ORACLE, **host, "GRUPONOS_TARGET__ORACLE_DB_NAME": "ORCL"}, None).dbt_environment()
    assert env["WMS_ELT_DBT_TARGET"] == "oracle"
    assert env["DBT_ORACLE_USER"] == env["DBT_ORACLE_SCHEMA"] == env["WMS_ELT_RAW_SCHEMA"] == "wms_elt"
    assert (env["DBT_ORACLE_HOST"], env["DBT_ORACLE_PORT"], env["DBT_ORACLE_SERVICE"]) == ("db", "1521", "pdb1")
    assert env["DBT_ORACLE_DATABASE"] == "ORCL"
    assert env["DBT_ENV_SECRET_ORACLE_PASSWORD"] == "pw"
    assert env["ORA_PYTHON_DRIVER_TYPE"] == "thin"
    assert "DBT_ORACLE_DSN" not in env


def test_wallet_is_exported_under_dbt_oracle_names(tmp_path: Path) -> None:
    wallet = {
        "GRUPONOS_TARGET__ORACLE_DSN": "wms_high",
        "GRUPONOS_TARGET__ORACLE_WALLET_DIR": str(tmp_path),
        "GRUPONOS_TARGET__ORACLE_WALLET_PASSWORD": "wp",
    }
    env = load_settings({**ORACLE, **wallet}, None).dbt_environment()
    assert env["DBT_ORACLE_DSN"] == "wms_high"
    assert env["CONFIG_DIR"] == env["WALLET_LOCATION"] == str(tmp_path)
    assert env["WALLET_PASSWORD"] == "wp"


def test_profile_variable_is_exported_or_optional() -> None:
    profile = (ROOT / "profiles.yml.example").read_text()
    read = set(re.findall(r"env_var\('([A-Z_]+)'", profile))
    dsn = {"GRUPONOS_TARGET__ORACLE_DSN": "x", "GRUPONOS_TARGET__ORACLE_DB_NAME": "ORCL"}
    host = {"GRUPONOS_TARGET__ORACLE_HOST": "h", "GRUPONOS_TARGET__ORACLE_SERVICE": "s"}
    exported = set(load_settings({}, None).dbt_environment())
    for address in (dsn, host):
        exported |= set(load_settings({**ORACLE, **address}, None).dbt_environment())
    assert read - OPTIONAL <= exported
