"""The DBA's settings for the database and its user, and the views that show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from tests.support.oracle_double.errors import ora

UNLIMITED = -1


@dataclass
class Instance:
    """A healthy instance by default.

    Args:
        version: of the database; empty for the release's usual one.
        role: as returned by ``sys_context('userenv', 'DATABASE_ROLE')``; only a primary database is writable.
        quota: the user's bytes in the default tablespace, or `UNLIMITED`; None for no quota.
        used: bytes the user occupies there.
        clock_skew_s: seconds the database's clock is ahead.
        keeps_zone: whether ALTER SESSION SET TIME_ZONE has no effect, as behind a proxy that answers it.
        locked: whether the account is locked.
        compatible: the parameter COMPATIBLE; empty for the release's default.
        nls: NLS parameters of the instance that differ from the defaults.
        keeps_nls: whether a proxy or trigger undoes the session's NLS parameters.
        cloud_service: kind of Autonomous Database, such as ``DWCS``; empty for other databases.
        service: name of the session's service.
    """

    version: str = ""
    character_set: str = "AL32UTF8"
    role: str = "PRIMARY"
    privileges: set[str] = field(default_factory=lambda: {"CREATE SESSION", "CREATE TABLE", "CREATE VIEW"})
    quota: int | None = UNLIMITED
    used: int = 0
    clock_skew_s: int = 0
    keeps_zone: bool = False
    locked: bool = False
    compatible: str = ""
    nls: dict[str, str] = field(default_factory=dict)
    keeps_nls: bool = False
    cloud_service: str = ""
    service: str = "orclpdb1"

    def check_logon(self) -> None:
        """Raises ORA-28000 and ORA-01045."""
        if self.locked:
            raise ora(28000, "The account is locked.")
        if "CREATE SESSION" not in self.privileges:
            raise ora(1045, "user WMS_ELT lacks CREATE SESSION privilege; logon denied")

    def check_definition(self, kind: str) -> None:
        """Raises ORA-16000 on a standby, ORA-01031 for ``TABLE`` or ``VIEW`` without the grant."""
        self._check_writable()
        if kind in {"TABLE", "VIEW"} and f"CREATE {kind}" not in self.privileges:
            raise ora(1031, "insufficient privileges")

    def check_room(self) -> None:
        """Check space for rows in a permanent table. Raises ORA-16000, ORA-01950 without quota, ORA-01536 beyond it."""
        self._check_writable()
        if self.quota is None:
            raise ora(1950, "no privileges on tablespace 'USERS'")
        if self.quota != UNLIMITED and self.used >= self.quota:
            raise ora(1536, "space quota exceeded for tablespace 'USERS'")

    def view(self, name: str, user: str) -> pa.Table | None:
        """Return the rows of a view over these settings, or None for any other view."""
        rows = _VIEWS[name](self, user) if name in _VIEWS else None
        return None if rows is None else pa.table({key: pa.array(values) for key, values in rows.items()})

    def _check_writable(self) -> None:
        if self.role != "PRIMARY":
            raise ora(16000, "database or pluggable database open for read-only access")


def _quotas(instance: Instance, _: str) -> dict[str, Any]:
    rows = [] if instance.quota is None else [("USERS", instance.used, instance.quota)]
    names, used, most = zip(*rows, strict=True) if rows else ((), (), ())
    numbers = pa.int64()
    return {
        "TABLESPACE_NAME": pa.array(names, pa.string()),
        "BYTES": pa.array(used, numbers),
        "MAX_BYTES": pa.array(most, numbers),
    }


_VIEWS: Mapping[str, Callable[[Instance, str], dict[str, Any]]] = {
    "SESSION_PRIVS": lambda instance, _: {"PRIVILEGE": sorted(instance.privileges)},
    "NLS_DATABASE_PARAMETERS": lambda instance, _: {
        "PARAMETER": ["NLS_CHARACTERSET"],
        "VALUE": [instance.character_set],
    },
    # a parameter that isn't set is null there (Database Reference, NLS_INSTANCE_PARAMETERS)
    "NLS_INSTANCE_PARAMETERS": lambda instance, _: {
        "PARAMETER": ["NLS_COMP", "NLS_SORT"],
        "VALUE": pa.array([instance.nls.get(name) for name in ("NLS_COMP", "NLS_SORT")], pa.string()),
    },
    "USER_USERS": lambda _, user: {"USERNAME": [user], "DEFAULT_TABLESPACE": ["USERS"]},
    "USER_TS_QUOTAS": _quotas,
}
