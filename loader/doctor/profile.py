"""Compares dbt's profile, which users may write by hand, with the settings of the loader."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from loader.settings import TargetSettings

Output = Mapping[str, Any]
_UNSET = (None, "", "None")


def differences(output: Output, target: TargetSettings, ask_db_name: Callable[[], str]) -> Iterator[str]:
    """Yield a phrase for each difference between the profile's output and the settings. Ignores passwords.

    Args:
        output: the rendered output, as dbt reads it.
        target: the settings.
        ask_db_name: returns DB_NAME of the Oracle database; called only if the profile sets a database and the
            settings don't.
    """
    kind = output.get("type")
    if kind != target.kind:
        yield f"type is {kind}, not {target.kind}"
        return
    pairs = _of_duckdb(output, target) if target.kind == "duckdb" else _of_oracle(output, target, ask_db_name)
    for name, found, wanted in pairs:
        if found != wanted:
            yield f"{name} is {found}, not {wanted}"


def is_comparable(output: Output, target: TargetSettings) -> bool:
    """Return False if one has a host and the other an alias or descriptor, which can't be compared."""
    return target.kind == "duckdb" or bool(target.oracle_dsn) == (_dsn(output) is not None)


def is_outdated(output: Output) -> bool:
    """Return whether the output lacks the option that prevents DuckDB 2.0.0 failures (profiles.yml.example)."""
    given = [str((output.get(part) or {}).get("disabled_optimizers", "")) for part in ("config_options", "settings")]
    return output.get("type") == "duckdb" and not any("build_side_probe_side" in names for names in given)


def _of_duckdb(output: Output, target: TargetSettings) -> Iterator[tuple[str, Any, Any]]:
    path = str(output.get("path", ":memory:"))
    yield "path", path if path == ":memory:" else _real(Path(path)), _real(target.duckdb_path)
    yield "schema", str(output.get("schema", "main")).lower(), target.schema_name.lower()


def _of_oracle(
    output: Output, target: TargetSettings, ask_db_name: Callable[[], str]
) -> Iterator[tuple[str, Any, Any]]:
    user = _folded(target.oracle_user)
    yield "user", _folded(output.get("user")), user
    yield "schema", _folded(output.get("schema")), user
    database = output.get("database", output.get("dbname"))
    if database not in _UNSET:
        # dbt-oracle ignores tables of another database, so it creates them again and fails (oracle B.3)
        yield "database", _folded(database), _folded(target.oracle_db_name or ask_db_name())
    if not is_comparable(output, target):
        return
    if target.oracle_dsn:
        yield "connection_string", _folded(_dsn(output)), _folded(target.oracle_dsn)
        return
    yield "protocol", _folded(output.get("protocol")), _folded(target.oracle_protocol)
    yield "host", _folded(output.get("host")), _folded(target.oracle_host)
    yield "port", str(output.get("port")), str(target.oracle_port)
    yield "service", _folded(output.get("service")), _folded(target.oracle_service)


def _dsn(output: Output) -> str | None:
    """Return the connection string or alias; dbt-oracle prefers the string to a host, and a host to an alias."""
    text = output.get("connection_string") or ("" if output.get("host") else output.get("tns_name"))
    return str(text) if text else None


def _folded(value: object) -> str:
    return "".join(str(value or "").split()).lower()


def _real(path: Path) -> str:
    return str(path.absolute().resolve())
