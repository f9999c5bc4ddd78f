"""Whether dbt's profile, which may be written by hand, leads to where the loader writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from loader.settings import TargetSettings

Output = Mapping[str, Any]
_UNSET = (None, "", "None")


def differences(output: Output, target: TargetSettings, ask_db_name: Callable[[], str]) -> Iterator[str]:
    """What the output of the profile says otherwise than the settings, each as a phrase; nothing of a password.

    Args:
        output: rendered, as dbt reads it.
        target: the settings.
        ask_db_name: DB_NAME of the Oracle database, asked only when the settings leave it out and the profile does not.
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
    """False when one names a host and the other an alias or descriptor: they may be the same, which nobody can see."""
    return target.kind == "duckdb" or bool(target.oracle_dsn) == (_dsn(output) is not None)


def is_outdated(output: Output) -> bool:
    """Whether the output lacks the setting without which DuckDB 2.0.0 fails now and then (profiles.yml.example)."""
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
        # dbt-oracle finds no table of another database, creates it again and fails (oracle B.3)
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
    """dbt-oracle takes a connection string before a host, and an alias when there is neither."""
    text = output.get("connection_string") or ("" if output.get("host") else output.get("tns_name"))
    return str(text) if text else None


def _folded(value: object) -> str:
    return "".join(str(value or "").split()).lower()


def _real(path: Path) -> str:
    return str(path.absolute().resolve())
