"""A logon: its visible objects, transaction, temporary tables and end."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tests.support.oracle_double.catalogue import Relation
from tests.support.oracle_double.errors import DoubleGap, call_timeout, ends_session, not_connected, ora
from tests.support.oracle_double.faults import HANG, KILL, KNOWN
from tests.support.oracle_double.resolve import Found
from tests.support.oracle_double.rewrite.statement import Environment
from tests.support.oracle_double.transaction import Transaction
from tests.support.oracle_double.types import number, varchar2

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.oracle_double.server import Server

CLIENT_ZONE = "America/Sao_Paulo"
"""Time zone of a session that sets none: thin mode uses the client machine's."""

_DEFINITION = re.compile(r"\s*(create|drop|alter|truncate|comment|grant|revoke|begin|declare)\b", re.IGNORECASE)
_ALTER_SESSION = re.compile(r"alter\s+session\s+set((?:\s+\w+\s*=\s*'[^']*')+)\s*", re.IGNORECASE)
_SETTING = re.compile(r"(\w+)\s*=\s*'([^']*)'")
_PARALLEL = re.compile(r"alter\s+session\s+(enable|disable)\s+parallel\s+(dml|ddl|query)\s*", re.IGNORECASE)
NLS_DEFAULTS = {
    "NLS_COMP": "BINARY",
    "NLS_SORT": "BINARY",
    "NLS_LENGTH_SEMANTICS": "BYTE",
    "NLS_NUMERIC_CHARACTERS": ".,",
    "NLS_DATE_FORMAT": "DD-MON-RR",
    "NLS_TIMESTAMP_FORMAT": "DD-MON-RR HH.MI.SSXFF AM",
    "NLS_TIMESTAMP_TZ_FORMAT": "DD-MON-RR HH.MI.SSXFF AM TZR",
}
"""NLS parameters of a database with territory AMERICA (Globalization Support Guide, NLS parameters)."""


@dataclass(frozen=True)
class Result:
    """Result of a statement: rows of a query with known Oracle types, or a row count."""

    rows: pa.Table | None = None
    types: dict[str, Any] = field(default_factory=dict)
    count: int = 0


class Session:
    """A logon of a user."""

    def __init__(self, server: Server, user: str) -> None:
        self.server = server
        self.user = user
        self.time_zone = CLIENT_ZONE
        self.alive = True
        self.nls = NLS_DEFAULTS | server.instance.nls
        self._used: set[str] = set()
        self.info: dict[str, Any] = {}
        self.arguments: dict[str, Any] = {}
        self.duck = server.duck.cursor()
        self.duck.execute(f"set TimeZone = '{server.zone}'")
        self.transaction = Transaction(self.duck)

    @property
    def environment(self) -> Environment:
        instance = self.server.instance
        context = {
            "DB_NAME": self.server.database,
            "DATABASE_ROLE": instance.role,
            "CURRENT_SCHEMA": self.user,
            "CLOUD_SERVICE": instance.cloud_service,
            "SERVICE_NAME": instance.service,
        }
        return Environment(self.user, context, self.time_zone, instance.clock_skew_s)

    def round_trip(self, text: str, work: Callable[[], Result]) -> Result:
        """Execute unless the session is lost or a fault is due."""
        if not self.alive:
            raise not_connected()
        with self.server.lock:
            self.server.log(self, text)
            fault = self.server.faults.meet(text)
            if fault is not None and not fault.after:
                self._fail(fault.code)
            try:
                return work()
            finally:
                if _DEFINITION.match(text):
                    self.server.keep_catalogue()
                # a refusal is a response too, and may be lost
                if fault is not None:
                    self._fail(fault.code)

    def _fail(self, code: str) -> None:
        if code == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if code == HANG:
            if not self.info.get("call_timeout"):
                raise DoubleGap("this call never returns: the session has no call timeout")
            raise call_timeout(self.info["call_timeout"])
        error = KNOWN[code]()
        if code == "DOWN":
            self.server.stop()
        elif ends_session(error):
            self.end()
        raise error

    def commit(self) -> Result:
        self.transaction.commit()
        self._clear_temporary({"delete rows"})
        return Result()

    def rollback(self) -> Result:
        self.transaction.rollback()
        self._clear_temporary({"delete rows"})
        return Result()

    def end(self) -> None:
        """Roll back the transaction and drop the temporary tables."""
        if self.alive:
            self.alive = False
            self.transaction.rollback()
            self.duck.close()

    def alter(self, text: str) -> Result:
        if parallel := _PARALLEL.fullmatch(text.strip()):
            # SQL Language Reference, ALTER SESSION: not inside a transaction
            if self.transaction.is_open:
                raise ora(12841, "Cannot alter the session parallel DML state within a transaction")
            self.info[f"parallel {parallel[2].lower()}"] = parallel[1].lower()
            return Result()
        found = _ALTER_SESSION.fullmatch(text.strip())
        if found is None:
            raise ora(2248, f"invalid option for ALTER SESSION: {text}")
        for name, value in _SETTING.findall(found[1]):
            self._set(name.upper(), value)
        return Result()

    def _set(self, name: str, value: str) -> None:
        if name != "TIME_ZONE" and name not in NLS_DEFAULTS:
            raise ora(2248, f"invalid option for ALTER SESSION: {name}")
        if name == "TIME_ZONE" and not self.server.instance.keeps_zone:
            self.time_zone = "UTC" if value == "+00:00" else value
        elif name != "TIME_ZONE" and not self.server.instance.keeps_nls:
            self.nls[name] = value

    def lookup(self, owner: str | None, name: str) -> Found:
        """Look up objects of the user or a named owner, then the dictionary. Raises ORA-00942."""
        relation = self.server.catalogue.relations.get((owner or self.user, name))
        if relation is not None:
            return self.found(relation)
        if owner in {None, "SYS"} and name == "DUAL":
            return Found({"DUMMY": varchar2(1)}, None, "main", "DUAL")
        rows = self._dictionary(name) if owner in {None, "SYS"} else None
        if rows is None:
            raise ora(942, f'table or view "{owner or self.user}"."{name}" does not exist')
        self.duck.register(f"SYS${name}", rows)
        types = {f.name: varchar2() if f.type == pa.string() else number() for f in rows.schema}
        return Found(types, None, None, f"SYS${name}")

    def _dictionary(self, name: str) -> pa.Table | None:
        if name == "NLS_SESSION_PARAMETERS":
            return pa.table({"PARAMETER": list(self.nls), "VALUE": list(self.nls.values())})
        of_instance = self.server.instance.view(name, self.user)
        return self.server.dictionary(name) if of_instance is None else of_instance

    def found(self, relation: Relation) -> Found:
        """Return an object by its DuckDB name. A temporary table is created in this session on first use."""
        types = {column.name: column.type for column in relation.columns.values()}
        if not relation.is_temporary:
            return Found(dict(types), None, relation.owner, relation.name)
        columns = ", ".join(f'"{name}" {kind.duckdb}' for name, kind in types.items())
        self.duck.execute(f'create temp table if not exists "{_temporary(relation)}" ({columns})')
        self._used.add(_temporary(relation))
        return Found(dict(types), "temp", "main", _temporary(relation))

    def has_rows(self, relation: Relation) -> bool:
        """Whether this session's copy of a temporary table has rows."""
        name = self.found(relation).name
        return bool(self.duck.execute(f'select 1 from temp.main."{name}" limit 1').fetchall())

    def _clear_temporary(self, kinds: set[str]) -> None:
        if not self.alive:
            return
        for relation in self.server.catalogue.relations.values():
            if relation.kind in kinds and _temporary(relation) in self._used:
                self.duck.execute(f'delete from temp.main."{self.found(relation).name}"')


def _temporary(relation: Relation) -> str:
    return f"{relation.owner}${relation.name}"
