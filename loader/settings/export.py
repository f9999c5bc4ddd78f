"""Builds dbt's environment variables from the settings (oracle B.3)."""

from __future__ import annotations

from pydantic import SecretStr

from loader.settings.target import TargetSettings


def dbt_environment(target: TargetSettings) -> dict[str, str]:
    """Environment variables that profiles.yml.example and dbt-oracle read. Contains secrets: never print it."""
    common = {
        "WMS_ELT_DBT_TARGET": target.kind,
        "WMS_ELT_DUCKDB_PATH": str(target.duckdb_path.absolute()),
        "WMS_ELT_DBT_SCHEMA": target.schema_name,
        "WMS_ELT_RAW_SCHEMA": target.raw_schema,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "ORA_PYTHON_DRIVER_TYPE": "thin",
    }
    return common | (_oracle(target) if target.kind == "oracle" else {})


def _oracle(target: TargetSettings) -> dict[str, str]:
    user = target.oracle_user or ""
    # dbt-oracle reads the last three under these names when it is imported
    optional: dict[str, object] = {
        "DBT_ORACLE_HOST": target.oracle_host,
        "DBT_ORACLE_SERVICE": target.oracle_service,
        "DBT_ORACLE_DSN": target.oracle_dsn,
        "DBT_ORACLE_DATABASE": target.oracle_db_name,
        "CONFIG_DIR": target.oracle_config_dir or target.oracle_wallet_dir,
        "WALLET_LOCATION": target.oracle_wallet_dir,
        "WALLET_PASSWORD": _secret(target.oracle_wallet_password),
    }
    fixed = {
        "WMS_ELT_DBT_SCHEMA": user,
        "WMS_ELT_RAW_SCHEMA": user,
        "DBT_ORACLE_USER": user,
        "DBT_ORACLE_SCHEMA": user,
        "DBT_ORACLE_PORT": str(target.oracle_port),
        "DBT_ORACLE_PROTOCOL": target.oracle_protocol,
        "DBT_ENV_SECRET_ORACLE_PASSWORD": _secret(target.oracle_password) or "",
    }
    return fixed | {name: str(value) for name, value in optional.items() if value is not None}


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
