"""The emulated database, and its installation in the driver."""

from __future__ import annotations

import pickle
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import oracledb
import pyarrow as pa
import pytest
from oracledb import errors as driver_errors

from tests.support.oracle_double import dictionary
from tests.support.oracle_double.catalogue import Catalogue
from tests.support.oracle_double.errors import dpy, ora
from tests.support.oracle_double.faults import FaultPlan
from tests.support.oracle_double.instance import Instance
from tests.support.oracle_double.session import Session

_MACROS = (
    "cut_bytes(t, n) as case when strlen(t) <= n then t else left(t, n) end",
    "trim_scale(x) as case when contains(cast(x as varchar), '.') "
    "then rtrim(rtrim(cast(x as varchar), '0'), '.') else cast(x as varchar) end",
)


@dataclass(frozen=True)
class Logged:
    """A statement or driver call that reached the server."""

    session: int
    text: str


class Server:
    """A database with one user that owns everything, on top of DuckDB.

    Args:
        release: 19 or 23.
        user: the only user; `instance` defines its permissions.
        password: password of the user.
        database: DB_NAME.
        zone: the time zone of the server's host.
        file: keeps committed data, so that the server outlives its process; by default it doesn't.
    """

    def __init__(
        self,
        release: int = 19,
        *,
        user: str = "WMS_ELT",
        password: str = "s3cret",
        database: str = "WMSDB",
        zone: str = "America/New_York",
        file: Path | None = None,
    ) -> None:
        self.release = release
        self.user = user.upper()
        self.password = password
        self.database = database
        self.zone = zone
        self._catalogue_file = file.with_suffix(".catalogue") if file else None
        self.duck = duckdb.connect(str(file or ":memory:"))
        # DuckDB 2.0.0 fails if statistics show that a compared CASE of text constants without ELSE is always null. Here
        # mart orders without any due date does, because the double compares each text with '' (`due_date_source`). The
        # models compare no such CASE. The smallest statement, with d always null, and its error:
        #   select (case when d is not null then 'a' end) = 'b' from t
        #   Invalid Input Error: BindBuiltinScalarFunction did not return a BoundFunctionExpression
        self.duck.execute("set global disabled_optimizers = 'build_side_probe_side,statistics_propagation'")
        self.duck.execute(f'create schema if not exists "{self.user}"')
        self.duck.execute('create table if not exists main."DUAL" as select \'X\' as "DUMMY"')
        for macro in _MACROS:
            self.duck.execute(f"create or replace macro {macro}")
        self.catalogue = self._kept_catalogue() or Catalogue(users=("SYS", "SYSTEM", self.user))
        self.instance = Instance()
        self.faults = FaultPlan()
        self.statements: list[Logged] = []
        self.sessions: list[Session] = []
        self.lock = threading.RLock()
        self._is_down = False
        self._views: dict[str, pa.Table | None] = {}

    @property
    def version(self) -> str:
        return self.instance.version or {19: "19.28.0.0.0", 23: "23.26.2.0.0"}[self.release]

    def logon(self, user: str, password: str) -> Session:
        """Log a user on. Raises ORA-01017, ORA-28000, ORA-01045, or DPY-6005 while the server is down."""
        if self._is_down:
            raise dpy(driver_errors.ERR_CONNECTION_FAILED, "[Errno 111] Connection refused", connection_id="double")
        if user.upper() != self.user or password != self.password:
            raise ora(1017, "invalid credential or not authorized; logon denied")
        self.instance.check_logon()
        session = Session(self, self.user)
        self.sessions.append(session)
        return session

    def add_user(self, name: str) -> None:
        """Add another user, as a grantee."""
        self.catalogue.users = (*self.catalogue.users, name)
        self.forget_views()

    def stop(self) -> None:
        """End every session and refuse logons."""
        self._is_down = True
        for session in self.sessions:
            session.end()

    def start(self) -> None:
        self._is_down = False

    def dictionary(self, name: str) -> pa.Table | None:
        """Return the rows of a `dictionary` view, generated once between two definitions."""
        if name not in self._views:
            self._views[name] = dictionary.view(name, self.catalogue, self.user)
        return self._views[name]

    def forget_views(self) -> None:
        """Called after every change of the catalogue."""
        self._views.clear()

    def keep_catalogue(self) -> None:
        """Save table details unknown to DuckDB after each definition, if there is a file."""
        if self._catalogue_file:
            draft = self._catalogue_file.with_suffix(".draft")
            draft.write_bytes(pickle.dumps(self.catalogue))
            draft.replace(self._catalogue_file)

    def _kept_catalogue(self) -> Catalogue | None:
        if not self._catalogue_file or not self._catalogue_file.exists():
            return None
        kept: Catalogue = pickle.loads(self._catalogue_file.read_bytes())
        return kept

    def log(self, session: Session, text: str) -> None:
        self.statements.append(Logged(self.sessions.index(session), text))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Replace `oracledb.connect` and `oracledb.create_pool`."""
        from tests.support.oracle_double.driver import Connection, Pool

        def connect(dsn: str | None = None, **arguments: Any) -> Connection:
            return Connection(self.logon(arguments["user"], arguments["password"]), arguments)

        def create_pool(dsn: str | None = None, **arguments: Any) -> Pool:
            return Pool(self, arguments)

        patch.setattr(oracledb, "connect", connect)
        patch.setattr(oracledb, "create_pool", create_pool)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the DuckDB tables directly, in DuckDB's SQL."""
        with self.lock:
            return self.duck.cursor().execute(sql).fetchall()

    def close(self) -> None:
        for session in self.sessions:
            session.end()
        self.duck.close()
