"""Oracle: can this database and user hold what a run makes (docs/explanation/oracle.md)?"""

from __future__ import annotations

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
_PRIVILEGES: Final = "select privilege from session_privs"
_QUOTA: Final = """
select users.default_tablespace, quotas.bytes, quotas.max_bytes
from user_users users
left join user_ts_quotas quotas on quotas.tablespace_name = users.default_tablespace
"""
_SESSION_ZONE: Final = "select sessiontimezone from dual"
_CLOCK: Final = "select sys_extract_utc(systimestamp) from dual"


def check_oracle(target: OracleWarehouse, settings: TargetSettings) -> Iterator[Check]:
    """One finding per name of `_EXAMINATIONS`; a query that is refused is a failure of that name."""
    for name, examine in _EXAMINATIONS.items():
        try:
            yield examine(name, target, settings)
        except WmsEltError as error:
            yield failed(name, error)


def _release(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    version = target.connection.version
    if int(version.split(".")[0]) >= _OLDEST_RELEASE:
        return Check(name, "ok", version)
    advice = "Use a database of release 19c or later: the models need its JSON and conversion functions."
    return Check(name, "failed", f"{version} is older than {_OLDEST_RELEASE}c", advice, TargetError.exit_code)


def _role(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    role = _one(target, _ROLE)
    if role == "PRIMARY":
        return Check(name, "ok", "primary database, open for writing")
    advice = "Set GRUPONOS_TARGET__ORACLE_SERVICE or ORACLE_DSN to a service of the primary database."
    return Check(name, "failed", f"{role}: nothing can be written there", advice, ConfigError.exit_code)


def _character_set(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    found = _one(target, _CHARACTER_SET)
    if found == "AL32UTF8":
        return Check(name, "ok", str(found))
    advice = "Raw documents are kept byte for byte; have a DBA move the database to AL32UTF8 to have all letters."
    if found == "UTF8":
        finding = "UTF8 takes 6 bytes for a character such as an emoji: long texts with many of them become null"
        return Check(name, "warn", finding, advice)
    return Check(name, "warn", f"{found} has no place for some letters: models will show replacements", advice)


def _compatible(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    """COMPATIBLE without a grant: V$PARAMETER needs one."""
    with target.connection.cursor() as cursor:
        binds = {"version": cursor.var(str), "compatibility": cursor.var(str)}
        try:
            cursor.execute(_COMPATIBLE, binds)
        except oracledb.Error as error:
            raise target_error(error, target.description) from error
    found = str(binds["compatibility"].getvalue())
    if tuple(int(part) for part in found.split(".")[:2]) >= _OLDEST_COMPATIBLE:
        return Check(name, "ok", f"COMPATIBLE is {found}")
    advice = "Have a DBA raise COMPATIBLE to 12.2.0 or later; that cannot be undone."
    finding = f"COMPATIBLE is {found}: names longer than 30 bytes and JSON conversions fail"
    return Check(name, "failed", finding, advice, TargetError.exit_code)


def _comparison(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    """Whether texts are compared and sorted by their bytes, in these sessions and in those of other tools."""
    here, elsewhere = _not_binary(target.fetch(_NLS_OF_SESSION)), _not_binary(target.fetch(_NLS_OF_INSTANCE))
    if here:
        advice = "Something between here and the database undoes ALTER SESSION (a proxy, a trigger): connect past it."
        return Check(name, "failed", f"sessions stay at {here} though BINARY was set", advice, TargetError.exit_code)
    if elsewhere:
        advice = "Nothing to do for wms-elt; use BINARY in the tools that read the marts, or compare with care there."
        finding = f"the database has {elsewhere}; sessions of wms-elt use BINARY, those of other tools do not"
        return Check(name, "warn", finding, advice)
    return Check(name, "ok", "NLS_COMP and NLS_SORT are BINARY")


def _not_binary(rows: list[Row]) -> str:
    return ", ".join(f"{parameter}={value}" for parameter, value in rows if value not in {None, _BINARY})


def _db_name(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    found, given = str(_one(target, _DB_NAME)), settings.oracle_db_name
    if given is None:
        return Check(name, "ok", f"{found}; dbt asks for it, GRUPONOS_TARGET__ORACLE_DB_NAME={found} spares that")
    if given.upper() == found.upper():
        return Check(name, "ok", f"{found}, as configured")
    advice = f"Set GRUPONOS_TARGET__ORACLE_DB_NAME={found}, or leave it out: the second build would fail."
    return Check(name, "failed", f"the database is {found}, the setting says {given}", advice, ConfigError.exit_code)


def _grants(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    held = {str(privilege) for (privilege,) in target.fetch(_PRIVILEGES)}
    missing = [grant for grant in _GRANTS if grant not in held]
    if not missing:
        return Check(name, "ok", ", ".join(_GRANTS).lower())
    commands = " ".join(f"grant {grant.lower()} to {settings.oracle_user};" for grant in missing)
    finding = f"{', '.join(missing).lower()} missing"
    return Check(name, "failed", finding, f"Have a DBA run: {commands}", TargetError.exit_code)


def _quota(name: str, target: OracleWarehouse, settings: TargetSettings) -> Check:
    if ("UNLIMITED TABLESPACE",) in target.fetch(_PRIVILEGES):
        return Check(name, "ok", "unlimited in every tablespace")
    [(tablespace, used, most)] = target.fetch(_QUOTA)
    advice = f"Have a DBA run: alter user {settings.oracle_user} quota unlimited on {str(tablespace).lower()};"
    if most is None:
        return Check(name, "failed", f"none on {tablespace}, the default tablespace", advice, TargetError.exit_code)
    limit, left = int(str(most)), int(str(most)) - int(str(used))
    if limit < 0:
        return Check(name, "ok", f"unlimited on {tablespace}")
    finding = f"{left / 1024**3:.1f} of {limit / 1024**3:.1f} GiB left on {tablespace}"
    if left < _QUOTA_FAIL_BYTES:
        return Check(name, "failed", finding, advice, TargetError.exit_code)
    return Check(name, "warn", finding, advice) if left < _QUOTA_WARN_BYTES else Check(name, "ok", finding)


def _zone(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    zone = _one(target, _SESSION_ZONE)
    if zone in _UTC_NAMES:
        return Check(name, "ok", "sessions are in UTC")
    advice = "Something between here and the database undoes ALTER SESSION (a proxy, a trigger): connect past it."
    return Check(name, "failed", f"sessions stay in {zone} though UTC was set", advice, TargetError.exit_code)


def _clock(name: str, target: OracleWarehouse, _: TargetSettings) -> Check:
    theirs = _one(target, _CLOCK)
    if not isinstance(theirs, datetime):
        return Check(name, "warn", f"the database says {theirs!r}", "Have a DBA look at SYSTIMESTAMP.")
    skew = abs((datetime.now(UTC).replace(tzinfo=None) - theirs).total_seconds())
    if skew <= _SKEW_WARN_S:
        return Check(name, "ok", "the database's clock and this machine's agree")
    advice = "Synchronise both (NTP). Which version is the current one does not hang on it; freshness does."
    return Check(name, "warn", f"the database's clock and this machine's differ by {skew:,.0f} s", advice)


def _one(target: OracleWarehouse, sql: str) -> Any:
    [(value,)] = target.fetch(sql)
    return value


_EXAMINATIONS: Final[Mapping[str, Callable[[str, OracleWarehouse, TargetSettings], Check]]] = MappingProxyType(
    {
        "database release": _release,
        "database role": _role,
        "compatible": _compatible,
        "character set": _character_set,
        "text comparison": _comparison,
        "database name": _db_name,
        "grants": _grants,
        "quota": _quota,
        "session time zone": _zone,
        "database clock": _clock,
        "indexes": check_indexes,
        "leftovers": check_leftovers,
    }
)
"""By the name of the finding, in the order they are made."""
