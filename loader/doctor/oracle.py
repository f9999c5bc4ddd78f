"""Checks of the Oracle database and user (docs/explanation/oracle.md). They need no additional grants."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import oracledb

from loader.doctor.check import Check, failed
from loader.doctor.oracle_objects import check_indexes, check_leftovers
from loader.errors import ConfigError, TargetError, WmsEltError
from loader.settings import TargetSettings
from loader.warehouse.base import Row
from loader.warehouse.oracle.connect import OracleWarehouse
from loader.warehouse.oracle.errors import target_error

_OLDEST_RELEASE: Final = 19
_OLDEST_COMPATIBLE: Final = (12, 2)
_BINARY: Final = "BINARY"
_UTC_NAMES: Final = frozenset({"UTC", "+00:00"})
_GRANTS: Final = ("CREATE SESSION", "CREATE TABLE", "CREATE VIEW")
_SKEW_WARN_S: Final = 60
_QUOTA_WARN_BYTES: Final = 2 * 1024**3
_QUOTA_FAIL_BYTES: Final = 64 * 1024**2

_CHARACTER_SET: Final = "select value from nls_database_parameters where parameter = 'NLS_CHARACTERSET'"
_COMPATIBLE: Final = "begin dbms_utility.db_version(:version, :compatibility); end;"
_NLS_OF_SESSION: Final = """
select parameter, value from nls_session_parameters where parameter in ('NLS_COMP', 'NLS_SORT') order by parameter
"""
_NLS_OF_INSTANCE: Final = """
select parameter, value from nls_instance_parameters where parameter in ('NLS_COMP', 'NLS_SORT') order by parameter
"""
_DB_NAME: Final = "select sys_context('userenv', 'DB_NAME') from dual"
_ROLE: Final = "select sys_context('userenv', 'DATABASE_ROLE') from dual"
_CLOUD_SERVICE: Final = "select sys_context('userenv', 'CLOUD_SERVICE') from dual"
_SERVICE: Final = "select sys_context('userenv', 'SERVICE_NAME') from dual"
_SERIAL_SERVICES: Final = ("_low", "_tp")
_PRIVILEGES: Final = "select privilege from session_privs"
_QUOTA: Final = """
select users.default_tablespace, quotas.bytes, quotas.max_bytes
from user_users users
left join user_ts_quotas quotas on quotas.tablespace_name = users.default_tablespace
"""
_SESSION_ZONE: Final = "select sessiontimezone from dual"
_CLOCK: Final = "select sys_extract_utc(systimestamp) from dual"


def check_oracle(target: OracleWarehouse, settings: TargetSettings) -> Iterator[Check]:
    """Yield one result per entry of `_CHECKS`; a failed query becomes a failed check of that name."""
    for name, check in _CHECKS.items():
        try:
            yield check(name, target, settings)
        except WmsEltError as error:
            yield failed(name, error)


def _release(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    version = target.connection.version
    if int(version.split(".")[0]) >= _OLDEST_RELEASE:
        return Check(name, "ok", version)
    hint = "Use Oracle Database 19c or later: the models need its JSON and conversion functions."
    return Check(name, "failed", f"{version} is older than {_OLDEST_RELEASE}c.", hint, TargetError.exit_code)


def _role(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    role = _one(target, _ROLE)
    if role == "PRIMARY":
        return Check(name, "ok", "primary database, open for writing")
    hint = "Set GRUPONOS_TARGET__ORACLE_SERVICE or GRUPONOS_TARGET__ORACLE_DSN to a service of the primary database."
    return Check(name, "failed", f"Can't write to this database: its role is {role}.", hint, ConfigError.exit_code)


def _character_set(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    found = _one(target, _CHARACTER_SET)
    if found == "AL32UTF8":
        return Check(name, "ok", str(found))
    hint = "Ask a DBA to migrate the database to AL32UTF8. Raw documents are stored byte for byte in any case."
    if found == "UTF8":
        message = "UTF8 stores an emoji in 6 bytes, so long texts with many of them become null."
        return Check(name, "warn", message, hint)
    return Check(name, "warn", f"{found} lacks some characters: models show replacement characters.", hint)


def _compatible(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    """Read COMPATIBLE from dbms_utility, because V$PARAMETER needs a grant."""
    with target.connection.cursor() as cursor:
        binds = {"version": cursor.var(str), "compatibility": cursor.var(str)}
        try:
            cursor.execute(_COMPATIBLE, binds)
        except oracledb.Error as error:
            raise target_error(error, target.description) from error
    found = str(binds["compatibility"].getvalue())
    if tuple(int(part) for part in found.split(".")[:2]) >= _OLDEST_COMPATIBLE:
        return Check(name, "ok", f"COMPATIBLE is {found}")
    hint = "Ask a DBA to raise COMPATIBLE to 12.2.0 or later. This can't be undone."
    message = f"COMPATIBLE is {found}: names longer than 30 bytes and JSON conversions fail."
    return Check(name, "failed", message, hint, TargetError.exit_code)


def _comparison(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    """Check that text is compared and sorted by bytes, in sessions of wms-elt and of other tools."""
    here, elsewhere = _not_binary(target.fetch(_NLS_OF_SESSION)), _not_binary(target.fetch(_NLS_OF_INSTANCE))
    if here:
        hint = "Connect without the proxy or trigger that undoes ALTER SESSION."
        return Check(name, "failed", f"Sessions use {here} although BINARY was set.", hint, TargetError.exit_code)
    if elsewhere:
        hint = "Set NLS_COMP and NLS_SORT to BINARY in tools that read the marts. wms-elt itself is not affected."
        message = f"The database default is {elsewhere}. Sessions of wms-elt use BINARY, but other tools don't."
        return Check(name, "warn", message, hint)
    return Check(name, "ok", "NLS_COMP and NLS_SORT are BINARY")


def _not_binary(rows: list[Row]) -> str:
    return ", ".join(f"{parameter}={value}" for parameter, value in rows if value not in {None, _BINARY})


def _db_name(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    found, given = str(_one(target, _DB_NAME)), settings.oracle_db_name
    if given is None:
        return Check(
            name, "ok", f"{found}; set GRUPONOS_TARGET__ORACLE_DB_NAME={found} to save dbt a query per connection"
        )
    if given.upper() == found.upper():
        return Check(name, "ok", f"{found}, as configured")
    hint = f"Set GRUPONOS_TARGET__ORACLE_DB_NAME={found}, or remove the setting. Otherwise the second build fails."
    return Check(
        name,
        "failed",
        f"The database is {found}, but GRUPONOS_TARGET__ORACLE_DB_NAME is {given}.",
        hint,
        ConfigError.exit_code,
    )


def _autonomous(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    """Say what an Autonomous Database needs (docs/explanation/oracle.md)."""
    try:
        kind = _one(target, _CLOUD_SERVICE)
    except TargetError:
        # releases that don't know the parameter
        kind = None
    if not kind:
        return Check(name, "ok", "not an Autonomous Database")
    if kind == "DWCS" and not os.environ.get("DBT_ORACLE_COMPRESSION"):
        hint = "Set DBT_ORACLE_COMPRESSION=nocompress, and ask a DBA to make nocompress the default of its tablespace."
        message = "This database for analytics compresses tables by column, which makes merges slow."
        return Check(name, "warn", message, hint)
    # service names end with a domain
    service = str(_one(target, _SERVICE)).lower().partition(".")[0]
    if not service.endswith(_SERIAL_SERVICES):
        hint = "Use the service _low or _tp for loads. Builds may use _medium."
        return Check(name, "warn", f"Sessions use the service {service}, which runs statements in parallel.", hint)
    return Check(name, "ok", f"Autonomous Database ({kind}), service {service}")


def _grants(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    held = {str(privilege) for (privilege,) in target.fetch(_PRIVILEGES)}
    missing = [grant for grant in _GRANTS if grant not in held]
    if not missing:
        return Check(name, "ok", ", ".join(_GRANTS).lower())
    commands = " ".join(f"grant {grant.lower()} to {settings.oracle_user};" for grant in missing)
    message = f"Missing privileges: {', '.join(missing).lower()}."
    return Check(name, "failed", message, f"Ask a DBA to run: {commands}", TargetError.exit_code)


def _quota(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    if ("UNLIMITED TABLESPACE",) in target.fetch(_PRIVILEGES):
        return Check(name, "ok", "unlimited in every tablespace")
    [(tablespace, used, most)] = target.fetch(_QUOTA)
    hint = f"Ask a DBA to run: alter user {settings.oracle_user} quota unlimited on {str(tablespace).lower()};"
    if most is None:
        return Check(name, "failed", f"No quota on {tablespace}, the default tablespace.", hint, TargetError.exit_code)
    limit, left = int(str(most)), int(str(most)) - int(str(used))
    if limit < 0:
        return Check(name, "ok", f"unlimited on {tablespace}")
    message = f"{left / 1024**3:.1f} of {limit / 1024**3:.1f} GiB left on {tablespace}"
    if left < _QUOTA_FAIL_BYTES:
        return Check(name, "failed", message, hint, TargetError.exit_code)
    return Check(name, "warn", message, hint) if left < _QUOTA_WARN_BYTES else Check(name, "ok", message)


def _zone(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    zone = _one(target, _SESSION_ZONE)
    if zone in _UTC_NAMES:
        return Check(name, "ok", "sessions are in UTC")
    hint = "Connect without the proxy or trigger that undoes ALTER SESSION."
    return Check(name, "failed", f"Sessions use {zone} although UTC was set.", hint, TargetError.exit_code)


def _clock(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    theirs = _one(target, _CLOCK)
    if not isinstance(theirs, datetime):
        return Check(
            name,
            "warn",
            f"Can't read the database clock: SYSTIMESTAMP is {theirs!r}.",
            "Ask a DBA to check SYSTIMESTAMP.",
        )
    skew = abs((datetime.now(UTC).replace(tzinfo=None) - theirs).total_seconds())
    if skew <= _SKEW_WARN_S:
        return Check(name, "ok", "the clocks of the database and this machine agree")
    hint = "Synchronise both clocks with NTP. The difference affects source freshness, not the order of versions."
    return Check(name, "warn", f"The clocks of the database and this machine differ by {skew:,.0f} s.", hint)


def _one(target: OracleWarehouse, sql: str) -> Any:
    [(value,)] = target.fetch(sql)
    return value


_CHECKS: Final[Mapping[str, Callable[[str, OracleWarehouse, TargetSettings], Check]]] = MappingProxyType(
    {
        "database release": _release,
        "database role": _role,
        "compatible": _compatible,
        "character set": _character_set,
        "text comparison": _comparison,
        "database name": _db_name,
        "autonomous database": _autonomous,
        "grants": _grants,
        "quota": _quota,
        "session time zone": _zone,
        "database clock": _clock,
        "indexes": check_indexes,
        "leftovers": check_leftovers,
    }
)
"""Check name -> function, in order."""
